#pragma once
// The machine's physical address space: RAM, ROM and MMIO ranges, none of which may overlap.

#include <cstdlib>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "core/base/result.h"
#include "core/base/types.h"

namespace emboard {

inline constexpr unsigned kPageBits = 12;
inline constexpr u64 kPageSize = u64{1} << kPageBits;

/// What stands behind an MMIO range. Offsets are relative to the range's base.
class MmioTarget {
 public:
  virtual ~MmioTarget() = default;
  /// `size_bytes` is 1, 2, 4 or 8; the access never crosses the range's end. Little-endian value.
  virtual u64 MmioRead(u64 offset, unsigned size_bytes) = 0;
  virtual void MmioWrite(u64 offset, unsigned size_bytes, u64 value) = 0;
};

/// Told when memory that may hold translated code is written.
class CodeWriteObserver {
 public:
  virtual ~CodeWriteObserver() = default;
  virtual void OnCodeWrite(PhysAddr address, u64 size_bytes) = 0;
  /// What lies at these addresses is reached another way from now on (see SetDirectReads): cached
  /// translations to host addresses and code from there are void. Rare.
  virtual void OnMapChange(PhysAddr /*base*/, u64 /*size_bytes*/) {}
};

class PhysMap {
 public:
  enum class Kind : u8 { kRam, kRom, kMmio };

  struct Range {
    std::string name;
    Kind kind = Kind::kRam;
    u64 base = 0;
    u64 size_bytes = 0;
    u8* host = nullptr;          ///< RAM and ROM: the first byte; page-aligned for RAM
    MmioTarget* mmio = nullptr;  ///< MMIO only. A ROM may have one too: it then takes the writes (CFI flash)
    bool has_code_marks = false;
    std::vector<u8> code_pages;  ///< one byte a page: translated code stands on it
    bool contains(u64 address) const { return address - base < size_bytes; }
  };

  /// Zeroed memory of `size_bytes` (a multiple of kPageSize) at `base`. Fails when it overlaps a range or
  /// when the host has no memory left.
  Result<u8*> AddRam(std::string name, PhysAddr base, u64 size_bytes);
  /// Read-only memory; `writes` may be null (stores are then ignored and logged).
  Result<u8*> AddRom(std::string name, PhysAddr base, u64 size_bytes, MmioTarget* writes);
  Result<void> AddMmio(std::string name, PhysAddr base, u64 size_bytes, MmioTarget& target);
  /// For a ROM with an MMIO target, named by its base: turns direct reads off (the range is then kMmio; flash
  /// that answers commands) or on again (kRom).
  void SetDirectReads(PhysAddr base, bool direct);

  /// The range that holds `address`, or null. Constant time for the last one asked for, else a binary search.
  Range* Find(PhysAddr address);
  std::span<const std::unique_ptr<Range>> ranges() const { return ranges_; }

  /// DMA by devices and loaders. False when any byte lies outside RAM (for writes) or RAM and ROM (for
  /// reads); nothing is then written. Writes drop translated code.
  bool Read(PhysAddr address, std::span<u8> out);
  bool Write(PhysAddr address, std::span<const u8> data);
  template <class T>
  bool ReadValue(PhysAddr address, T& out) {
    return Read(address, {reinterpret_cast<u8*>(&out), sizeof(T)});
  }
  template <class T>
  bool WriteValue(PhysAddr address, const T& value) {
    return Write(address, {reinterpret_cast<const u8*>(&value), sizeof(T)});
  }
  /// A loader's write, which may also fill ROM.
  bool LoadBytes(PhysAddr address, std::span<const u8> data);
  /// Direct view of `size_bytes` of RAM, or empty when not wholly inside one RAM range. Callers that store
  /// through it must call NoteWrite.
  std::span<u8> HostSpan(PhysAddr address, u64 size_bytes);

  /// Called by the engine: this RAM or ROM page now holds (or no longer holds) translated code.
  void MarkCodePage(PhysAddr page, bool has_code);
  bool IsCodePage(PhysAddr page);
  void NoteWrite(PhysAddr address, u64 size_bytes);
  void set_code_write_observer(CodeWriteObserver* observer) { observer_ = observer; }

 private:
  struct Free {
    void operator()(void* memory) const { std::free(memory); }
  };

  Result<Range*> Add(Range range);
  Result<u8*> AddMemory(Range range);
  // Calls visit(range, offset in it, bytes of it) for each piece of the address range, as long as it returns
  // true.
  template <class Visit>
  bool ForEachPiece(u64 address, u64 size_bytes, Visit visit);
  bool CopyIn(PhysAddr address, std::span<const u8> data, bool into_rom);
  void NoteWriteIn(Range& range, u64 offset, u64 size_bytes);

  std::vector<std::unique_ptr<Range>> ranges_;  // sorted by base
  std::vector<std::unique_ptr<void, Free>> allocations_;
  Range* last_ = nullptr;
  CodeWriteObserver* observer_ = nullptr;
};

}  // namespace emboard
