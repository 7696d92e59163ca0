// Snapshots: any bytes as a file, any records under a right checksum, and a good snapshot with changed bytes,
// which the machine then runs.

#include "core/base/snapshot.h"
#include "tests/fuzz/input.h"
#include "tests/fuzz/machine.h"

using namespace emboard;

namespace {

/// Makes header and checksum agree with the body.
void Seal(std::vector<u8>& file) {
  const u64 body_bytes = file.size() - kSnapshotHeaderBytes;
  const u64 checksum = SnapshotChecksum(std::span<const u8>(file).subspan(kSnapshotHeaderBytes));
  std::memcpy(file.data() + 16, &body_bytes, 8);
  std::memcpy(file.data() + 24, &checksum, 8);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const u8* data, size_t size_bytes) {
  static constexpr u8 kLoop[] = {0x13, 0, 0, 0, 0x6f, 0xf0, 0xdf, 0xff};  // nop; j .-4
  static const std::vector<u8> good = [] {
    FuzzMachine fuzz(kLoop, "rv64", 2);
    fuzz.machine->Run(100);
    return fuzz.machine->SaveSnapshot().value();
  }();
  FuzzInput input(data, size_bytes);
  const size_t kind = input.Take<u8>() % 3;
  std::vector<u8> file(input.rest().begin(), input.rest().end());
  if (kind == 1) {
    file.insert(file.begin(), good.begin(), good.begin() + kSnapshotHeaderBytes);
  } else if (kind == 2) {
    file = good;
    for (int edits = 0; edits < 16 && !input.empty(); edits++) {
      const size_t at = kSnapshotHeaderBytes + input.Pick(file.size() - kSnapshotHeaderBytes);
      file[at] ^= static_cast<u8>(input.Take<u8>() + 1);
    }
  }
  if (kind != 0) Seal(file);
  static FuzzMachine fuzz(kLoop, "rv64", 2);  // a load replaces all of its state, or none
  if (fuzz.machine->LoadSnapshot(file)) fuzz.machine->Run(1000);
  return 0;
}
