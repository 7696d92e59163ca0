#include <gtest/gtest.h>

#include <optional>

#include "core/block/memory_block.h"

namespace emboard {
namespace {

using Mode = MemoryBlock::Completion;

TEST(MemoryBlock, ReadsBackWhatWasWritten) {
  MemoryBlock disk(std::vector<u8>(1000, 5));
  EXPECT_EQ(disk.size_bytes(), 1024u) << "whole sectors";
  std::optional<BlockStatus> status;
  const auto note = [&](BlockStatus s) { status = s; };
  disk.Write(512, std::vector<u8>{1, 2, 3}, note);
  EXPECT_EQ(status, BlockStatus::kOk);
  std::vector<u8> out(4);
  disk.Read(511, out, note);
  EXPECT_EQ(out, (std::vector<u8>{5, 1, 2, 3}));
  disk.Read(1000, out, note);
  EXPECT_EQ(out, (std::vector<u8>{0, 0, 0, 0})) << "filled up with zeros";
}

TEST(MemoryBlock, KeepsToItsSizeAndMode) {
  MemoryBlock disk(std::vector<u8>(1024), true);
  std::optional<BlockStatus> status;
  const auto note = [&](BlockStatus s) { status = s; };
  std::vector<u8> buffer(512);
  disk.Read(513, buffer, note);
  EXPECT_EQ(status, BlockStatus::kOutOfRange);
  disk.Read(~u64{0}, buffer, note);
  EXPECT_EQ(status, BlockStatus::kOutOfRange);
  disk.Write(0, buffer, note);
  EXPECT_EQ(status, BlockStatus::kReadOnly);
  MemoryBlock writable(std::vector<u8>(1024));
  writable.Write(1024, buffer, note);
  EXPECT_EQ(status, BlockStatus::kOutOfRange);
}

TEST(MemoryBlock, CanCompleteInPollOnly) {
  MemoryBlock disk(std::vector<u8>(1024, 9), false, Mode::kInPoll);
  std::string log;
  std::vector<u8> out(2);
  const std::vector<u8> data = {1, 2};
  disk.Write(0, data, [&](BlockStatus) { log += 'w'; });
  disk.Read(0, out, [&](BlockStatus) {
    log += 'r';
    disk.Flush([&](BlockStatus) { log += 'f'; });
  });
  EXPECT_EQ(log, "");
  EXPECT_EQ(out[0], 0) << "nothing moves before Poll";
  EXPECT_EQ(disk.in_flight(), 2u);
  disk.Poll();
  EXPECT_EQ(log, "wr");
  EXPECT_EQ(out, data);
  EXPECT_EQ(disk.in_flight(), 1u);
  disk.Poll();
  EXPECT_EQ(log, "wrf");
  EXPECT_EQ(disk.in_flight(), 0u);
}

}  // namespace
}  // namespace emboard
