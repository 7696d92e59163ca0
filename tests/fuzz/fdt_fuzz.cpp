// Device trees that the user supplies. What can be read can be written and read again.

#include "core/machine/fdt.h"
#include "tests/fuzz/input.h"

using namespace emboard;

extern "C" int LLVMFuzzerTestOneInput(const u8* data, size_t size_bytes) {
  Result<Fdt> tree = Fdt::Parse("fuzz.dtb", {data, size_bytes});
  if (!tree) return 0;
  tree.value().root.ChildOrAdd("chosen").SetString("bootargs", "console=ttyS0");
  const std::vector<u8> written = tree.value().Serialize();
  const Result<Fdt> again = Fdt::Parse("again.dtb", written);
  if (!again || again.value().Serialize() != written) __builtin_trap();
  return 0;
}
