#include "core/machine/machine.h"

#include <gtest/gtest.h>

#include <utility>

#include "boards/boards.h"
#include "core/base/units.h"
#include "core/machine/fdt.h"
#include "tests/unit/fake_cpu.h"
#include "tests/unit/fake_host.h"

namespace emboard {
namespace {

constexpr u64 kRam = 0x8000'0000;
constexpr u64 kUart = 0x1000'0000;
constexpr u64 kFinisher = 0x10'0000;
constexpr u64 kMtimecmp = 0x200'4000;
constexpr u64 kInsn = sizeof(FakeInsn);
constexpr u64 kCounter = kRam + 1_MiB;

/// The virt board with the fake CPU in it.
BoardSpec FakeBoard() {
  BoardSpec board = *FindBoard("virt");
  board.family = &FakeFamily;
  board.default_cpu = "fake";
  return board;
}
const BoardSpec kBoard = FakeBoard();

MachineConfig Config(const std::vector<FakeInsn>& program) {
  MachineConfig config;
  config.board = &kBoard;
  config.ram_bytes = 16_MiB;
  config.kernel = FakeProgram(program);
  config.icount_shift = 0;
  return config;
}

std::unique_ptr<Machine> Make(FakeHost& host, MachineConfig config) {
  auto machine = Machine::Create(std::move(config), host.ports());
  EXPECT_TRUE(machine.ok()) << machine.error().message;
  return machine.ok() ? std::move(machine).value() : nullptr;
}

std::string ErrorOf(MachineConfig config) {
  FakeHost host;
  const auto machine = Machine::Create(std::move(config), host.ports());
  return machine.ok() ? "" : machine.error().message;
}

FakeInsn Print(char c) { return {FakeOp::kStore, kUart, static_cast<u64>(c)}; }
FakeInsn PowerOff(u32 command = 0x5555) { return {FakeOp::kStore, kFinisher, command}; }
FakeInsn SetTimer(u32 ticks) { return {FakeOp::kStore, kMtimecmp, ticks}; }
/// mtimecmp's upper half starts at all ones.
FakeInsn ClearTimerHigh() { return {FakeOp::kStore, kMtimecmp + 4, 0}; }

TEST(Machine, PrintsAndPowersOff) {
  FakeHost host;
  auto machine = Make(host, Config({Print('h'), Print('i'), PowerOff(), Print('!')}));
  const RunResult result = machine->Run(1000);
  EXPECT_EQ(result.state, RunState::kStopped);
  EXPECT_EQ(result.exit_status, 0);
  EXPECT_EQ(result.reason, "guest powered off");
  EXPECT_EQ(host.serial.output, "hi");
  EXPECT_EQ(machine->instructions(), 3u);
  EXPECT_EQ(machine->Run(1000).state, RunState::kStopped);
  EXPECT_EQ(machine->instructions(), 3u);
}

TEST(Machine, ExitStatusIsTheGuests) {
  FakeHost host;
  auto machine = Make(host, Config({PowerOff(7 << 16 | 0x3333)}));
  EXPECT_EQ(machine->Run(10).exit_status, 7);
}

TEST(Machine, ResetRestoresTheImagesButNotOtherMemory) {
  FakeHost host;
  // The first instruction is overwritten; the second run shows whether it came back.
  auto machine = Make(host, Config({Print('a'),
                                    {FakeOp::kStore, kRam + 2 * sizeof(u64), 'b'},
                                    {FakeOp::kIncrement, kCounter},
                                    PowerOff(0x7777)}));
  EXPECT_EQ(machine->Run(8).state, RunState::kRunning);
  EXPECT_EQ(machine->instructions(), 8u);
  machine.reset();  // UARTs hold output back for a while
  EXPECT_EQ(host.serial.output, "aa");
}

TEST(Machine, NoRebootStopsInsteadOfResetting) {
  FakeHost host;
  auto config = Config({Print('a'), PowerOff(0x7777)});
  config.no_reboot = true;
  auto machine = Make(host, std::move(config));
  const RunResult result = machine->Run(100);
  EXPECT_EQ(result.state, RunState::kStopped);
  EXPECT_EQ(result.exit_status, 0);
  EXPECT_EQ(host.serial.output, "a");
  machine->Reset();
  EXPECT_EQ(machine->Run(100).state, RunState::kStopped);
  EXPECT_EQ(host.serial.output, "aa") << "the reset button works after a stop";
}

TEST(Machine, RunsExactlyWhatItIsAskedFor) {
  FakeHost host;
  auto machine = Make(host, Config({{FakeOp::kIncrement, kCounter}, {FakeOp::kJump, 0, kRam}}));
  for (u64 slice : {u64{1}, u64{2}, u64{100'000}, u64{3}}) {
    const u64 before = machine->instructions();
    EXPECT_EQ(machine->Run(slice).state, RunState::kRunning);
    EXPECT_EQ(machine->instructions() - before, slice);
  }
}

TEST(Machine, CountedTimeSkipsIdleToTheExactDeadline) {
  FakeHost host;
  // 10 MHz: tick 50 is at 5000 ns.
  auto machine = Make(host, Config({ClearTimerHigh(), SetTimer(50), {FakeOp::kWait}, PowerOff()}));
  const RunResult result = machine->Run(1000);
  EXPECT_EQ(result.state, RunState::kStopped);
  EXPECT_EQ(machine->instructions(), 4u);
  EXPECT_EQ(machine->now_ns(), 5001u);
}

TEST(Machine, CountedTimeWithAShift) {
  FakeHost host;
  auto config = Config({ClearTimerHigh(), SetTimer(50), {FakeOp::kWait}, PowerOff()});
  config.icount_shift = 3;
  auto machine = Make(host, std::move(config));
  machine->Run(1000);
  EXPECT_EQ(machine->now_ns(), 5008u);
}

TEST(Machine, WaitingForNothingIsIdleForEver) {
  FakeHost host;
  auto machine = Make(host, Config({{FakeOp::kWait}, PowerOff()}));
  const RunResult result = machine->Run(1000);
  EXPECT_EQ(result.state, RunState::kIdle);
  EXPECT_EQ(result.idle_until_ns, kNever);
  EXPECT_EQ(machine->instructions(), 1u);
}

TEST(Machine, HostTimeSaysHowLongToSleep) {
  FakeHost host;
  auto config = Config({ClearTimerHigh(), SetTimer(50), {FakeOp::kWait}, PowerOff()});
  config.icount_shift.reset();
  auto machine = Make(host, std::move(config));
  RunResult result = machine->Run(1000);
  EXPECT_EQ(result.state, RunState::kIdle);
  EXPECT_EQ(result.idle_until_ns, 5000u);
  host.clock.now_ns += 4999;
  EXPECT_EQ(machine->Run(1000).state, RunState::kIdle);
  host.clock.now_ns += 1;
  EXPECT_EQ(machine->Run(1000).state, RunState::kStopped);
}

TEST(Machine, PausedTimeStandsStill) {
  FakeHost host;
  auto config = Config({{FakeOp::kWait}});
  config.icount_shift.reset();
  auto machine = Make(host, std::move(config));
  host.clock.now_ns += 100;
  machine->Pause();
  const u64 at = machine->now_ns();
  host.clock.now_ns += 1000;
  EXPECT_EQ(machine->now_ns(), at);
  machine->Resume();
  host.clock.now_ns += 10;
  EXPECT_EQ(machine->now_ns(), at + 10);
}

/// Two CPUs that print different letters for ever.
std::vector<FakeInsn> Duet() {
  return {{FakeOp::kSplit, 1, kRam + 3 * kInsn},
          Print('a'),
          {FakeOp::kJump, 0, kRam + kInsn},
          Print('b'),
          {FakeOp::kJump, 0, kRam + 3 * kInsn}};
}

TEST(Machine, TheScheduleDoesNotDependOnHowRunsAreCut) {
  std::string first;
  for (const u64 cut : {u64{100'000}, u64{977}, u64{16'384}, u64{65'537}}) {
    FakeHost host;
    auto config = Config(Duet());
    config.smp = 2;
    auto machine = Make(host, std::move(config));
    while (machine->instructions() < 100'000) {
      machine->Run(std::min<u64>(cut, 100'000 - machine->instructions()));
    }
    machine.reset();
    EXPECT_NE(host.serial.output.find('b'), std::string::npos);
    if (first.empty()) first = host.serial.output;
    EXPECT_TRUE(host.serial.output == first) << cut;
  }
}

TEST(Machine, AYieldingCpuLetsTheOthersRun) {
  FakeHost host;
  auto config = Config({{FakeOp::kSplit, 1, kRam + 3 * kInsn},
                        {FakeOp::kYield},
                        Print('0'),
                        Print('1'),
                        {FakeOp::kYield},
                        PowerOff()});
  config.smp = 2;
  auto machine = Make(host, std::move(config));
  machine->Run(1000);
  EXPECT_EQ(host.serial.output, "101");
  EXPECT_EQ(machine->instructions(), 9u);
}

TEST(Machine, TimersOfOneCpuFireInTheSliceOfAnother) {
  FakeHost host;
  // CPU 1 waits for a timer that is due while CPU 0 spins.
  auto config = Config({{FakeOp::kSplit, 1, kRam + 2 * kInsn},
                        {FakeOp::kJump, 0, kRam + kInsn},
                        {FakeOp::kStore, kMtimecmp + 12, 0},
                        {FakeOp::kStore, kMtimecmp + 8, 1000},
                        {FakeOp::kWait},
                        PowerOff()});
  config.smp = 2;
  auto machine = Make(host, std::move(config));
  EXPECT_EQ(machine->Run(1'000'000).state, RunState::kStopped);
  EXPECT_GE(machine->now_ns(), 100'000u);
  EXPECT_LE(machine->now_ns(), 100'000u + 2 * 16'384u);
}

/// Counts, prints now and then, and sleeps on timers.
std::vector<FakeInsn> Busy() {
  return {ClearTimerHigh(), {FakeOp::kIncrement, kCounter},  Print('x'), SetTimer(1'000'000),
          Print('y'),       {FakeOp::kJump, 0, kRam + kInsn}};
}

TEST(Machine, ASnapshotContinuesAsIfNothingHadHappened) {
  auto config = [] {
    auto made = Config(Busy());
    made.smp = 2;
    return made;
  };
  FakeHost straight, before, after;
  auto whole = Make(straight, config());
  whole->Run(300'000);

  auto first = Make(before, config());
  first->Run(123'457);
  const auto saved = first->SaveSnapshot();
  ASSERT_TRUE(saved.ok()) << saved.error().message;
  auto second = Make(after, config());
  second->Run(65'536);  // a port is looked at, so that no output is held back
  const size_t already = after.serial.output.size();
  const auto loaded = second->LoadSnapshot(saved.value());
  ASSERT_TRUE(loaded.ok()) << loaded.error().message;
  EXPECT_EQ(second->instructions(), 123'457u);
  EXPECT_EQ(second->now_ns(), first->now_ns());
  EXPECT_TRUE(second->SaveSnapshot().value() == saved.value()) << "saved again, it is the same file";

  second->Run(300'000 - 123'457);
  EXPECT_EQ(second->now_ns(), whole->now_ns());
  EXPECT_TRUE(second->SaveSnapshot().value() == whole->SaveSnapshot().value());
  whole.reset();
  first.reset();
  second.reset();
  EXPECT_FALSE(straight.serial.output.empty());
  EXPECT_TRUE(before.serial.output + after.serial.output.substr(already) == straight.serial.output);
}

TEST(Machine, SnapshotsOfOtherMachinesAreRefused) {
  FakeHost host;
  const auto saved = Make(host, Config(Busy()))->SaveSnapshot();
  ASSERT_TRUE(saved.ok());
  const auto refusal = [&](MachineConfig config) {
    const auto loaded = Make(host, std::move(config))->LoadSnapshot(saved.value());
    return loaded.ok() ? "" : loaded.error().message;
  };
  EXPECT_EQ(refusal(Config(Busy())), "");
  auto other = Config(Busy());
  other.smp = 2;
  EXPECT_EQ(refusal(std::move(other)),
            "the snapshot is of another machine: it has 'smp 1', this one has 'smp 2'");
  other = Config(Busy());
  other.ram_bytes = 32_MiB;
  EXPECT_EQ(refusal(std::move(other)),
            "the snapshot is of another machine: it has 'memory 16384K', this one has 'memory 32768K'");
  other = Config(Busy());
  other.devices.push_back({"virtio-rng-device", {}});
  EXPECT_NE(refusal(std::move(other)).find("virtio_mmio@10008000"), std::string::npos);
}

TEST(Machine, BrokenSnapshotsAreErrorsAndLeaveTheMachineAlone) {
  FakeHost host;
  auto machine = Make(host, Config({Print('a'), Print('b'), {FakeOp::kWait}}));
  machine->Run(1);
  const std::vector<u8> saved = machine->SaveSnapshot().value();
  for (size_t part = 0; part < 64; ++part) {
    const auto size = static_cast<std::ptrdiff_t>(saved.size() * part / 64);
    EXPECT_FALSE(machine->LoadSnapshot(std::vector<u8>(saved.begin(), saved.begin() + size)).ok()) << part;
  }
  for (size_t i = 0; i < saved.size(); i += 1 + saved.size() / 512) {
    std::vector<u8> flipped = saved;
    flipped[i] ^= 0x10;
    EXPECT_FALSE(machine->LoadSnapshot(flipped).ok()) << i;
  }
  machine->Run(10);
  EXPECT_EQ(host.serial.output, "ab");
}

TEST(Machine, ASnapshotThatProvesBrokenHalfWayResetsTheMachine) {
  FakeHost host;
  auto machine = Make(host, Config({Print('a'), Print('b'), {FakeOp::kWait}}));
  machine->Run(1);
  const std::vector<u8> saved = machine->SaveSnapshot().value();
  SnapshotReader in = SnapshotReader::Parse(saved).value();
  ASSERT_TRUE(in.OpenSection("machine").ok());
  SnapshotWriter out;
  out.BeginSection("machine");
  for (const char* field :
       {"identity", "now_ns", "instructions", "next_poll", "slice_left", "current_cpu", "waiting"}) {
    out.Field(field, in.Bytes(field).value());
  }
  EXPECT_FALSE(machine->LoadSnapshot(out.Finish()).ok()) << "it has no memory";
  machine->Run(10);
  EXPECT_EQ(host.serial.output, "aab");
}

TEST(Machine, PluggedDevicesTakeTheHighestSlotFirst) {
  FakeHost host;
  auto config = Config({{FakeOp::kWait}});
  config.devices = {{"virtio-rng-device", {}},
                    {"virtio-rng-device", {{"bus", "virtio-mmio-bus.2"}, {"id", "r"}}}};
  auto machine = Make(host, std::move(config));
  const std::string dump = machine->DumpDevices();
  EXPECT_NE(dump.find("virtio_mmio@10008000 (virtio-rng-device)"), std::string::npos) << dump;
  EXPECT_NE(dump.find("virtio_mmio@10003000 (virtio-rng-device)"), std::string::npos) << dump;
  EXPECT_NE(dump.find("virtio_mmio@10001000 (virtio-mmio)"), std::string::npos) << dump;

  // Linux gives names (vda, vdb) in the order of the tree.
  std::vector<std::string> nodes;
  const Fdt tree = Fdt::Parse("it", machine->device_tree()).value();
  for (const FdtNode& node : tree.Find("/soc")->children) {
    if (node.name.starts_with("virtio_mmio")) nodes.push_back(node.name);
  }
  ASSERT_EQ(nodes.size(), 8u);
  EXPECT_EQ(nodes.front(), "virtio_mmio@10008000");
  EXPECT_EQ(nodes.back(), "virtio_mmio@10001000");
}

TEST(Machine, ConfigurationErrorsSayWhatIsWrong) {
  const auto with = [](auto change) {
    MachineConfig config = Config({{FakeOp::kWait}});
    change(config);
    return ErrorOf(std::move(config));
  };
  EXPECT_EQ(with([](auto& c) { c.smp = 9; }), "-smp 9: board virt takes 1 to 8 CPUs");
  EXPECT_EQ(with([](auto& c) { c.smp = 0; }), "-smp 0: board virt takes 1 to 8 CPUs");
  EXPECT_EQ(with([](auto& c) { c.ram_bytes = 1_MiB; }), "-m 1M: board virt takes 4M to 16G");
  EXPECT_EQ(with([](auto& c) { c.ram_bytes = u64{1} << 60; }), "-m 1073741824G: board virt takes 4M to 16G");
  EXPECT_EQ(with([](auto& c) { c.ram_bytes = 8_MiB + 1; }), "-m 8388609 bytes: must be a multiple of 4K");
  EXPECT_EQ(with([](auto& c) { c.icount_shift = 11; }), "-icount shift=11: must be 0 to 10");
  EXPECT_EQ(with([](auto& c) {
              c.devices = {{"frobnicator", {}}};
            }),
            "-device frobnicator: unknown device type; '-device help' lists them");
  EXPECT_EQ(with([](auto& c) {
              c.devices = {{"plic", {}}};
            }),
            "-device plic: board virt has no place for it");
  EXPECT_EQ(with([](auto& c) {
              c.devices.assign(9, {"virtio-rng-device", {}});
            }),
            "-device virtio-rng-device: all 8 virtio slots are taken");
  EXPECT_EQ(with([](auto& c) {
              c.devices = {{"virtio-rng-device", {{"bus", "pci.0"}}}};
            }),
            "-device virtio-rng-device: bus=pci.0: the board has virtio-mmio-bus.0 to virtio-mmio-bus.7");
  EXPECT_EQ(with([](auto& c) {
              c.devices.assign(2, {"virtio-rng-device", {{"bus", "virtio-mmio-bus.1"}}});
            }),
            "-device virtio-rng-device: bus=virtio-mmio-bus.1 is already in use");
  EXPECT_EQ(with([](auto& c) {
              c.devices = {{"virtio-blk-device", {{"drive", "d0"}}}};
            }),
            "-device virtio-blk-device: no drive 'd0'; '-drive id=d0,if=none,file=...' makes one");
  EXPECT_EQ(with([](auto& c) {
              c.flash = {{"a", {}}, {"b", {}}, {"c.fd", {1}}};
            }),
            "c.fd: board virt has no flash bank 2");
  EXPECT_EQ(with([](auto& c) {
              c.flash = {{"big.fd", std::vector<u8>(33_MiB)}};
            }),
            "big.fd: 34603008 bytes do not fit in flash bank 0 of 33554432");
  EXPECT_EQ(with([](auto& c) {
              c.dtb = NamedBytes{"x.dtb", {1, 2, 3}};
            }),
            "x.dtb: too short for a device tree blob");
  EXPECT_EQ(with([](auto& c) {
              c.kernel.reset();
              c.initrd = NamedBytes{"i", {1}};
            }),
            "-initrd needs -kernel");
  EXPECT_EQ(with([](auto& c) {
              c.initrd = NamedBytes{"big", std::vector<u8>(9_MiB)};
            }),
            "big: does not fit in RAM at 0x80800000; more memory (-m) may help");
  EXPECT_EQ(with([](auto& c) {
              c.initrd = NamedBytes{"big", std::vector<u8>(7_MiB)};
            }),
            "device tree: would lie at 0x80e00000 over big (0x80800000 to 0x80f00000)");
}

class NullBlock : public BlockPort {
 public:
  u64 size_bytes() const override { return 512; }
  bool read_only() const override { return false; }
  void Read(u64, std::span<u8>, Completion done) override { done(BlockStatus::kOk); }
  void Write(u64, std::span<const u8>, Completion done) override { done(BlockStatus::kOk); }
  void Flush(Completion done) override { done(BlockStatus::kOk); }
};

TEST(Machine, ADriveBelongsToOneDevice) {
  auto config = Config({{FakeOp::kWait}});
  config.drives = {{"d0", std::make_shared<NullBlock>()}};
  config.devices.assign(2, {"virtio-blk-device", {{"drive", "d0"}}});
  EXPECT_EQ(ErrorOf(std::move(config)),
            "-device virtio-blk-device: drive 'd0' is already in use by -device virtio-blk-device");
}

/// A disk that answers when the test says so.
class SlowBlock : public NullBlock {
 public:
  void Read(u64, std::span<u8>, Completion done) override { waiting_ = std::move(done); }
  void Poll() override {
    if (finished && waiting_) std::exchange(waiting_, nullptr)(BlockStatus::kOk);
  }
  unsigned in_flight() const override { return waiting_ ? 1 : 0; }
  bool finished = false;

 private:
  Completion waiting_;
};

/// Reads a sector from the disk in the highest slot, with a timer armed, waits and powers off (Virtio 1.2,
/// sections 2.7, 4.2 and 5.2).
std::vector<FakeInsn> ReadASector() {
  constexpr u64 kSlot = 0x1000'8000, kPlic = 0xc00'0000;
  constexpr u32 kDesc = kRam + 0x10000, kAvail = kDesc + 0x1000, kUsed = kDesc + 0x2000,
                kRequest = kDesc + 0x3000;
  std::vector<FakeInsn> program;
  const auto store = [&](u64 address, u32 value) { program.push_back({FakeOp::kStore, address, value}); };
  const auto descriptor = [&](u32 index, u32 address, u32 size, u32 flags) {
    store(kDesc + 16 * index, address);
    store(kDesc + 16 * index + 8, size);
    store(kDesc + 16 * index + 12, flags | (index + 1) << 16);
  };
  descriptor(0, kRequest, 16, 1);
  descriptor(1, kRequest + 512, 512, 1 | 2);
  descriptor(2, kRequest + 16, 1, 2);
  store(kAvail, 1 << 16);
  store(kPlic + 4 * 8, 1);
  store(kPlic + 0x2000, 1 << 8);
  store(kMtimecmp + 4, 0);
  store(kMtimecmp, 1000);
  store(kSlot + 0x70, 3);  // acknowledge, driver
  store(kSlot + 0x24, 1);
  store(kSlot + 0x20, 1);  // VIRTIO_F_VERSION_1
  store(kSlot + 0x70, 11);
  store(kSlot + 0x38, 4);
  store(kSlot + 0x80, kDesc);
  store(kSlot + 0x90, kAvail);
  store(kSlot + 0xa0, kUsed);
  store(kSlot + 0x44, 1);
  store(kSlot + 0x70, 15);
  store(kSlot + 0x50, 0);
  program.push_back({FakeOp::kWait});
  program.push_back(PowerOff());
  return program;
}

TEST(Machine, CountedTimeWaitsForASlowDisk) {
  FakeHost host;
  auto config = Config(ReadASector());
  const auto disk = std::make_shared<SlowBlock>();
  config.drives = {{"d0", disk}};
  config.devices = {{"virtio-blk-device", {{"drive", "d0"}}}};
  auto machine = Make(host, std::move(config));
  RunResult result = machine->Run(1000);
  EXPECT_EQ(result.state, RunState::kIdle);
  EXPECT_EQ(result.idle_until_ns, kNever) << "the timer must not overtake the disk";
  EXPECT_EQ(disk->in_flight(), 1u);
  EXPECT_FALSE(machine->SaveSnapshot().ok());
  disk->finished = true;
  EXPECT_EQ(machine->Run(1000).state, RunState::kStopped);
  EXPECT_EQ(machine->now_ns(), machine->instructions()) << "no time was skipped";
}

TEST(Machine, TellsTheGuestAboutItsImages) {
  FakeHost host;
  auto config = Config({{FakeOp::kWait}});
  config.bios = NamedBytes{"bios", std::vector<u8>(100)};
  config.initrd = NamedBytes{"initrd", std::vector<u8>(1000)};
  config.append = "console=ttyS0";
  auto machine = Make(host, std::move(config));
  const Fdt tree = Fdt::Parse("it", machine->device_tree()).value();
  const FdtNode& chosen = *tree.Find("/chosen");
  EXPECT_EQ(chosen.String("bootargs"), "console=ttyS0");
  EXPECT_EQ(chosen.String("stdout-path"), "/soc/serial@10000000");
  EXPECT_EQ(chosen.Number("linux,initrd-start", 0), kRam + 2_MiB + 8_MiB);
  EXPECT_EQ(chosen.Number("linux,initrd-end", 0), kRam + 10_MiB + 1000);
  EXPECT_EQ(chosen.Property("rng-seed")->value.size(), 32u);
}

TEST(Machine, AnOwnDeviceTreeIsAmendedNotReplaced) {
  FdtBuilder own;
  own.U32("#address-cells", 2);
  own.U32("#size-cells", 2);
  own.String("model", "mine");
  own.BeginNode("memory@0");
  own.String("device_type", "memory");
  own.EndNode();
  FakeHost host;
  auto config = Config({{FakeOp::kWait}});
  config.dtb = NamedBytes{"own.dtb", own.Finish().Serialize()};
  config.append = "quiet";
  auto machine = Make(host, std::move(config));
  const Fdt tree = Fdt::Parse("it", machine->device_tree()).value();
  EXPECT_EQ(tree.root.String("model"), "mine");
  EXPECT_EQ(tree.Find("/chosen")->String("bootargs"), "quiet");
  EXPECT_EQ(tree.Find("/memory@0"), nullptr);
  ASSERT_NE(tree.Find("/memory@80000000"), nullptr);
  EXPECT_EQ(tree.Find("/memory@80000000")->Property("reg")->value.size(), 16u);
}

TEST(Machine, MissingFirmwareIsReplacedByFlash) {
  FakeHost host;
  auto config = Config({Print('k'), PowerOff()});
  config.flash.push_back({"code.fd", config.kernel->bytes});
  config.kernel.reset();
  auto machine = Make(host, std::move(config));
  EXPECT_EQ(machine->Run(10).state, RunState::kStopped);
  EXPECT_EQ(host.serial.output, "k");
}

}  // namespace
}  // namespace emboard
