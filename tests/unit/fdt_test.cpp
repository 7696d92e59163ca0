#include "core/machine/fdt.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>

namespace emboard {
namespace {

std::vector<u8> SampleBlob() {
  FdtBuilder fdt;
  fdt.U32("#address-cells", 2);
  fdt.BeginNode("soc");
  fdt.U32("interrupt-parent", fdt.PhandleOf("plic"));
  fdt.BeginNode("plic@c000000");
  fdt.Label("plic");
  fdt.Reg(0xc00'0000, 0x60'0000);
  fdt.Strings("compatible", {"sifive,plic-1.0.0", "riscv,plic0"});
  fdt.Empty("interrupt-controller");
  fdt.EndNode();
  fdt.EndNode();
  fdt.BeginNode("chosen");
  fdt.U64("linux,initrd-start", 0x1'2345'6789);
  fdt.EndNode();
  Fdt tree = fdt.Finish();
  tree.reservations.push_back({0x8000'0000, 0x1000});
  return tree.Serialize();
}

TEST(Fdt, ReadsBackWhatItWrote) {
  const std::vector<u8> blob = SampleBlob();
  const auto parsed = Fdt::Parse("x.dtb", blob);
  ASSERT_TRUE(parsed.ok()) << parsed.error().message;
  const Fdt& tree = parsed.value();

  ASSERT_EQ(tree.reservations.size(), 1u);
  EXPECT_EQ(tree.reservations[0].address, 0x8000'0000u);
  const FdtNode* plic = tree.Find("/soc/plic@c000000");
  ASSERT_NE(plic, nullptr);
  EXPECT_EQ(plic->String("compatible"), "sifive,plic-1.0.0");
  EXPECT_EQ(plic->Property("compatible")->value.size(), 30u);
  EXPECT_TRUE(plic->Property("interrupt-controller")->value.empty());
  EXPECT_EQ(plic->Number("phandle", 0), tree.Find("/soc")->Number("interrupt-parent", 99));
  const std::array<u8, 16> reg{0, 0, 0, 0, 0x0c, 0, 0, 0, 0, 0, 0, 0, 0, 0x60, 0, 0};
  EXPECT_TRUE(std::ranges::equal(plic->Property("reg")->value, reg));
  EXPECT_EQ(tree.Find("/chosen")->Number("linux,initrd-start", 0), 0x1'2345'6789u);
  EXPECT_EQ(tree.Find("/nothing"), nullptr);
  EXPECT_EQ(tree.Find("/"), &tree.root);
}

TEST(Fdt, SerializingIsStable) {
  const std::vector<u8> blob = SampleBlob();
  EXPECT_EQ(Fdt::Parse("x.dtb", blob).value().Serialize(), blob);
}

TEST(Fdt, HeaderSaysVersion17) {
  const std::vector<u8> blob = SampleBlob();
  const std::array<u8, 4> magic{0xd0, 0x0d, 0xfe, 0xed};
  EXPECT_TRUE(std::equal(magic.begin(), magic.end(), blob.begin()));
  EXPECT_EQ(blob[23], 17);
  EXPECT_EQ(blob[27], 16);
}

TEST(Fdt, SettingAPropertyReplacesIt) {
  FdtNode node;
  node.SetU32("reg", 1);
  node.SetString("status", "disabled");
  node.SetU32("reg", 2);
  EXPECT_EQ(node.properties.size(), 2u);
  EXPECT_EQ(node.Number("reg", 0), 2u);
  node.Remove("reg");
  EXPECT_EQ(node.Property("reg"), nullptr);
}

TEST(Fdt, PhandlesAreOnePerLabel) {
  FdtBuilder fdt;
  const u32 first = fdt.PhandleOf("a");
  EXPECT_NE(first, 0u);
  EXPECT_NE(fdt.PhandleOf("b"), first);
  EXPECT_EQ(fdt.PhandleOf("a"), first);
}

TEST(Fdt, EveryTruncationIsAnErrorNamingTheFile) {
  const std::vector<u8> blob = SampleBlob();
  for (size_t size = 0; size < blob.size(); ++size) {
    const std::vector<u8> part(blob.begin(), blob.begin() + static_cast<std::ptrdiff_t>(size));
    const auto parsed = Fdt::Parse("x.dtb", part);
    ASSERT_FALSE(parsed.ok()) << size;
    EXPECT_TRUE(parsed.error().message.starts_with("x.dtb: ")) << parsed.error().message;
  }
}

/// What is accepted in spite of a flipped bit must still be a tree that can be written and read.
TEST(Fdt, FlippedBitsNeverCrash) {
  const std::vector<u8> blob = SampleBlob();
  unsigned refused = 0;
  for (size_t bit = 0; bit < blob.size() * 8; ++bit) {
    std::vector<u8> flipped = blob;
    flipped[bit / 8] ^= static_cast<u8>(1 << (bit % 8));
    const auto parsed = Fdt::Parse("x.dtb", flipped);
    if (!parsed.ok()) {
      ++refused;
      continue;
    }
    EXPECT_TRUE(Fdt::Parse("again", parsed.value().Serialize()).ok()) << bit;
  }
  EXPECT_GT(refused, 100u);
}

TEST(Fdt, RefusesEndlessNesting) {
  FdtBuilder fdt;
  for (int i = 0; i < 100; ++i) fdt.BeginNode("n");
  for (int i = 0; i < 100; ++i) fdt.EndNode();
  const auto parsed = Fdt::Parse("deep.dtb", fdt.Finish().Serialize());
  ASSERT_FALSE(parsed.ok());
  EXPECT_EQ(parsed.error().message, "deep.dtb: broken device tree: nodes nest too deeply");
}

}  // namespace
}  // namespace emboard
