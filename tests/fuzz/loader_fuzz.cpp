// Kernels: ELF, Linux Image with and without its EFI part, gzip and zboot wrappings, raw.

#include "boards/boards.h"
#include "core/machine/loader.h"
#include "native-backend/host/gzip.h"
#include "tests/fuzz/input.h"

using namespace emboard;

extern "C" int LLVMFuzzerTestOneInput(const u8* data, size_t size_bytes) {
  FuzzInput input(data, size_bytes);
  const u8 choice = input.Take<u8>();
  const BoardSpec& board = *AllBoards().front();
  CodeRules rules;
  rules.boot = board.family().boot;
  rules.xlen = (choice & 1) != 0 ? 32 : 64;
  rules.gunzip = [](std::span<const u8> bytes) { return Gunzip(bytes, 1 << 20); };
  constexpr u64 kRamBytes = 1 << 20;
  BlobList blobs(board.ram_base, kRamBytes);
  NamedBytes file{"kernel", {input.rest().begin(), input.rest().end()}};
  const Result<LoadedCode> code =
      LoadCode(std::move(file), board.ram_base + ((choice & 2) != 0 ? 0x1000 : 0), rules, blobs);
  if (!code) return 0;
  PhysMap bus;
  if (!bus.AddRam("ram", PhysAddr{board.ram_base}, kRamBytes).ok()) __builtin_trap();
  blobs.LoadInto(bus);
  return 0;
}
