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

// The file: "EMBSNAP" 0x1a, version (u64), length of the body (u64), checksum of the body (u64), body.
// The body is a sequence of records: kind (u8), length of the name (u8), name; a section has nothing more, a
// field goes on with its length (u64) and bytes, and a memory with its size (u64), the length of its pages
// (u64) and the pages: first byte's offset (u64), length (u64), bytes. Integers are little-endian.

/// Of a body, as the header holds it; for tools that craft snapshots.
u64 SnapshotChecksum(std::span<const u8> body);
inline constexpr size_t kSnapshotHeaderBytes = 32;
inline constexpr size_t kSnapshotChecksumAt = 24;

/// Collects fields under section names. Values are little-endian bytes.
class SnapshotWriter {
 public:
  /// Fields that follow go under `name`; names are unique in a snapshot ("cpu0", "ram",
  /// "virtio-blk@10001000").
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
  void Record(u8 kind, std::string_view name);
  void Append(std::span<const u8> bytes);
  void AppendU64(u64 value);

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
  /// Whether the open section has a field or memory of that name.
  bool Has(std::string_view name) const;
  bool HasSection(std::string_view name) const;
  Result<void> Memory(std::string_view name, std::span<u8> out) const;

 private:
  struct Content {
    std::span<const u8> bytes;
    bool is_memory = false;
    u64 memory_bytes = 0;
  };
  using Fields = std::map<std::string, Content, std::less<>>;
  Result<const Content*> Get(std::string_view name, bool is_memory) const;

  std::map<std::string, Fields, std::less<>> sections_;
  const Fields* open_ = nullptr;
  std::string open_name_;
};

}  // namespace emboard
