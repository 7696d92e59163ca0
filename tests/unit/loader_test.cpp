#include "core/machine/loader.h"

#include <gtest/gtest.h>

#include <cstring>

#include "core/base/units.h"
#include "core/machine/elf.h"
#include "core/machine/kernel_image.h"

namespace emboard {
namespace {

constexpr u64 kRam = 0x8000'0000;
constexpr u16 kMachine = 243;

const BootRules kRules{.elf_machine = kMachine,
                       .image_magic = 0x0543'5352,
                       .kernel_align = [](unsigned) -> u64 { return 2_MiB; },
                       .install = nullptr};

CodeRules Rules(unsigned xlen = 64) { return {.boot = &kRules, .xlen = xlen, .gunzip = nullptr}; }

template <class T>
void Put(std::vector<u8>& bytes, size_t offset, T value) {
  if (bytes.size() < offset + sizeof(T)) bytes.resize(offset + sizeof(T));
  std::memcpy(&bytes[offset], &value, sizeof(T));
}

/// One segment of 0x80 bytes (0x100 in memory), linked at 0xffffffff80000000 and loaded at `address`.
std::vector<u8> Elf64(u64 address, u16 machine = kMachine) {
  std::vector<u8> f{0x7f, 'E', 'L', 'F', 2, 1, 1};
  Put<u16>(f, 16, 2);
  Put<u16>(f, 18, machine);
  Put<u64>(f, 24, 0xffff'ffff'8000'0010);  // entry
  Put<u64>(f, 32, 64);                     // program headers
  Put<u16>(f, 54, 56);
  Put<u16>(f, 56, 1);
  Put<u32>(f, 64, 1);  // PT_LOAD
  Put<u64>(f, 72, 0x100);
  Put<u64>(f, 80, 0xffff'ffff'8000'0000);
  Put<u64>(f, 88, address);
  Put<u64>(f, 96, 0x80);
  Put<u64>(f, 104, 0x100);
  f.resize(0x180, 0x5a);
  return f;
}

std::vector<u8> Elf32(u32 address) {
  std::vector<u8> f{0x7f, 'E', 'L', 'F', 1, 1, 1};
  Put<u16>(f, 16, 2);
  Put<u16>(f, 18, kMachine);
  Put<u32>(f, 24, address + 8);
  Put<u32>(f, 28, 52);
  Put<u16>(f, 42, 32);
  Put<u16>(f, 44, 1);
  Put<u32>(f, 52, 1);
  Put<u32>(f, 56, 0x80);
  Put<u32>(f, 60, address);
  Put<u32>(f, 64, address);
  Put<u32>(f, 68, 0x20);
  Put<u32>(f, 72, 0x20);
  f.resize(0xa0, 0x33);
  return f;
}

std::vector<u8> LinuxImage(u64 image_bytes) {
  std::vector<u8> f(0x400, 0x13);
  Put<u64>(f, 0x10, image_bytes);
  Put<u32>(f, 0x38, 0x0543'5352);
  return f;
}

Result<LoadedCode> Load(std::vector<u8> bytes, BlobList& blobs, const CodeRules& rules = Rules()) {
  return LoadCode({"file", std::move(bytes)}, kRam, rules, blobs);
}

std::string ErrorOf(std::vector<u8> bytes, const CodeRules& rules = Rules()) {
  BlobList blobs(kRam, 16_MiB);
  const auto loaded = Load(std::move(bytes), blobs, rules);
  return loaded.ok() ? "" : loaded.error().message;
}

TEST(Loader, ElfGoesWhereItSaysAndEntersAtItsPhysicalEntry) {
  BlobList blobs(kRam, 16_MiB);
  const auto loaded = Load(Elf64(kRam + 0x1000), blobs);
  ASSERT_TRUE(loaded.ok()) << loaded.error().message;
  EXPECT_EQ(loaded.value().entry, kRam + 0x1010);
  EXPECT_EQ(loaded.value().end, kRam + 0x1100);
  ASSERT_EQ(blobs.blobs().size(), 1u);
  EXPECT_EQ(blobs.blobs()[0].zero_bytes, 0x80u);
}

TEST(Loader, Elf32) {
  BlobList blobs(kRam, 16_MiB);
  const auto loaded = Load(Elf32(kRam), blobs, Rules(32));
  ASSERT_TRUE(loaded.ok()) << loaded.error().message;
  EXPECT_EQ(loaded.value().entry, kRam + 8);
  EXPECT_EQ(ErrorOf(Elf32(kRam)), "file: 32-bit ELF file for a 64-bit CPU");
  EXPECT_EQ(ErrorOf(Elf64(kRam), Rules(32)), "file: 64-bit ELF file for a 32-bit CPU");
}

TEST(Loader, ResetRestoresBytesAndClearsTheRest) {
  PhysMap bus;
  ASSERT_TRUE(bus.AddRam("ram", PhysAddr{kRam}, 16_MiB).ok());
  BlobList blobs(kRam, 16_MiB);
  ASSERT_TRUE(Load(Elf64(kRam), blobs).ok());
  const std::span<u8> memory = bus.HostSpan(PhysAddr{kRam}, 0x102);
  std::fill(memory.begin(), memory.end(), u8{0xee});
  blobs.LoadInto(bus);
  EXPECT_EQ(memory[0], 0x5a);
  EXPECT_EQ(memory[0x7f], 0x5a);
  EXPECT_EQ(memory[0x80], 0);
  EXPECT_EQ(memory[0xff], 0);
  EXPECT_EQ(memory[0x100], 0xee);
}

TEST(Loader, ElfErrorsNameTheReason) {
  EXPECT_EQ(ErrorOf(Elf64(kRam, 62)), "file: ELF file for another processor (machine 62, need 243)");
  EXPECT_EQ(ErrorOf(Elf64(0x1000)),
            "file: wants address 0x1000, which is not RAM (0x80000000 to 0x81000000)");
  auto f = Elf64(kRam);
  Put<u64>(f, 104, 0x7fff'ffff'ffff'ffff);
  EXPECT_EQ(ErrorOf(f), "file: does not fit in RAM at 0x80000000; more memory (-m) may help");
  f = Elf64(kRam);
  Put<u64>(f, 104, 0x10);
  EXPECT_EQ(ErrorOf(f), "file: ELF segment larger in the file than in memory");
  f = Elf64(kRam);
  Put<u64>(f, 72, 0xffff'ffff'ffff'ff00);
  EXPECT_EQ(ErrorOf(f), "file: truncated ELF file (segment outside the file)");
  f = Elf64(kRam);
  Put<u64>(f, 24, 0x10);
  EXPECT_EQ(ErrorOf(f), "file: ELF file whose entry point lies in no segment");
  f = Elf64(kRam);
  f[5] = 2;
  EXPECT_EQ(ErrorOf(f), "file: big-endian ELF file");
  f = Elf64(kRam);
  Put<u16>(f, 56, 0xffff);
  EXPECT_EQ(ErrorOf(f), "file: ELF file with an absurd number of program headers");
}

TEST(Loader, EveryTruncatedElfIsAnError) {
  const auto whole = Elf64(kRam);
  for (size_t size = 5; size < whole.size(); ++size) {
    const std::string error = ErrorOf({whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(size)});
    EXPECT_TRUE(error.starts_with("file: truncated ELF file")) << size << ": " << error;
  }
}

TEST(Loader, FlippedBitsNeverCrashAndNeverLeaveRam) {
  const auto whole = Elf64(kRam);
  for (size_t bit = 0; bit < 0x100 * 8; ++bit) {
    auto flipped = whole;
    flipped[bit / 8] ^= static_cast<u8>(1 << (bit % 8));
    BlobList blobs(kRam, 16_MiB);
    if (!Load(std::move(flipped), blobs).ok()) continue;
    for (const Blob& blob : blobs.blobs()) {
      EXPECT_GE(blob.address, kRam);
      EXPECT_LE(blob.end(), kRam + 16_MiB);
    }
  }
}

TEST(Loader, LinuxImageReservesWhatItsHeaderSays) {
  BlobList blobs(kRam, 16_MiB);
  const auto loaded = Load(LinuxImage(1_MiB), blobs);
  ASSERT_TRUE(loaded.ok()) << loaded.error().message;
  EXPECT_EQ(loaded.value().end, kRam + 1_MiB);
  EXPECT_EQ(ErrorOf(LinuxImage(u64{1} << 62)),
            "file: does not fit in RAM at 0x80000000; more memory (-m) may help");
}

TEST(Loader, ImageWithEfiStubKnowsWhenItIsTruncated) {
  auto image = LinuxImage(1_MiB);
  Put<u32>(image, 0x3c, 0x40);
  Put<u32>(image, 0x40, 0x4550);      // "PE\0\0"
  Put<u16>(image, 0x46, 1);           // one section
  Put<u16>(image, 0x54, 0);           // no optional header
  Put<u32>(image, 0x58 + 16, 0x300);  // raw size
  Put<u32>(image, 0x58 + 20, 0x100);  // raw offset
  EXPECT_EQ(ErrorOf(image), "");
  image.resize(0x3ff);
  EXPECT_EQ(ErrorOf(image), "file: truncated kernel Image");
  Put<u32>(image, 0x3c, 0xffff'ffff);
  EXPECT_EQ(ErrorOf(image), "");
}

TEST(Loader, ForeignOrEmptyFiles) {
  auto image = LinuxImage(0x1000);
  Put<u32>(image, 0x38, 0x644d'5241);
  EXPECT_EQ(ErrorOf(image), "file: is an Arm kernel Image");
  EXPECT_EQ(ErrorOf({}), "file: is empty");
}

TEST(Loader, GzipIsUnpackedByTheHost) {
  const std::vector<u8> packed{0x1f, 0x8b, 8, 0};
  EXPECT_EQ(ErrorOf(packed), "file: is compressed with gzip; unpack it first (gunzip)");

  CodeRules rules = Rules();
  rules.gunzip = [](std::span<const u8>) -> Result<std::vector<u8>> { return Error{"broken gzip data"}; };
  EXPECT_EQ(ErrorOf(packed, rules), "file: broken gzip data");

  rules.gunzip = [](std::span<const u8>) -> Result<std::vector<u8>> { return Elf64(kRam); };
  BlobList blobs(kRam, 16_MiB);
  EXPECT_EQ(Load(packed, blobs, rules).value().entry, kRam + 0x10);
}

TEST(Loader, ZbootIsUnpackedByTheHost) {
  std::vector<u8> file{'M', 'Z', 0, 0, 'z', 'i', 'm', 'g'};
  Put<u32>(file, 8, 0x40);
  Put<u32>(file, 12, 4);
  for (size_t i = 0; i < 4; ++i) Put<u8>(file, 24 + i, static_cast<u8>("gzip"[i]));
  Put<u32>(file, 0x40, 0x1234'5678);
  CodeRules rules = Rules();
  std::vector<u8> seen;
  rules.gunzip = [&](std::span<const u8> packed) -> Result<std::vector<u8>> {
    seen.assign(packed.begin(), packed.end());
    return LinuxImage(0x1000);
  };
  EXPECT_EQ(ErrorOf(file, rules), "");
  EXPECT_EQ(seen, (std::vector<u8>{0x78, 0x56, 0x34, 0x12}));
  Put<u32>(file, 12, 0xffff'fff0);
  EXPECT_EQ(ErrorOf(file, rules), "file: truncated EFI zboot kernel");
}

TEST(Loader, BlobsMayNotOverlap) {
  BlobList blobs(kRam, 16_MiB);
  ASSERT_TRUE(blobs.Add({.name = "bios", .address = kRam, .bytes = std::vector<u8>(0x1000)}).ok());
  ASSERT_TRUE(blobs.Add({.name = "next", .address = kRam + 0x1000, .bytes = std::vector<u8>(0x10)}).ok());
  const auto over = blobs.Add({.name = "initrd", .address = kRam + 0xfff, .bytes = std::vector<u8>(1)});
  ASSERT_FALSE(over.ok());
  EXPECT_EQ(over.error().message, "initrd: would lie at 0x80000fff over bios (0x80000000 to 0x80001000)");
}

TEST(Loader, InitrdLiesHalfOfRamAboveTheKernel) {
  BlobList small(kRam, 256_MiB);
  const auto loaded = LoadInitrd({"initrd", std::vector<u8>(100)}, kRam + 2_MiB, small);
  EXPECT_EQ(loaded.value().start, 0x8820'0000u);
  EXPECT_EQ(loaded.value().end, 0x8820'0064u);
  BlobList big(kRam, 4_GiB);
  EXPECT_EQ(LoadInitrd({"initrd", std::vector<u8>(100)}, kRam + 2_MiB, big).value().start, 0xa020'0000u);
  EXPECT_FALSE(LoadInitrd({"initrd", {}}, kRam, small).ok());
}

TEST(Loader, DeviceTreeLiesNearTheEndOfRam) {
  EXPECT_EQ(PlaceFdt(kRam, 256_MiB, 8000), 0x8fe0'0000u);
  EXPECT_EQ(PlaceFdt(kRam, 8_GiB, 8000), 3_GiB - 2_MiB);
  EXPECT_EQ(PlaceFdt(8_GiB, 1_GiB, 8000), 9_GiB - 2_MiB);
}

}  // namespace
}  // namespace emboard
