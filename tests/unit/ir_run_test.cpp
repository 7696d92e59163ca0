// tests/ir/*.ir: each text runs on every engine, with and without the optimiser.
//
// Lines beginning with `;!` direct the test:
//   ;! set @slot value       a cell before the run
//   ;! mem offset value      8 bytes of RAM before the run (RAM is at 0x10000)
//   ;! expect @slot value    a cell afterwards
//   ;! expect-mem offset value
//   ;! expect-flags value    floating-point flags afterwards
//   ;! expect-pc value
//   ;! expect-fault code value pc

#include <filesystem>
#include <fstream>
#include <sstream>

#include "core/ir/text.h"
#include "tests/unit/ir_machine_util.h"

namespace emboard {
namespace {

struct Directive {
  std::string what, where;
  std::vector<u64> values;
};

struct IrFile {
  ir::Block block;
  std::vector<Directive> directives;
};

IrFile ReadIrFile(const std::filesystem::path& path) {
  std::ifstream in(path);
  std::stringstream all;
  all << in.rdbuf();
  IrFile file;
  std::string line;
  while (std::getline(all, line)) {
    if (!line.starts_with(";!")) continue;
    std::istringstream words(line.substr(2));
    Directive d;
    words >> d.what;
    if (d.what == "set" || d.what == "mem" || d.what == "expect" || d.what == "expect-mem") words >> d.where;
    for (std::string number; words >> number;) d.values.push_back(std::stoull(number, nullptr, 0));
    file.directives.push_back(d);
  }
  auto block = ir::Parse(all.str());
  EXPECT_TRUE(block.ok()) << path << ": " << block.error().message;
  if (block.ok()) file.block = std::move(block).value();
  return file;
}

size_t CellIndex(const std::string& slot) {
  return (std::stoull(slot.substr(1)) - offsetof(CpuContext, guest)) / sizeof(u64);
}
u64& MemoryWord(std::vector<u8>& ram, const std::string& offset) {
  return *reinterpret_cast<u64*>(ram.data() + std::stoull(offset, nullptr, 0));
}

void RunFile(const std::filesystem::path& path, IrEngine kind) {
  SCOPED_TRACE(path.filename().string() + " on engine " + std::to_string(static_cast<int>(kind)));
  const IrFile file = ReadIrFile(path);
  std::array<u64, kGuestCells> cells{};
  std::vector<u8> ram(kIrRamBytes);
  for (const Directive& d : file.directives) {
    if (d.what == "set") cells[CellIndex(d.where)] = d.values.at(0);
    if (d.what == "mem") MemoryWord(ram, d.where) = d.values.at(0);
  }
  IrOutcome out = RunIr(file.block, cells, ram, kind);
  size_t expectations = 0;
  bool fault_expected = false;
  for (const Directive& d : file.directives) {
    expectations += d.what.starts_with("expect");
    if (d.what == "expect") {
      EXPECT_EQ(out.cells[CellIndex(d.where)], d.values.at(0)) << d.where;
    }
    if (d.what == "expect-mem") {
      EXPECT_EQ(MemoryWord(out.ram, d.where), d.values.at(0)) << d.where;
    }
    if (d.what == "expect-flags") {
      EXPECT_EQ(out.fp_flags, d.values.at(0));
    }
    if (d.what == "expect-pc") {
      EXPECT_EQ(out.pc, d.values.at(0));
    }
    if (d.what != "expect-fault") continue;
    fault_expected = true;
    EXPECT_EQ(out.fault.code, d.values.at(0));
    EXPECT_EQ(out.fault.value, d.values.at(1));
    EXPECT_EQ(out.fault_pc, d.values.at(2));
  }
  EXPECT_NE(expectations, 0u) << "the file expects nothing";
  if (!fault_expected) {
    EXPECT_EQ(out.fault.code, 0u);
  }
}

TEST(IrFiles, RunAlikeOnEveryEngine) {
  size_t count = 0;
  for (const auto& entry : std::filesystem::directory_iterator(EMBOARD_SOURCE_DIR "/tests/ir")) {
    if (entry.path().extension() != ".ir") continue;
    ++count;
    for (const IrEngine kind : {IrEngine::kInterpreted, IrEngine::kOptimised, IrEngine::kCompiled})
      RunFile(entry.path(), kind);
  }
  EXPECT_GE(count, 8u);
}

}  // namespace
}  // namespace emboard
