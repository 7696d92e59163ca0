// What every board must fulfil. A new board is tested by being listed in boards/all.cpp.

#include <gtest/gtest.h>

#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <set>

#include "boards/boards.h"
#include "core/machine/board_info.h"
#include "core/machine/fdt.h"
#include "core/machine/machine.h"
#include "core/machine/part_plan.h"
#include "tests/unit/fake_host.h"

namespace emboard {
namespace {

class Board : public testing::TestWithParam<const BoardSpec*> {
 protected:
  const BoardSpec& board() const { return *GetParam(); }

  std::unique_ptr<Machine> Make(unsigned smp = 1) {
    MachineConfig config;
    config.board = &board();
    config.smp = smp;
    config.icount_shift = 0;
    config.append = "console=ttyS0";
    auto machine = Machine::Create(std::move(config), host_.ports());
    EXPECT_TRUE(machine.ok()) << machine.error().message;
    return machine.ok() ? std::move(machine).value() : nullptr;
  }

  bool HasPart(std::string_view name) const {
    for (const Part& part : board().parts) {
      if (part.name == name) return true;
    }
    return false;
  }

  FakeHost host_;
};

std::string TestName(const testing::TestParamInfo<const BoardSpec*>& info) {
  std::string name(info.param->name);
  for (char& c : name) {
    if (isalnum(static_cast<unsigned char>(c)) == 0) c = '_';
  }
  return name;
}

INSTANTIATE_TEST_SUITE_P(All, Board, testing::ValuesIn(AllBoards().begin(), AllBoards().end()), TestName);

TEST_P(Board, IsFoundByItsName) {
  EXPECT_EQ(FindBoard(board().name), &board());
  EXPECT_FALSE(board().title.empty());
  EXPECT_FALSE(board().description.empty());
}

TEST_P(Board, NamesAreUniqueAndRefersToPartsThatExist) {
  std::set<std::string_view> names;
  for (const Part& part : board().parts) EXPECT_TRUE(names.insert(part.name).second) << part.name;
  for (const std::string_view name : {board().stdout_part, board().time_source, board().virtio.controller,
                                      board().flash_banks[0], board().flash_banks[1]}) {
    EXPECT_TRUE(name.empty() || HasPart(name)) << name;
  }
}

TEST_P(Board, SizesArePossible) {
  EXPECT_LE(board().min_ram_bytes, board().default_ram_bytes);
  EXPECT_LE(board().default_ram_bytes, board().max_ram_bytes);
  EXPECT_GE(board().max_cpus, 1u);
}

/// Also for memory at its largest, which Create() cannot check everywhere.
TEST_P(Board, NothingOverlaps) {
  struct Range {
    std::string name;
    u64 base, size_bytes;
  };
  std::vector<Range> ranges{{"ram", board().ram_base, board().max_ram_bytes},
                            {"rom", board().rom_base, board().rom_size_bytes}};
  const auto plan = PlanParts(board(), {});
  ASSERT_TRUE(plan.ok()) << plan.error().message;
  for (const PlannedPart& part : plan.value()) ranges.push_back({part.name, part.base, part.size_bytes});
  for (const Range& a : ranges) {
    EXPECT_NE(a.size_bytes, 0u) << a.name;
    for (const Range& b : ranges) {
      const bool overlap = &a != &b && b.base - a.base < a.size_bytes;
      EXPECT_FALSE(overlap) << a.name << " and " << b.name;
    }
  }
}

TEST_P(Board, IsBuiltWithOneAndWithAllCpus) {
  EXPECT_NE(Make(1), nullptr);
  EXPECT_NE(Make(board().max_cpus), nullptr);
}

/// Phandles must be unique; what refers to one must find it.
struct Phandles {
  std::set<u64> defined;
  std::set<u64> used;
  void Collect(const FdtNode& node) {
    if (node.Property("phandle") != nullptr) {
      EXPECT_TRUE(defined.insert(node.Number("phandle", 0)).second) << node.name;
    }
    for (const char* name : {"interrupt-parent", "regmap", "cpu"}) {
      if (node.Property(name) != nullptr) used.insert(node.Number(name, 0));
    }
    for (const FdtNode& child : node.children) Collect(child);
  }
};

TEST_P(Board, DeviceTreeIsConsistent) {
  const auto machine = Make(board().max_cpus);
  ASSERT_NE(machine, nullptr);
  const auto parsed = Fdt::Parse("device tree", machine->device_tree());
  ASSERT_TRUE(parsed.ok()) << parsed.error().message;
  const Fdt& tree = parsed.value();
  Phandles phandles;
  phandles.Collect(tree.root);
  for (const u64 phandle : phandles.used) EXPECT_TRUE(phandles.defined.contains(phandle)) << phandle;
  EXPECT_NE(tree.Find(tree.Find("/chosen")->String("stdout-path")), nullptr);
  EXPECT_NE(tree.Find("/cpus")->Number("timebase-frequency", 0), 0u);
  EXPECT_NE(tree.Find("/cpus/cpu@" + HexText(board().max_cpus - 1)), nullptr);
  EXPECT_NE(tree.Find("/memory@" + HexText(board().ram_base)), nullptr);
  const auto plan = PlanParts(board(), {});
  for (const PlannedPart& part : plan.value()) {
    const FdtDescription& fdt = part.type->fdt;
    if (fdt.node.empty()) continue;
    EXPECT_NE(tree.Find("/soc/" + std::string(fdt.node) + "@" + HexText(part.base)), nullptr) << part.name;
  }
}

TEST_P(Board, DeviceTreeCompilerHasNoComplaints) {
  if (std::system("dtc --version > /dev/null 2>&1") != 0) GTEST_SKIP() << "dtc is not installed";
  const auto machine = Make(board().max_cpus);
  ASSERT_NE(machine, nullptr);
  const std::string path = testing::TempDir() + "emboard-" + std::string(board().name) + ".dtb";
  FILE* file = std::fopen(path.c_str(), "wb");
  ASSERT_NE(file, nullptr);
  std::fwrite(machine->device_tree().data(), 1, machine->device_tree().size(), file);
  std::fclose(file);
  FILE* dtc = popen(("dtc -I dtb -O dts -o /dev/null " + path + " 2>&1").c_str(), "r");
  ASSERT_NE(dtc, nullptr);
  std::string complaints;
  char buffer[256];
  while (std::fgets(buffer, sizeof(buffer), dtc) != nullptr) complaints += buffer;
  EXPECT_EQ(pclose(dtc), 0);
  EXPECT_EQ(complaints, "");
  std::remove(path.c_str());
}

TEST_P(Board, ResetIsThePowerOnState) {
  const auto machine = Make(board().max_cpus);
  ASSERT_NE(machine, nullptr);
  const std::string devices = machine->DumpDevices();
  const std::string cpus = machine->DumpCpus();
  EXPECT_FALSE(devices.empty());
  machine->Run(50);  // less than a tick of any timer: what counts time since the reset is still equal
  machine->Reset();
  EXPECT_EQ(machine->DumpDevices(), devices);
  EXPECT_EQ(machine->DumpCpus(), cpus);
}

TEST_P(Board, SnapshotSurvivesTheRoundTrip) {
  const auto first = Make(board().max_cpus);
  ASSERT_NE(first, nullptr);
  first->Run(1000);
  const auto saved = first->SaveSnapshot();
  ASSERT_TRUE(saved.ok()) << saved.error().message;
  const auto second = Make(board().max_cpus);
  const auto loaded = second->LoadSnapshot(saved.value());
  ASSERT_TRUE(loaded.ok()) << loaded.error().message;
  EXPECT_EQ(second->DumpDevices(), first->DumpDevices());
  EXPECT_EQ(second->DumpCpus(), first->DumpCpus());
  EXPECT_EQ(second->instructions(), first->instructions());
  EXPECT_TRUE(second->SaveSnapshot().value() == saved.value());
}

/// docs/boards.md is the boards' data as a page. EMBOARD_UPDATE=1 writes it anew.
TEST(Boards, TheirPageIsUpToDate) {
  const std::string path = std::string(EMBOARD_SOURCE_DIR) + "/docs/boards.md";
  const std::string wanted = BoardsAsMarkdown(AllBoards());
  if (std::getenv("EMBOARD_UPDATE") != nullptr) std::ofstream(path) << wanted;
  std::ifstream file(path);
  const std::string found{std::istreambuf_iterator<char>(file), {}};
  EXPECT_TRUE(found == wanted) << path
                               << " differs from the boards' data; to write it anew: EMBOARD_UPDATE=1 "
                               << "build/native/tests/board_tests --gtest_filter=Boards.*";
}

}  // namespace
}  // namespace emboard
