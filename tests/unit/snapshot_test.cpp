#include "core/base/snapshot.h"

#include <gtest/gtest.h>

#include <cstring>
#include <random>

namespace emboard {
namespace {

std::vector<u8> Sample() {
  SnapshotWriter out;
  out.BeginSection("cpu0");
  out.Value("pc", u64{0x8000'0000});
  out.Value("mode", u8{3});
  out.BeginSection("ram");
  std::vector<u8> memory(5 * 4096 + 100);
  memory[4096 + 17] = 1;
  memory[3 * 4096] = 2;
  memory.back() = 3;
  out.Memory("bytes", memory);
  const std::vector<u8> text = {'h', 'i'};
  out.Field("note", text);
  return out.Finish();
}

TEST(Snapshot, GivesBackWhatItGot) {
  const std::vector<u8> file = Sample();
  auto reader = SnapshotReader::Parse(file);
  ASSERT_TRUE(reader.ok());
  SnapshotReader& in = reader.value();
  ASSERT_TRUE(in.OpenSection("ram").ok());
  std::vector<u8> memory(5 * 4096 + 100, 0xaa);
  ASSERT_TRUE(in.Memory("bytes", memory).ok());
  for (size_t i = 0; i < memory.size(); i++) {
    const u8 expected = i == 4096 + 17 ? 1 : i == 3 * 4096 ? 2 : i == memory.size() - 1 ? 3 : 0;
    ASSERT_EQ(memory[i], expected) << i;
  }
  EXPECT_EQ(in.Bytes("note").value(), (std::vector<u8>{'h', 'i'}));
  ASSERT_TRUE(in.OpenSection("cpu0").ok());
  u64 pc = 0;
  u8 mode = 0;
  ASSERT_TRUE(in.Value("mode", mode).ok());  // by name, so in any order
  ASSERT_TRUE(in.Value("pc", pc).ok());
  EXPECT_EQ(pc, 0x8000'0000u);
  EXPECT_EQ(mode, 3);
  EXPECT_TRUE(in.Has("pc"));
  EXPECT_FALSE(in.Has("note"));
  EXPECT_TRUE(in.HasSection("ram"));
  EXPECT_FALSE(in.HasSection("rom"));
}

TEST(Snapshot, LeavesZeroPagesOut) {
  SnapshotWriter out;
  out.BeginSection("ram");
  std::vector<u8> memory(1 << 20);
  memory[500'000] = 1;
  out.Memory("bytes", memory);
  EXPECT_LT(out.Finish().size(), 5000u);
}

TEST(Snapshot, ErrorsNameSectionAndField) {
  const std::vector<u8> file = Sample();
  SnapshotReader in = SnapshotReader::Parse(file).value();
  const auto section = in.OpenSection("uart0");
  ASSERT_FALSE(section.ok());
  EXPECT_NE(section.error().message.find("'uart0'"), std::string::npos);
  ASSERT_TRUE(in.OpenSection("cpu0").ok());
  u32 narrow = 0;
  const auto size = in.Value("pc", narrow);
  ASSERT_FALSE(size.ok());
  EXPECT_NE(size.error().message.find("'cpu0' has 'pc' with 8 bytes instead of 4"), std::string::npos)
      << size.error().message;
  const auto missing = in.Value("sp", narrow);
  ASSERT_FALSE(missing.ok());
  EXPECT_NE(missing.error().message.find("'cpu0' lacks 'sp'"), std::string::npos) << missing.error().message;
  std::vector<u8> memory(8);
  EXPECT_FALSE(in.Memory("pc", memory).ok());
  ASSERT_TRUE(in.OpenSection("ram").ok());
  EXPECT_FALSE(in.Memory("bytes", memory).ok()) << "another size";
  EXPECT_FALSE(in.Bytes("bytes").ok()) << "memory is no field";
}

TEST(Snapshot, EveryTruncationIsAnError) {
  const std::vector<u8> file = Sample();
  for (size_t size = 0; size < file.size(); size++) {
    // A copy of exactly that size, so that ASan sees a read past it.
    const std::vector<u8> cut(file.begin(), file.begin() + static_cast<std::ptrdiff_t>(size));
    const auto reader = SnapshotReader::Parse(cut);
    ASSERT_FALSE(reader.ok()) << size;
    ASSERT_FALSE(reader.error().message.empty());
  }
  std::vector<u8> longer = file;
  longer.push_back(0);
  EXPECT_FALSE(SnapshotReader::Parse(longer).ok());
}

TEST(Snapshot, EveryBitFlipIsAnError) {
  std::vector<u8> file = Sample();
  for (size_t at = 0; at < file.size(); at++) {
    for (int bit = 0; bit < 8; bit++) {
      file[at] ^= static_cast<u8>(1 << bit);
      ASSERT_FALSE(SnapshotReader::Parse(file).ok()) << "byte " << at << " bit " << bit;
      file[at] ^= static_cast<u8>(1 << bit);
    }
  }
  EXPECT_TRUE(SnapshotReader::Parse(file).ok());
}

// With a checksum that matches, the structure has to stand on its own feet.
TEST(Snapshot, MalformedRecordsAreErrors) {
  const std::vector<u8> file = Sample();
  std::mt19937_64 random(1);
  int refused = 0;
  for (int round = 0; round < 50'000; round++) {
    std::vector<u8> bad = file;
    for (unsigned i = 0; i <= random() % 3; i++) {
      bad[kSnapshotHeaderBytes + random() % 120] = static_cast<u8>(random() % 2 ? random() : 255);
    }
    const u64 checksum = SnapshotChecksum(std::span(bad).subspan(kSnapshotHeaderBytes));
    std::memcpy(bad.data() + kSnapshotChecksumAt, &checksum, sizeof checksum);
    auto reader = SnapshotReader::Parse(bad);
    if (!reader.ok()) {
      refused++;
      continue;
    }
    std::vector<u8> memory(5 * 4096 + 100);
    if (reader.value().OpenSection("ram").ok()) refused += !reader.value().Memory("bytes", memory).ok();
  }
  EXPECT_GT(refused, 1000);
}

TEST(Snapshot, NewerVersionsSayWhichOneTheyAre) {
  std::vector<u8> file = Sample();
  file[8] = 9;
  const auto reader = SnapshotReader::Parse(file);
  ASSERT_FALSE(reader.ok());
  EXPECT_NE(reader.error().message.find("version 9"), std::string::npos);
}

}  // namespace
}  // namespace emboard
