#pragma once
// Brings firmware, kernel, initrd and device tree into guest memory, and again at each reset.

#include <functional>
#include <span>
#include <string>
#include <vector>

#include "core/base/result.h"
#include "core/base/types.h"
#include "core/machine/cpu.h"
#include "core/machine/machine.h"

namespace emboard {

/// What a place in RAM holds after a reset.
struct Blob {
  std::string name;
  u64 address = 0;
  std::vector<u8> bytes;
  u64 zero_bytes = 0;      ///< cleared after `bytes`
  u64 reserved_bytes = 0;  ///< kept free after that, for the program's own use
  u64 end() const { return address + bytes.size() + zero_bytes + reserved_bytes; }
};

/// The blobs of a machine; none may leave RAM or touch another.
class BlobList {
 public:
  BlobList(u64 ram_base, u64 ram_bytes) : ram_base_(ram_base), ram_bytes_(ram_bytes) {}
  Result<void> Add(Blob blob);
  /// Power-on content: writes every blob.
  void LoadInto(PhysMap& bus) const;
  std::span<const Blob> blobs() const { return blobs_; }
  u64 ram_base() const { return ram_base_; }
  u64 ram_bytes() const { return ram_bytes_; }

 private:
  u64 ram_base_;
  u64 ram_bytes_;
  std::vector<Blob> blobs_;
};

/// What decides how a program file is read.
struct CodeRules {
  const BootRules* boot = nullptr;
  unsigned xlen = 64;
  std::function<Result<std::vector<u8>>(std::span<const u8>)> gunzip;
};

struct LoadedCode {
  u64 entry = 0;
  u64 end = 0;  ///< first byte after what it occupies
};

/// An ELF file goes where it says; a Linux Image or anything else goes to `address`. Either may be gzip'd.
Result<LoadedCode> LoadCode(NamedBytes file, u64 address, const CodeRules& rules, BlobList& out);

struct LoadedInitrd {
  u64 start = 0;
  u64 end = 0;
};

/// Above the kernel: half of RAM further, at most 512 MiB, so that the kernel can unpack itself below.
Result<LoadedInitrd> LoadInitrd(NamedBytes file, u64 kernel_start, BlobList& out);

/// The last 2 MiB boundary that leaves room for `size_bytes` before the end of RAM, and before 3 GiB where
/// RAM begins below that (32-bit stages must reach it).
u64 PlaceFdt(u64 ram_base, u64 ram_bytes, u64 size_bytes);

}  // namespace emboard
