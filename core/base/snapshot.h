#pragma once
// The snapshot file: sections of named fields. Loading goes by name, so fields can be added and reordered.

#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/result.h"
#include "core/base/types.h"

namespace emboard {

/// Collects fields under section names. Values are little-endian bytes.
class SnapshotWriter {
 public:
  /// Fields that follow go under `name`; names are unique in a snapshot ("cpu0", "ram", "virtio-blk@10001000").
  void BeginSection(std::string_view name);
  void Field(std::string_view name, std::span<const u8> bytes);
  template <class T>
  void Value(std::string_view name, const T& value) {
    Field(name, {reinterpret_cast<const u8*>(&value), sizeof(T)});
  }
  /// Memory, stored with its zero pages left out.
  void Memory(std::string_view name, std::span<const u8> bytes);
  /// The whole file: magic, version, sections, checksum.
  std::vector<u8> Finish();

 private:
  std::vector<u8> body_;
};

class SnapshotReader {
 public:
  /// Checks magic, version, checksum and structure. `bytes` must outlive the reader.
  static Result<SnapshotReader> Parse(std::span<const u8> bytes);
  /// Selects a section; an error names it when the snapshot has none.
  Result<void> OpenSection(std::string_view name);
  /// The field's bytes, which must be exactly `out.size()`.
  Result<void> Field(std::string_view name, std::span<u8> out) const;
  template <class T>
  Result<void> Value(std::string_view name, T& out) const {
    return Field(name, {reinterpret_cast<u8*>(&out), sizeof(T)});
  }
  /// A field of any length (queues, strings).
  Result<std::vector<u8>> Bytes(std::string_view name) const;
  bool Has(std::string_view name) const;
  Result<void> Memory(std::string_view name, std::span<u8> out) const;

 private:
  using Fields = std::map<std::string, std::span<const u8>, std::less<>>;
  std::map<std::string, Fields, std::less<>> sections_;
  const Fields* open_ = nullptr;
  std::string open_name_;
};

}  // namespace emboard
