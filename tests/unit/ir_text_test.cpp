// The table, the text form and the verifier agree on every operation.

#include <gtest/gtest.h>

#include "core/ir/emitter.h"
#include "core/ir/helper.h"
#include "core/ir/text.h"
#include "core/ir/verifier.h"

namespace emboard::ir {
namespace {

const Helper kProbe{"probe", [](CpuContext&, u64 a, u64) { return a; }};
const Helper* const kHelpers[] = {&kProbe};

/// A block that makes one value of each type and then does `op` with them.
Block BlockWith(Opcode op) {
  Block block;
  Emitter e(block);
  const I32 i32 = e.Const32(Imm{7});
  const I64 i64 = e.Const64(Imm{0x123456789abcdef0});
  const F16 f16 = e.FromBitsF16(i64);
  const F32 f32 = e.FromBitsF32(i64);
  const F64 f64 = e.FromBitsF64(i64);
  Inst inst{op, {}};
  for (size_t k = 0; k < Info(op).operand_count; ++k) {
    switch (Info(op).operands[k]) {
      case OperandKind::I32:
        inst.arg[k] = i32.id;
        break;
      case OperandKind::I64:
        inst.arg[k] = i64.id;
        break;
      case OperandKind::F16:
        inst.arg[k] = f16.id;
        break;
      case OperandKind::F32:
        inst.arg[k] = f32.id;
        break;
      case OperandKind::F64:
        inst.arg[k] = f64.id;
        break;
      case OperandKind::Slot:
        inst.arg[k] = 64;
        break;
      case OperandKind::Disp:
        inst.arg[k] = static_cast<u64>(-12);
        break;
      case OperandKind::Rm:
        inst.arg[k] = 3;
        break;
      case OperandKind::Fn:
        inst.arg[k] = reinterpret_cast<uintptr_t>(&kProbe);
        break;
      default:
        inst.arg[k] = 0xdeadbeef;
        break;
    }
  }
  block.insts.push_back(inst);
  if (Info(op).effect != Effect::Exits) e.Leave();
  return block;
}

TEST(IrText, EveryOperationSurvivesPrintingAndParsing) {
  for (size_t i = 0; i < kOpcodeCount; ++i) {
    const Block block = BlockWith(static_cast<Opcode>(i));
    ASSERT_EQ(Verify(block), std::nullopt) << kOpcodes[i].name;
    const std::string text = Print(block);
    const auto parsed = Parse(text, kHelpers);
    ASSERT_TRUE(parsed.ok()) << text << parsed.error().message;
    ASSERT_EQ(parsed.value().insts.size(), block.insts.size());
    for (size_t k = 0; k < block.insts.size(); ++k) {
      EXPECT_EQ(parsed.value().insts[k].op, block.insts[k].op);
      EXPECT_EQ(parsed.value().insts[k].arg, block.insts[k].arg) << text;
    }
    EXPECT_EQ(Print(parsed.value()), text);
  }
}

TEST(IrVerifier, FindsAnOperandOfAnyWrongType) {
  for (size_t i = 0; i < kOpcodeCount; ++i) {
    const OpcodeInfo& info = kOpcodes[i];
    for (size_t k = 0; k < info.operand_count; ++k) {
      if (!IsValue(info.operands[k])) continue;
      Block block = BlockWith(static_cast<Opcode>(i));
      Inst& inst = block.insts[5];
      inst.arg[k] = inst.arg[k] == 0 ? 1 : 0;  // an I64 for an I32, an I32 for anything else
      EXPECT_NE(Verify(block), std::nullopt) << info.name << " operand " << k;
      inst.arg[k] = 5;  // itself
      EXPECT_NE(Verify(block), std::nullopt) << info.name << " operand " << k;
    }
  }
}

TEST(IrVerifier, WantsExactlyOneExitAtTheEnd) {
  EXPECT_NE(Verify(Block{}), std::nullopt);
  Block open;
  Emitter(open).Const32(Imm{1});
  EXPECT_NE(Verify(open), std::nullopt);
  Block early;
  Emitter e(early);
  e.Leave();
  e.Leave();
  EXPECT_NE(Verify(early), std::nullopt);
}

TEST(IrText, SaysWhichLineIsWrong) {
  const auto bad = [](const char* text) { return Parse(text).error().message; };
  EXPECT_EQ(bad("v0 = Const32 0x1\nLeave\n  Frobnicate v0\n"), "line 3: no operation 'Frobnicate'");
  EXPECT_EQ(bad("v0 = Const32 one\nLeave"), "line 1: bad operand 'one'");
  EXPECT_EQ(bad("v0 = Const32 0x1, 0x2\nLeave"), "line 1: too many operands");
  EXPECT_EQ(bad("Const32 0x1\nLeave"), "line 1: result given or missing");
  EXPECT_EQ(bad("v0 = Not64 v9\nLeave"), "line 1: no operation 'Not64'");
  EXPECT_EQ(bad("SetState64 @12, v0\nLeave"), "line 1: bad operand 'v0'");
  EXPECT_EQ(bad("v0 = Const64 0x1\nSetState64 @12, v0\nLeave"),
            "instruction 1 (SetState64): slot offset is not a multiple of 8");
}

}  // namespace
}  // namespace emboard::ir
