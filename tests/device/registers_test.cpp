// What a device's tables mean, shown on a device that exists for nothing else.

#include "core/device/registers.h"

#include "tests/device/bench.h"

namespace emboard {
namespace {

class Sample : public DeviceOf<Sample> {
 public:
  static constexpr std::string_view kTypeName = "sample";
  struct State {
    u64 wide;
    u32 array[4];
    u32 left[3], right[3];
    u32 control;
    u32 hidden;
    u16 half;
    u8 bank_a, bank_b;
    u8 select;
    u8 pad[3];
  } s = {};
  explicit Sample(const DeviceContext& context) : DeviceOf(context) {}

  bool InA() const { return s.select == 0; }
  bool InB() const { return s.select != 0; }
  u64 ReadLive(u32) { return 0x1122'3344; }
  void WriteArray(u64 value, u32 index) { log += std::to_string(index) + "=" + std::to_string(value) + ";"; }
  u64 ReadSpan(u32 offset, unsigned size_bytes) { return offset * 16 + size_bytes; }
  void WriteSpan(u32 offset, unsigned size_bytes, u64 value) {
    log += "span " + std::to_string(offset) + "," + std::to_string(size_bytes) + "," + std::to_string(value) +
           ";";
  }
  void OnReset() { log += "reset;"; }
  Result<void> OnLoad() {
    if (s.hidden == 13) return BadState("13 brings bad luck");
    log += "load;";
    return {};
  }

  using R = Register<Sample>;
  static constexpr std::array kRegisters{
      R{.offset = 0x00,
        .name = "control",
        .field = kField<&State::control>,
        .reset = 0xa0,
        .writable = 0xff,
        .write_1_to_clear = 0xf00},
      R{.offset = 0x08,
        .name = "wide",
        .width = 8,
        .sizes = 4 | 8,
        .field = kField<&State::wide>,
        .reset = 7,
        .writable = ~u64{0xff}},
      R{.offset = 0x10,
        .name = "array",
        .field = kField<&State::array>,
        .reset = 3,
        .writable = 0xffff'ffff,
        .count = 4,
        .on_write = &Sample::WriteArray},
      R{.offset = 0x20,
        .name = "half",
        .width = 2,
        .sizes = 1 | 2 | 4,
        .field = kField<&State::half>,
        .writable = 0xffff},
      R{.offset = 0x30,
        .name = "bank_a",
        .width = 1,
        .field = kField<&State::bank_a>,
        .writable = 0xff,
        .when = &Sample::InA},
      R{.offset = 0x30,
        .name = "bank_b",
        .width = 1,
        .field = kField<&State::bank_b>,
        .writable = 0xff,
        .when = &Sample::InB},
      R{.offset = 0x31, .name = "select", .width = 1, .field = kField<&State::select>, .writable = 1},
      R{.offset = 0x34, .name = "live", .sizes = 1 | 4, .on_read = &Sample::ReadLive},
      R{.offset = 0x40,
        .name = "left",
        .field = kField<&State::left>,
        .writable = 0xff,
        .count = 3,
        .stride = 16},
      R{.offset = 0x44,
        .name = "right",
        .field = kField<&State::right>,
        .writable = 0xff,
        .count = 3,
        .stride = 16},
      R{.offset = 0x80,
        .name = "span",
        .sizes = 1 | 8,
        .span_bytes = 32,
        .on_read_span = &Sample::ReadSpan,
        .on_write_span = &Sample::WriteSpan},
  };
  static constexpr std::array kExtraState{
      Extra<State>{"hidden", kField<&State::hidden>},
      Extra<State>{"pad", kField<&State::pad>},
  };
  std::string log;
};

class Registers : public testing::Test {
 protected:
  Registers() {
    context_.name = "sample0";
    context_.log = &log_;
    device_ = std::make_unique<Sample>(context_);
    device_->Reset();
    device_->log.clear();
  }
  u64 Read(u64 offset, unsigned size_bytes = 4) { return device_->MmioRead(offset, size_bytes); }
  void Write(u64 offset, u64 value, unsigned size_bytes = 4) {
    device_->MmioWrite(offset, size_bytes, value);
  }

