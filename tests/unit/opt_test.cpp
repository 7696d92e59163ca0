// Each pass, from text to text.

#include "core/opt/pass.h"

#include <gtest/gtest.h>

#include "core/ir/helper.h"
#include "core/ir/text.h"
#include "core/ir/verifier.h"

namespace emboard::opt {
namespace {

const Helper kProbe{"probe", [](CpuContext&, u64 a, u64) { return a; }};
const Helper* const kHelpers[] = {&kProbe};

std::string After(void (*pass)(ir::Block&), std::string_view text) {
  auto block = ir::Parse(text, kHelpers);
  EXPECT_TRUE(block.ok()) << block.error().message;
  if (!block.ok()) return {};
  pass(block.value());
  EXPECT_EQ(ir::Verify(block.value()), std::nullopt);
  return "\n" + ir::Print(block.value());
}

void ForwardAndClean(ir::Block& block) {
  ForwardState(block);
  RemoveDeadCode(block);
}
void FoldAndClean(ir::Block& block) {
  Fold(block);
  RemoveDeadCode(block);
}

TEST(ForwardState, UsesTheValueThatWasStored) {
  EXPECT_EQ(After(ForwardAndClean, R"(
    v0 = Const64 0x5
    SetState64 @64, v0
    v1 = GetState64 @64
    SetState64 @72, v1
    Leave)"),
            R"(
  v0 = Const64 0x5
  SetState64 @64, v0
  SetState64 @72, v0
  Leave
)");
}

TEST(ForwardState, ReadsASlotOnce) {
  EXPECT_EQ(After(ForwardAndClean, R"(
    v0 = GetState64 @64
    v1 = GetState64 @64
    v2 = Add64 v0, v1
    SetState64 @64, v2
    Leave)"),
            R"(
  v0 = GetState64 @64
  v1 = Add64 v0, v0
  SetState64 @64, v1
  Leave
)");
}

TEST(ForwardState, DropsAStoreThatIsOverwritten) {
  EXPECT_EQ(After(ForwardAndClean, R"(
    v0 = Const64 0x1
    SetState64 @64, v0
    v1 = Const64 0x2
    SetState64 @64, v1
    Leave)"),
            R"(
  v0 = Const64 0x2
  SetState64 @64, v0
  Leave
)");
}

TEST(ForwardState, KeepsAStoreThatAFaultWouldShow) {
  const std::string text = R"(
  v0 = Const64 0x1
  SetState64 @64, v0
  v2 = Load64 v0, 0
  SetState64 @64, v2
  Leave
)";
  EXPECT_EQ(After(ForwardAndClean, text), text);
}

TEST(ForwardState, ForgetsWhatAHelperMayChange) {
  const std::string text = R"(
  v0 = GetState64 @64
  v1 = Call probe, v0, v0
  v2 = GetState64 @64
  v3 = Add64 v1, v2
  SetState64 @72, v3
  Leave
)";
  EXPECT_EQ(After(ForwardAndClean, text), text);
}

TEST(ForwardState, KeepsWidthsApart) {
  const std::string text = R"(
  v0 = GetState64 @64
  v1 = GetState32 @64
  v2 = ZeroExtend32x64 v1
  v3 = Add64 v0, v2
  SetState64 @72, v3
  Leave
)";
  EXPECT_EQ(After(ForwardAndClean, text), text);
}

TEST(Fold, ComputesConstants) {
  EXPECT_EQ(After(FoldAndClean, R"(
    v0 = Const64 0xffffffffffffffff
    v1 = Const64 0x2
    v2 = Add64 v0, v1
    v3 = Truncate64x32 v2
    v4 = SignExtend32x64 v3
    SetState64 @64, v4
    Leave)"),
            R"(
  v0 = Const64 0x1
  SetState64 @64, v0
  Leave
)");
}

TEST(Fold, DividesByZeroAsTheTableSays) {
  EXPECT_EQ(After(FoldAndClean, R"(
    v0 = Const64 0x64
    v1 = Const64 0x0
    v2 = DivU64 v0, v1
    v3 = RemS64 v0, v1
    SetState64 @64, v2
    SetState64 @72, v3
    Leave)"),
            R"(
  v0 = Const64 0x0
  v1 = Const64 0x64
  SetState64 @64, v0
  SetState64 @72, v1
  Leave
)");
}

TEST(Fold, LeavesOutNeutralOperandsAndTurnsConstantsRight) {
  EXPECT_EQ(After(FoldAndClean, R"(
    v0 = GetState64 @64
    v1 = Const64 0x0
    v2 = Add64 v1, v0
    v3 = Const64 0x7
    v4 = And64 v3, v2
    SetState64 @64, v4
    Leave)"),
            R"(
  v0 = GetState64 @64
  v1 = Const64 0x7
  v2 = And64 v0, v1
  SetState64 @64, v2
  Leave
)");
}

TEST(Fold, DecidesBranches) {
  EXPECT_EQ(After(FoldAndClean, "v0 = Const32 0x1\nBranch v0, 0x10, 0x20"), "\n  Jump 0x10\n");
  EXPECT_EQ(After(FoldAndClean, "v0 = Const32 0x0\nBranch v0, 0x10, 0x20"), "\n  Jump 0x20\n");
}

TEST(RemoveDeadCode, KeepsWhatMayFaultOrRaiseFlags) {
  const std::string text = R"(
  v0 = GetState64 @64
  v1 = Load64 v0, 8
  v2 = FromBitsF64 v0
  v3 = AddF64 v2, v2, rm7
  Leave
)";
  EXPECT_EQ(After(RemoveDeadCode, text), text);
}

}  // namespace
}  // namespace emboard::opt
