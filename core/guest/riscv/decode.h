#pragma once
// From a line of isa.def to a call of its handler: the encoding's letter runs become the handler's typed
// arguments.

#include <algorithm>
#include <array>
#include <span>
#include <string_view>
#include <tuple>
#include <utility>
#include <vector>

#include "core/base/types.h"
#include "core/guest/riscv/extensions.h"

namespace emboard::riscv {

// Arguments. Each is made from its field's bits.
struct Reg {
  u32 n;
};  ///< x0..x31 or f0..f31
struct Reg3 {
  u32 bits;
  Reg reg() const { return {bits + 8}; }
};  ///< x8..x15 or f8..f15
struct Field {
  u32 bits;
};  ///< an immediate or a piece of one
struct RoundingField {
  u32 bits;
};

enum class Width : u8 { Any = 3, Rv32 = 1, Rv64 = 2 };

template <size_t N>
struct Encoding {
  char bits[N - 1];
  consteval Encoding(const char (&text)[N]) {  // NOLINT: a literal is an encoding
    for (size_t i = 0; i + 1 < N; ++i) bits[i] = text[i];
  }
  static constexpr size_t size = N - 1;
};

struct ParsedField {
  u32 mask = 0;
  unsigned shift = 0;
  char letter = 0;
};
inline constexpr size_t kMaxFields = 6;

struct Parsed {
  u32 mask = 0, match = 0;
  std::array<ParsedField, kMaxFields> fields{};
  size_t count = 0;
};

template <Encoding E>
consteval Parsed Parse() {
  static_assert(E.size == 32 || E.size == 16, "an encoding has 32 or 16 bits");
  Parsed parsed;
  char previous = 0;
  for (size_t i = 0; i < E.size; ++i) {
    const char letter = E.bits[i];
    const unsigned position = static_cast<unsigned>(E.size - 1 - i);
    if (letter == '0' || letter == '1') {
      parsed.mask |= 1u << position;
      if (letter == '1') parsed.match |= 1u << position;
    } else if (letter != '-') {
      if (letter != previous) parsed.fields[parsed.count++].letter = letter;
      ParsedField& field = parsed.fields[parsed.count - 1];
      field.mask |= 1u << position;
      field.shift = position;
    }
    previous = letter == '0' || letter == '1' || letter == '-' ? 0 : letter;
  }
  return parsed;
}

/// One line of isa.def, ready to match and call.
template <class V>
struct Instruction {
  std::string_view name;
  Parsed encoding;
  Ext extension;
  Width width;
  bool (*emit)(V& translator, u32 word);  ///< false: reserved, so illegal
};

/// `B` is the class, of V's bases, that has the handler.
template <Encoding E, class V, class B, class... A, size_t... I>
bool CallHandler(V& translator, u32 word, bool (B::*handler)(A...), std::index_sequence<I...>) {
  constexpr Parsed parsed = Parse<E>();
  static_assert(parsed.count == sizeof...(A), "the encoding's fields are not the handler's arguments");
  return (translator.*handler)(A{(word & parsed.fields[I].mask) >> parsed.fields[I].shift}...);
}
template <Encoding E, class V, class B, class... A>
bool CallHandler(V& translator, u32 word, bool (B::*handler)(A...)) {
  return CallHandler<E>(translator, word, handler, std::index_sequence_for<A...>{});
}

template <class V, Encoding E, auto handler>
constexpr Instruction<V> MakeInstruction(std::string_view name, Ext extension, Width width) {
  return {name, Parse<E>(), extension, width,
          [](V& translator, u32 word) { return CallHandler<E>(translator, word, handler); }};
}

constexpr bool IsCompressed(u32 word) { return (word & 3) != 3; }

/// The lines that a CPU has, in buckets by opcode and funct3.
template <class V>
class DecodeTable {
 public:
  DecodeTable(std::span<const Instruction<V>> all, const Config& config) {
    for (const Instruction<V>& line : all) {
      if (!config.has(line.extension) || !(static_cast<u8>(line.width) & (config.xlen == 32 ? 1 : 2)))
        continue;
      const bool compressed = IsCompressed(line.encoding.match);
      if (compressed && !config.has(Ext::C)) continue;
      for (size_t bucket = 0; bucket < kBuckets; ++bucket)
        if (Fits(line, bucket, compressed)) buckets_[compressed][bucket].push_back(&line);
    }
    for (auto& kind : buckets_)
      for (auto& bucket : kind) SortByFixedBits(bucket);
  }

  const Instruction<V>* Find(u32 word) const {
    const bool compressed = IsCompressed(word);
    for (const Instruction<V>* line : buckets_[compressed][BucketOf(word, compressed)])
      if ((word & line->encoding.mask) == line->encoding.match) return line;
    return nullptr;
  }

 private:
  static constexpr size_t kBuckets = 256;
  using Bucket = std::vector<const Instruction<V>*>;

  // 32 bits: opcode[6:2] and funct3; 16 bits: funct3 and the quadrant.
  static size_t BucketOf(u32 word, bool compressed) {
    return compressed ? ((word >> 13) & 7) << 2 | (word & 3) : ((word >> 2) & 31) | ((word >> 12) & 7) << 5;
  }
  static bool Fits(const Instruction<V>& line, size_t bucket, bool compressed) {
    const u32 word = compressed ? static_cast<u32>((bucket >> 2 & 7) << 13 | (bucket & 3))
                                : static_cast<u32>((bucket & 31) << 2 | (bucket >> 5) << 12 | 3);
    const u32 known = compressed ? 0xe003u : 0x707fu;
    return ((word ^ line.encoding.match) & line.encoding.mask & known) == 0;
  }
  static void SortByFixedBits(Bucket& bucket) {
    std::stable_sort(bucket.begin(), bucket.end(), [](const auto* a, const auto* b) {
      return __builtin_popcount(a->encoding.mask) > __builtin_popcount(b->encoding.mask);
    });
  }

  std::array<std::array<Bucket, kBuckets>, 2> buckets_;
};

}  // namespace emboard::riscv