  FakeLog log_;
  DeviceContext context_;
  std::unique_ptr<Sample> device_;
};

TEST_F(Registers, ResetTakesValuesFromTheTable) {
  device_->s.hidden = 9;
  device_->s.control = 1;
  device_->Reset();
  EXPECT_EQ(device_->log, "reset;");
  EXPECT_EQ(Read(0), 0xa0u);
  EXPECT_EQ(Read(8, 8), 7u);
  for (u64 at = 0x10; at < 0x20; at += 4) EXPECT_EQ(Read(at), 3u);
  EXPECT_EQ(device_->s.hidden, 0u);
}

TEST_F(Registers, MasksSayWhatAWriteDoes) {
  device_->s.control = 0xfff0;
  Write(0, 0x0000'0333);
  EXPECT_EQ(Read(0), 0xfc33u) << "low byte stored, written ones of the second nibble cleared";
  Write(8, ~u64{0}, 8);
  EXPECT_EQ(Read(8, 8), ~u64{0xff} | 7);
}

TEST_F(Registers, PartialAccessTouchesItsBytesOnly) {
  Write(8, 0x1122'3344'5566'7788, 8);
  EXPECT_EQ(Read(12), 0x1122'3344u);
  Write(12, 0xaabb'ccdd);
  EXPECT_EQ(Read(8, 8), 0xaabb'ccdd'5566'7707u);
  Write(0x20, 0xabcd, 2);
  EXPECT_EQ(Read(0x21, 1), 0xabu);
  Write(0x21, 0x12, 1);
  EXPECT_EQ(Read(0x20, 2), 0x12cdu);
  EXPECT_EQ(Read(0x35, 1), 0x33u) << "hooks' values, too";
}

TEST_F(Registers, WiderAccessWhereAllowedSeesTheRegisterAlone) {
  Write(0x20, 0xffff'1234, 4);
  EXPECT_EQ(Read(0x20, 4), 0x1234u);
  EXPECT_EQ(log_.lines, "");
}

TEST_F(Registers, OtherAccessesAreGuestErrors) {
  EXPECT_EQ(Read(0, 8), 0u);
  EXPECT_EQ(log_.lines, "sample0: read of 8 bytes at 0x0 where no register answers\n");
  log_.lines.clear();
  Write(0x22, 1, 4);
  Write(0x24, 1, 4);
  Write(0x1000, 1, 4);
  Write(0, 0, 2);
  Read(0x21, 2);
  EXPECT_EQ(std::count(log_.lines.begin(), log_.lines.end(), '\n'), 5);
  EXPECT_EQ(Read(0), 0xa0u);
}

TEST_F(Registers, ArraysPassTheIndex) {
  Write(0x18, 5);
  EXPECT_EQ(device_->log, "2=5;");
  EXPECT_EQ(device_->s.array[2], 5u);
  EXPECT_EQ(Read(0x1c), 3u);
}

TEST_F(Registers, ArraysMayInterleave) {
  Write(0x54, 1);
  Write(0x60, 2);
  EXPECT_EQ(device_->s.right[1], 1u);
  EXPECT_EQ(device_->s.left[2], 2u);
  EXPECT_EQ(Read(0x48), 0u);
  EXPECT_NE(log_.lines, "") << "nothing there";
}

TEST_F(Registers, BanksShareAnOffset) {
  Write(0x30, 1, 1);
  Write(0x31, 1, 1);
  EXPECT_EQ(Read(0x30, 1), 0u);
  Write(0x30, 2, 1);
  Write(0x31, 0, 1);
  EXPECT_EQ(Read(0x30, 1), 1u);
  EXPECT_EQ(device_->s.bank_b, 2);
}

TEST_F(Registers, SpansDecodeThemselves) {
  EXPECT_EQ(Read(0x85, 1), 5u * 16 + 1);
  EXPECT_EQ(Read(0x88, 8), 8u * 16 + 8);
  Write(0x88, 99, 8);
  EXPECT_EQ(device_->log, "span 8,8,99;");
}

TEST_F(Registers, SnapshotsGoByFieldName) {
  Write(0x14, 77);
  device_->s.hidden = 5;
  SnapshotWriter out;
  out.BeginSection("s");
  device_->Save(out);
  const std::vector<u8> file = out.Finish();
  SnapshotReader in = SnapshotReader::Parse(file).value();
  ASSERT_TRUE(in.OpenSection("s").ok());
  for (const auto name :
       {"control", "wide", "array", "half", "bank_a", "bank_b", "select", "left", "right", "hidden", "pad"}) {
    EXPECT_TRUE(in.Has(name)) << name;
  }
  EXPECT_FALSE(in.Has("live"));
  device_->Reset();
  device_->log.clear();
  ASSERT_TRUE(device_->Load(in).ok());
  EXPECT_EQ(device_->log, "load;");
  EXPECT_EQ(Read(0x14), 77u);
  EXPECT_EQ(device_->s.hidden, 5u);
}

TEST_F(Registers, ARefusedSnapshotLeavesTheResetState) {
  device_->s.hidden = 13;
  SnapshotWriter out;
  out.BeginSection("s");
  device_->Save(out);
  const std::vector<u8> file = out.Finish();
  SnapshotReader in = SnapshotReader::Parse(file).value();
  ASSERT_TRUE(in.OpenSection("s").ok());
  const auto loaded = device_->Load(in);
  ASSERT_FALSE(loaded.ok());
  EXPECT_EQ(loaded.error().message, "the snapshot's sample0 is impossible: 13 brings bad luck");
  EXPECT_EQ(device_->s.hidden, 0u);
}

TEST_F(Registers, DumpNamesEveryField) {
  const std::string dump = device_->Dump();
  EXPECT_NE(dump.find("control = 0x000000a0\n"), std::string::npos) << dump;
  EXPECT_NE(dump.find("array = 0x00000003 0x00000003 0x00000003 0x00000003\n"), std::string::npos) << dump;
  EXPECT_NE(dump.find("half = 0x0000\n"), std::string::npos) << dump;
  EXPECT_NE(dump.find("hidden"), std::string::npos);
}

TEST(Properties, AreCheckedAndFilledIn) {
  const DeviceType& type = *FindDeviceType("virtio-blk-device");
  using Given = std::vector<std::pair<std::string, std::string>>;
  const auto values = PropertyValues::Parse(type, Given{{"serial", "abc"}});
  ASSERT_TRUE(values.ok());
  EXPECT_EQ(values.value().text("serial"), "abc");
  EXPECT_EQ(values.value().number("logical_block_size"), 512u);
  EXPECT_EQ(
      PropertyValues::Parse(type, Given{{"logical_block_size", "4K"}}).value().number("logical_block_size"),
      4096u);
  const auto unknown = PropertyValues::Parse(type, Given{{"seriel", "x"}});
  ASSERT_FALSE(unknown.ok());
  EXPECT_EQ(unknown.error().message,
            "virtio-blk-device has no property 'seriel'; it has drive, serial, logical_block_size");
  for (const char* bad : {"", "K", "12Q", "-1", "0x", "99999999999999999999", "99999999999999G"}) {
    EXPECT_FALSE(PropertyValues::Parse(type, Given{{"logical_block_size", bad}}).ok()) << bad;
  }
}

}  // namespace
}  // namespace emboard
