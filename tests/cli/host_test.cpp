// Disks and files of the host.

#include <gtest/gtest.h>
#include <unistd.h>
#include <zlib.h>

#include <cstdlib>
#include <fstream>

#include "core/ports/seeded_entropy.h"
#include "native-backend/host/block_file.h"
#include "native-backend/host/files.h"
#include "native-backend/host/gzip.h"

namespace emboard {
namespace {

/// A folder that goes away with the test.
class Scratch {
 public:
  Scratch() {
    char name[] = "/tmp/emboard-test-XXXXXX";
    path_ = mkdtemp(name);
  }
  ~Scratch() { (void)!system(("rm -rf " + path_).c_str()); }
  std::string File(const std::string& name, size_t size_bytes) const {
    std::ofstream(path_ + "/" + name) << std::string(size_bytes, '.');
    return path_ + "/" + name;
  }
  const std::string& path() const { return path_; }

 private:
  std::string path_;
};

class FileBlockTest : public testing::TestWithParam<bool> {
 protected:
  Result<std::shared_ptr<FileBlock>> Open(const std::string& path, bool read_only = false) {
    return FileBlock::Open({path, read_only, GetParam()}, wakeup_);
  }
  /// Runs completions until `status` is set.
  static void Finish(FileBlock& block, const std::optional<BlockStatus>& status) {
    for (int i = 0; i < 5000 && !status; i++) {
      block.Poll();
      usleep(1000);
    }
    ASSERT_TRUE(status.has_value()) << "no completion within 5 s";
  }
  static BlockStatus Read(FileBlock& block, u64 offset, std::span<u8> buffer) {
    std::optional<BlockStatus> status;
    block.Read(offset, buffer, [&](BlockStatus s) { status = s; });
    Finish(block, status);
    return status.value_or(BlockStatus::kIoError);
  }
  static BlockStatus Write(FileBlock& block, u64 offset, std::span<const u8> buffer) {
    std::optional<BlockStatus> status;
    block.Write(offset, buffer, [&](BlockStatus s) { status = s; });
    Finish(block, status);
    return status.value_or(BlockStatus::kIoError);
  }

