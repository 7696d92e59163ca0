#pragma once
// The rows of a device's tables, and the checks on them that the compiler makes.

#include <array>
#include <cstring>
#include <string_view>
#include <type_traits>

#include "core/base/types.h"

namespace emboard {

/// One member of a State, seen as `count` elements of `element_bytes`.
template <class S>
struct FieldRef {
  u8* (*at)(S&) = nullptr;
  u32 element_bytes = 0;
  u32 count = 0;
  constexpr size_t bytes() const { return size_t{element_bytes} * count; }
};

template <class T>
struct Flat {
  using Element = T;
  static constexpr u32 kCount = 1;
};
template <class T, size_t N>
struct Flat<T[N]> {
  using Element = typename Flat<T>::Element;
  static constexpr u32 kCount = N * Flat<T>::kCount;
};
template <class T, size_t N>
struct Flat<std::array<T, N>> : Flat<T[N]> {};

template <auto Member, class S, class T>
consteval FieldRef<S> MakeField(T S::*) {
  return {[](S& s) { return reinterpret_cast<u8*>(&(s.*Member)); }, sizeof(typename Flat<T>::Element),
          Flat<T>::kCount};
}
/// kField<&State::divisor>; arrays of arrays count as one long array.
template <auto Member>
inline constexpr auto kField = MakeField<Member>(Member);

template <class S>
u64 LoadElement(const FieldRef<S>& field, S& s, u32 index) {
  u64 value = 0;
  std::memcpy(&value, field.at(s) + size_t{index} * field.element_bytes, field.element_bytes);
  return value;
}
template <class S>
void StoreElement(const FieldRef<S>& field, S& s, u32 index, u64 value) {
  std::memcpy(field.at(s) + size_t{index} * field.element_bytes, &value, field.element_bytes);
}

/// A register, an array of registers, or (span_bytes) a stretch that a pair of hooks decodes itself.
template <class D>
struct Register {
  using S = typename D::State;

  u32 offset = 0;
  std::string_view name;
  u32 width = 4;  ///< bytes
  u32 sizes = 0;  ///< the access sizes it answers, or'ed (4 | 8); 0: its width only
  FieldRef<S> field = {};
  u64 reset = 0;     ///< of each element
  u64 writable = 0;  ///< bits a write stores
  u64 write_1_to_clear = 0;
  u32 count = 1;                      ///< >1: an array; the field then has as many elements
  u32 stride = 0;                     ///< bytes from one element to the next; 0: width
  bool (D::*when)() const = nullptr;  ///< a bank: the row is there only while this holds
  /// The value read, instead of the field's.
  u64 (D::*on_read)(u32 index) = nullptr;
  /// After the masks have done their work; `value` is what was written, 0 in bytes the access did not cover.
  void (D::*on_write)(u64 value, u32 index) = nullptr;

  u32 span_bytes = 0;
  u64 (D::*on_read_span)(u32 offset, unsigned size_bytes) = nullptr;
  void (D::*on_write_span)(u32 offset, unsigned size_bytes, u64 value) = nullptr;

  constexpr u32 step() const { return stride != 0 ? stride : width; }
  constexpr u32 extent() const { return span_bytes != 0 ? span_bytes : (count - 1) * step() + width; }
  constexpr u32 allowed_sizes() const { return sizes != 0 ? sizes : width; }
};

/// State that no register shows directly.
template <class S>
struct Extra {
  std::string_view name;
  FieldRef<S> field;
};

/// For kExtraState of a device whose registers show everything.
template <class S>
inline constexpr std::array<Extra<S>, 0> kNoExtraState{};

template <class D>
consteval size_t BytesInTables() {
  size_t bytes = 0;
  for (const auto& reg : D::kRegisters) bytes += reg.field.bytes();
  for (const auto& extra : D::kExtraState) bytes += extra.field.bytes();
  return bytes;
}

// No two rows keep the same field, and no two fields share a name.
template <class D>
consteval bool FieldsAreDistinct() {
  constexpr size_t kRows = D::kRegisters.size() + D::kExtraState.size();
  std::array<Extra<typename D::State>, kRows> rows{};
  size_t count = 0;
  for (const auto& reg : D::kRegisters) {
    if (reg.field.at != nullptr) rows[count++] = {reg.name, reg.field};
  }
  for (const auto& extra : D::kExtraState) rows[count++] = extra;
  for (size_t i = 0; i < count; i++) {
    if (rows[i].name.empty()) return false;
    for (size_t j = 0; j < i; j++) {
      if (rows[i].name == rows[j].name || rows[i].field.at == rows[j].field.at) return false;
    }
  }
  return true;
}

template <class R>
consteval bool Overlap(const R& a, const R& b) {
  if (a.offset >= b.offset + b.extent() || b.offset >= a.offset + a.extent()) return false;
  // Arrays of the same stride may interleave (a PLIC context's threshold and claim).
  if (a.span_bytes != 0 || b.span_bytes != 0 || a.step() != b.step()) return true;
  const u32 apart = (b.offset + a.step() * (a.offset / a.step() + 1) - a.offset) % a.step();
  return apart < a.width || a.step() - apart < b.width;
}

// Rows that are always there do not overlap; each row's own numbers make sense.
template <class D>
consteval bool RegistersAreSound() {
  for (size_t i = 0; i < D::kRegisters.size(); i++) {
    const auto& a = D::kRegisters[i];
    if (a.field.at != nullptr && (a.field.count != a.count || a.field.element_bytes > 8)) return false;
    if (a.field.at != nullptr && a.field.element_bytes < a.width) return false;
    if (a.step() < a.width || a.width > 8) return false;
    if (a.span_bytes != 0 && (a.on_read_span == nullptr || a.on_write_span == nullptr)) return false;
    for (size_t j = 0; j < i; j++) {
      const auto& b = D::kRegisters[j];
      if (a.when == nullptr && b.when == nullptr && Overlap(a, b)) return false;
    }
  }
  return true;
}

template <class D>
consteval bool CheckTables() {
  using S = typename D::State;
  static_assert(std::is_empty_v<S> || std::has_unique_object_representations_v<S>,
                "State must have no padding, pointers or floats");
  static_assert(BytesInTables<D>() == (std::is_empty_v<S> ? 0 : sizeof(S)),
                "a State field is in neither kRegisters nor kExtraState");
  static_assert(FieldsAreDistinct<D>(), "two rows name or keep the same State field, or one has no name");
  static_assert(RegistersAreSound<D>(),
                "registers overlap, or a row's width, count or hooks do not fit its field");
  return true;
}

}  // namespace emboard
