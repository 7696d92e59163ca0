// Integer and floating-point work.
#include <math.h>
#include <stddef.h>

#include "bench.h"

// A thousand turns of ten instructions, so that instructions a second need no counter.
uint64_t integer_loop(uint64_t count) {
  uint64_t a = 1, b = 0x9e3779b97f4a7c15, c = 3, turns;
  while (count-- > 0) {
    turns = 1000;
    asm volatile(
        "1:\n"
        "add %0, %0, %1\n"
        "slli %2, %0, 7\n"
        "xor %0, %0, %2\n"
        "srli %2, %0, 9\n"
        "xor %0, %0, %2\n"
        "sub %1, %1, %2\n"
        "sltu %2, %0, %1\n"
        "or %1, %1, %2\n"
        "addi %3, %3, -1\n"
        "bnez %3, 1b\n"
        : "+r"(a), "+r"(b), "+r"(c), "+r"(turns));
  }
  return a ^ b ^ c;
}

struct node {
  struct node* next;
  int16_t key, data;
};

enum { kNodes = 64, kSide = 16 };

static uint16_t crc16(uint16_t crc, uint16_t value) {
  for (int i = 0; i < 16; i++) {
    const int bit = (crc ^ value) & 1;
    crc = (uint16_t)(crc >> 1 ^ (bit ? 0xa001 : 0));
    value >>= 1;
  }
  return crc;
}

static struct node* merge(struct node* a, struct node* b) {
  struct node head, *last = &head;
  while (a && b) {
    struct node** smaller = a->key <= b->key ? &a : &b;
    last = last->next = *smaller;
    *smaller = (*smaller)->next;
  }
  last->next = a ? a : b;
  return head.next;
}

static struct node* sort(struct node* list) {
  if (!list || !list->next) return list;
  struct node *slow = list, *fast = list->next;
  while (fast && fast->next) slow = slow->next, fast = fast->next->next;
  struct node* second = slow->next;
  slow->next = NULL;
  return merge(sort(list), sort(second));
}

static uint16_t list_work(uint32_t seed) {
  static struct node nodes[kNodes];
  for (int i = 0; i < kNodes; i++) {
    seed = seed * 1103515245 + 12345;
    nodes[i] = (struct node){i + 1 < kNodes ? &nodes[i + 1] : NULL, (int16_t)(seed >> 16), (int16_t)i};
  }
  uint16_t crc = 0;
  for (struct node* n = sort(nodes); n; n = n->next) crc = crc16(crc, (uint16_t)(n->key ^ n->data));
  return crc;
}

static uint16_t matrix_work(uint32_t seed) {
  static int16_t a[kSide][kSide], b[kSide][kSide];
  static int32_t c[kSide][kSide];
  for (int i = 0; i < kSide; i++)
    for (int j = 0; j < kSide; j++) a[i][j] = (int16_t)(seed += 77), b[i][j] = (int16_t)(seed * 3 + i);
  for (int i = 0; i < kSide; i++)
    for (int j = 0; j < kSide; j++) {
      int32_t sum = 0;
      for (int k = 0; k < kSide; k++) sum += a[i][k] * b[k][j];
      c[i][j] = sum;
    }
  uint16_t crc = 0;
  for (int i = 0; i < kSide; i++) crc = crc16(crc, (uint16_t)c[i][kSide - 1 - i]);
  return crc;
}

// Recognises numbers in a text, a state a character class.
static uint16_t state_work(uint32_t seed) {
  static const char text[] =
      "5012,1234,-874,+122,35.54400,.1234500,-110.700,+0.64400,5.500e+3,-.123e-2,-87e+832,T0.3e-1F,";
  enum state { kStart, kSign, kInteger, kPoint, kExponent, kBad, kStates } state = kStart;
  uint16_t counts[kStates] = {0};
  for (size_t i = 0; i < sizeof text - 1; i++) {
    const char c = (char)(text[i] ^ ((seed >> (i & 31) & 1) && i % 13 == 0));
    switch (c) {
      case ',':
        state = kStart;
        break;
      case '+':
      case '-':
        state = state == kStart || state == kExponent ? kSign : kBad;
        break;
      case '.':
        state = state == kStart || state == kSign || state == kInteger ? kPoint : kBad;
        break;
      case 'e':
        state = state == kInteger || state == kPoint ? kExponent : kBad;
        break;
      default:
        if (c < '0' || c > '9')
          state = kBad;
        else if (state == kStart || state == kSign)
          state = kInteger;
    }
    counts[state]++;
  }
  uint16_t crc = 0;
  for (int i = 0; i < kStates; i++) crc = crc16(crc, counts[i]);
  return crc;
}

// Lists, matrices, a state machine and CRCs: the mix that CoreMark made customary.
uint64_t core_mix(uint64_t count) {
  uint64_t result = 0;
  for (uint64_t i = 0; i < count; i++) {
    const uint32_t seed = (uint32_t)(i * 2654435761u + result);
    result = result * 31 + list_work(seed) + matrix_work(seed) + state_work(seed);
  }
  return result;
}

// Ten operations a turn, division and square root among them.
uint64_t float_mix(uint64_t count) {
  double x = 1.5, y = 0.25, sum = 0;
  for (uint64_t i = 0; i < count * 1000; i++) {
    const double z = x * 1.0000001 + y;
    y = (z - x) / (1.0 + y * y);
    sum += sqrt(z * z + y);
    x = sum > 1e9 ? 1.5 : x + 0.001;
  }
  return (uint64_t)sum;
}

// An FIR filter: fused multiply-add on arrays.
uint64_t float_fused(uint64_t count) {
  static double taps[64], samples[1064];
  for (int i = 0; i < 64; i++) taps[i] = 1.0 / (i + 3);
  for (int i = 0; i < 1064; i++) samples[i] = (i % 17) - 8;
  double total = 0;
  for (uint64_t i = 0; i < count; i++)
    for (int at = 0; at < 1000; at += 10) {
      double sum = 0;
      for (int k = 0; k < 64; k++) sum = fma(taps[k], samples[at + k], sum);
      total += sum;
    }
  return (uint64_t)(int64_t)total;
}