  Scratch scratch_;
  Wakeup wakeup_;
};

TEST_P(FileBlockTest, KeepsWhatIsWritten) {
  const std::string path = scratch_.File("disk", 4096);
  const std::vector<u8> data(1024, 0xa5);
  {
    const auto block = Open(path).value();
    EXPECT_EQ(block->size_bytes(), 4096u);
    EXPECT_EQ(Write(*block, 512, data), BlockStatus::kOk);
    std::optional<BlockStatus> flushed;
    block->Flush([&](BlockStatus s) { flushed = s; });
    Finish(*block, flushed);
    EXPECT_EQ(flushed, BlockStatus::kOk);
    EXPECT_EQ(block->in_flight(), 0u);
  }
  const auto block = Open(path).value();
  std::vector<u8> back(1024);
  EXPECT_EQ(Read(*block, 512, back), BlockStatus::kOk);
  EXPECT_EQ(back, data);
}

TEST_P(FileBlockTest, CompletionsRunInOrder) {
  const auto block = Open(scratch_.File("disk", 1 << 20)).value();
  std::vector<u8> buffer(512);
  std::vector<int> order;
  std::optional<BlockStatus> last;
  for (int i = 0; i < 100; i++)
    block->Read(static_cast<u64>(i) * 512, buffer, [&order, i](BlockStatus) { order.push_back(i); });
  block->Flush([&](BlockStatus s) { last = s; });
  Finish(*block, last);
  ASSERT_EQ(order.size(), 100u);
  EXPECT_TRUE(std::is_sorted(order.begin(), order.end()));
}

TEST_P(FileBlockTest, RefusesWhatDoesNotFit) {
  const auto block = Open(scratch_.File("disk", 4096)).value();
  std::vector<u8> buffer(1024);
  EXPECT_EQ(Read(*block, 4096 - 512, buffer), BlockStatus::kOutOfRange);
  EXPECT_EQ(Read(*block, ~u64{0} - 511, buffer), BlockStatus::kOutOfRange);
  EXPECT_EQ(Write(*block, 4096, buffer), BlockStatus::kOutOfRange);
  EXPECT_EQ(Read(*block, 3072, buffer), BlockStatus::kOk);
}

TEST_P(FileBlockTest, ReadOnlyIsReadOnlyAndShareable) {
  const std::string path = scratch_.File("disk", 512);
  const auto one = Open(path, true).value();
  const auto two = Open(path, true);
  EXPECT_TRUE(two.ok());
  const std::vector<u8> buffer(512);
  EXPECT_EQ(Write(*one, 0, buffer), BlockStatus::kReadOnly);
  EXPECT_FALSE(Open(path).ok()) << "a writer must not change what others read";
}

TEST_P(FileBlockTest, AWriterIsAlone) {
  const std::string path = scratch_.File("disk", 512);
  auto one = Open(path).value();
  const auto two = Open(path);
  ASSERT_FALSE(two.ok());
  EXPECT_NE(two.error().message.find("in use"), std::string::npos);
  one.reset();
  EXPECT_TRUE(Open(path).ok()) << "closing gives the lock back";
}

TEST_P(FileBlockTest, ATruncatedImageIsAnIoError) {
  const std::string path = scratch_.File("disk", 4096);
  const auto block = Open(path).value();
  ASSERT_EQ(truncate(path.c_str(), 512), 0);
  std::vector<u8> buffer(512);
  EXPECT_EQ(Read(*block, 2048, buffer), BlockStatus::kIoError);
}

TEST_P(FileBlockTest, RefusesOddFiles) {
  for (const std::string& path : {scratch_.File("odd", 1000), scratch_.File("empty", 0), scratch_.path(),
                                  std::string("/dev/null"), scratch_.path() + "/missing"}) {
    const auto block = Open(path);
    ASSERT_FALSE(block.ok()) << path;
    EXPECT_NE(block.error().message.find("'" + path + "'"), std::string::npos) << block.error().message;
  }
}

INSTANTIATE_TEST_SUITE_P(Threaded, FileBlockTest, testing::Values(false));
INSTANTIATE_TEST_SUITE_P(Synchronous, FileBlockTest, testing::Values(true));

std::vector<u8> Gzipped(const std::string& text) {
  std::vector<u8> out(compressBound(text.size()) + 64);
  z_stream stream{};
  EXPECT_EQ(deflateInit2(&stream, 6, Z_DEFLATED, 16 + MAX_WBITS, 8, Z_DEFAULT_STRATEGY), Z_OK);
  stream.next_in = reinterpret_cast<u8*>(const_cast<char*>(text.data()));
  stream.avail_in = static_cast<uInt>(text.size());
  stream.next_out = out.data();
  stream.avail_out = static_cast<uInt>(out.size());
  EXPECT_EQ(deflate(&stream, Z_FINISH), Z_STREAM_END);
  out.resize(stream.total_out);
  deflateEnd(&stream);
  return out;
}

TEST(Gzip, Unpacks) {
  const std::string text(1'000'000, 'z');
  const std::vector<u8> out = Gunzip(Gzipped(text), 2'000'000).value();
  EXPECT_EQ(std::string(out.begin(), out.end()), text);
}

TEST(Gzip, RefusesWhatIsBroken) {
  const std::vector<u8> good = Gzipped("hello, hello, hello, hello");
  for (size_t length = 0; length < good.size(); length++) {
    EXPECT_FALSE(Gunzip(std::span(good).first(length), 1 << 20).ok()) << length << " bytes";
  }
  std::vector<u8> damaged = good;
  damaged[damaged.size() - 5] ^= 1;  // its CRC
  EXPECT_FALSE(Gunzip(damaged, 1 << 20).ok());
  EXPECT_FALSE(Gunzip(Gzipped(std::string(1'000'000, 'z')), 1000).ok()) << "a bomb";
}

TEST(Files, ErrorsNameTheFile) {
  const Scratch scratch;
  EXPECT_EQ(ReadFile("kernel", scratch.File("a", 5), 5).value().size(), 5u);
  EXPECT_FALSE(ReadFile("kernel", scratch.File("b", 6), 5).ok());
  EXPECT_EQ(ReadFile("kernel", scratch.path(), 5).error().message,
            "kernel '" + scratch.path() + "' is a directory");
  EXPECT_FALSE(ReadFile("kernel", "/dev/zero", 5).ok());
}

TEST(Files, AFailedWriteLeavesTheOldFile) {
  const Scratch scratch;
  const std::vector<u8> bytes(100, 1);
  EXPECT_FALSE(WriteFile("snapshot", "/dev/full", bytes).ok());
  EXPECT_FALSE(WriteFile("snapshot", scratch.path(), bytes).ok());
  EXPECT_TRUE(WriteFile("snapshot", scratch.path() + "/s", bytes).ok());
  EXPECT_EQ(ReadFile("snapshot", scratch.path() + "/s", 1000).value(), bytes);
}

TEST(SeededEntropy, IsTheSameEverywhere) {
  SeededEntropy entropy;
  std::vector<u8> bytes(8);
  entropy.Fill(bytes);
  // The first output of SplitMix64 from seed 0, 0xe220a8397b1dcdaf.
  EXPECT_EQ(bytes, (std::vector<u8>{0xaf, 0xcd, 0x1d, 0x7b, 0x39, 0xa8, 0x20, 0xe2}));
}

}  // namespace
}  // namespace emboard
