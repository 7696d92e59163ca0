#pragma once
// Emits one region as x86-64 code. x64_region.cpp has the skeleton (entry, edges, exits), the other files one
// family of operations each.

#include <deque>
#include <functional>
#include <vector>

#include "native-backend/jit/x64_assembler.h"
#include "native-backend/jit/x64_registers.h"

namespace emboard::jit {

/// A way out of a region that can be linked; code jumps through it. The engine's thread alone writes it.
struct LinkSlot {
  const void* target = nullptr;
  u32 generation = 0;
};

/// What the code refers to; it outlives the code.
struct RegionData {
  std::vector<RegionPoint> points;  ///< exits first: node * 2 + exit
  std::vector<LinkSlot> slots;      ///< by the same index
  std::vector<size_t> unlinked;     ///< code offsets that unlinked slots lead to
};

class RegionEmitter : public Xbyak::CodeGenerator {
 public:
  static constexpr size_t kMaxCodeBytes = 1 << 20;
  RegionEmitter(const Region& region, const HostFeatures& host, RegionData& data, CompiledRegion* self);

  /// False when the code did not fit.
  bool Emit();

 private:
  using Reg64 = Xbyak::Reg64;
  using Reg32 = Xbyak::Reg32;
  using Label = Xbyak::Label;

  // --- x64_region.cpp
  void EmitEntry();
  void EmitNode(size_t index);
  void EmitEdge(size_t node, unsigned exit, bool may_fall_through);
  void EmitExitStub(size_t node, unsigned exit);
  void EmitBudgetStub(size_t node);
  void EmitIndirect(size_t node, const Bytecode& op);
  void EmitJumpCacheLookup();
  void EmitBranch(size_t node, const Bytecode& op);
  using Jump = void (RegionEmitter::*)(const Label&);
  void EmitConditional(size_t node, Jump jump_if, Jump jump_unless);
  void JumpE(const Label& to) { je(to, T_NEAR); }
  void JumpNe(const Label& to) { jne(to, T_NEAR); }
  void JumpL(const Label& to) { jl(to, T_NEAR); }
  void JumpGe(const Label& to) { jge(to, T_NEAR); }
  void JumpB(const Label& to) { jb(to, T_NEAR); }
  void JumpAe(const Label& to) { jae(to, T_NEAR); }
  void EmitOperation(const Bytecode& op);
  void EmitHelperCall(const Bytecode& op);
  void SpillPinned();
  void LoadPinned();
  void SpillXmm();
  void LoadXmmPinned();
  void LeaveWith(NativeLeft left);
  void Return();
  bool NeedsTest(u16 node) const { return region_.nodes[node].back_edge_target; }
  /// Emitted after the hot code. Labels outlive it in label_pool_.
  void Cold(std::function<void()> emit) { cold_.push_back(std::move(emit)); }
  Label& NewLabel() { return label_pool_.emplace_back(); }

  // --- operands
  Xbyak::Address Cell(u16 cell, unsigned bits = 64) {
    const int offset = static_cast<int>(cell * kBytesPerCell);
    return bits == 64 ? qword[rbx + offset] : dword[rbx + offset];
  }
  template <class T>
  Xbyak::Address Field(T CpuContext::*field) {
    const CpuContext* const null = nullptr;
    const auto offset = reinterpret_cast<uintptr_t>(&(null->*field));
    return ptr[rbx + static_cast<int>(offset)];
  }
  bool InRegister(u16 cell) const { return registers_.RegisterOf(cell).has_value(); }
  Reg64 RegOf(u16 cell) const { return Reg64(*registers_.RegisterOf(cell)); }
  void Load64(const Reg64& to, u16 cell);
  void Load32(const Reg64& to, u16 cell);
  void Store(u16 cell, const Reg64& from);  ///< all 64 bits
  void StoreImm(u16 cell, u64 value);
  /// The register a result should be computed in: its own, or `scratch`.
  Reg64 ResultIn(u16 cell, const Reg64& scratch) const { return InRegister(cell) ? RegOf(cell) : scratch; }
  void Finish(u16 cell, const Reg64& computed);
  bool FitsInt32(u64 value) const {
    return static_cast<u64>(static_cast<i64>(static_cast<i32>(value))) == value;
  }

  // --- x64_integer.cpp
  bool EmitInteger(const Bytecode& op);
  bool EmitShift(const Bytecode& op);
  bool EmitMultiplyDivide(const Bytecode& op);
  bool EmitUnary(const Bytecode& op);
  enum Alu : u8 { kAdd, kSub, kAnd, kOr, kXor };
  void Alu2(Alu alu, const Xbyak::Reg& to, const Xbyak::Operand& from);
  void AluImm(Alu alu, const Xbyak::Reg& to, u32 value);
  void EmitAlu(Alu alu, const Bytecode& op, bool wide, bool immediate, bool sign);
  void EmitShiftBy(unsigned kind, const Bytecode& op, bool wide, bool immediate, bool sign);
  void EmitCompareBool(const Bytecode& op, bool wide, bool immediate, unsigned condition);
  void EmitCompare(const Bytecode& op, bool wide, bool immediate);
  void EmitMinMax(const Bytecode& op, bool wide, bool immediate, unsigned condition);
  void EmitDivide(const Bytecode& op, bool wide, bool immediate, bool is_signed, bool remainder);
  void EmitSelect(const Bytecode& op, bool wide);

  // --- x64_memory.cpp
  /// Where an operation's operands were when it was emitted; cold code is emitted later.
  struct OpRegs {
    BytecodeUse use;
    std::optional<u8> a, b, third, dst;
    std::optional<u8> xmm_b, xmm_dst;
    std::vector<u8> live;  ///< caller-saved registers to keep
  };
  OpRegs Capture(const Bytecode& op) const;
  bool EmitMemory(const Bytecode& op);
  void EmitLoad(const Bytecode& op, unsigned bytes, bool sign, bool wide, uintptr_t slow);
  void EmitStore(const Bytecode& op, unsigned bytes, uintptr_t slow);
  void EmitAddressAndCheck(const Bytecode& op, unsigned bytes, Access access, Label& miss);
  void EmitSlowAccess(uintptr_t function, const OpRegs& regs, const Bytecode& op, const CodeBlock& block);
  void EmitLeaveIfNotDone(const Bytecode& op, const CodeBlock& block);
  /// Anything at all, through RunOne, with operands in memory.
  void EmitGeneric(const Bytecode& op, const OpRegs& regs, const CodeBlock& block);
  void CallKeeping(const OpRegs& regs, uintptr_t function);

  // --- x64_float.cpp
  bool EmitFloat(const Bytecode& op);
  using FpOp = void (RegionEmitter::*)(unsigned bits, const Bytecode& op);
  bool EmitFpArithmetic(const Bytecode& op, FpOp compute, unsigned bits);
  void ComputeAdd(unsigned bits, const Bytecode& op);
  void ComputeSub(unsigned bits, const Bytecode& op);
  void ComputeMul(unsigned bits, const Bytecode& op);
  void ComputeDiv(unsigned bits, const Bytecode& op);
  void ComputeSqrt(unsigned bits, const Bytecode& op);
  void ComputeMulAdd(unsigned bits, const Bytecode& op);
  void ComputeMulSub(unsigned bits, const Bytecode& op);
  void ComputeNegMulAdd(unsigned bits, const Bytecode& op);
  void ComputeNegMulSub(unsigned bits, const Bytecode& op);
  bool EmitFpCompare(const Bytecode& op, unsigned bits);
  bool EmitFpFromInt(const Bytecode& op, unsigned bits, bool from64);
  bool EmitFpConvert(const Bytecode& op, bool widen);
  void EmitBoxing(const Bytecode& op);
  void LoadXmm(const Xbyak::Xmm& to, u16 cell, unsigned bits);
  Xbyak::Xmm XmmOperand(const Xbyak::Xmm& scratch, u16 cell, unsigned bits);
  void FinishXmm0(u16 cell, unsigned bits);
  bool FpGuard(const Bytecode& op, Label& slow);
  void FpCheckNormal(unsigned bits, Label& slow);
  void FpSlowPath(const Bytecode& op, Label& slow, Label& done);

  const Region& region_;
  const HostFeatures& host_;
  RegionData& data_;
  CompiledRegion* const self_;
  RegisterMap registers_;
  std::vector<Label> labels_, exit_labels_, budget_labels_;
  std::vector<bool> exit_used_, budget_used_;
  Label leave_, return_;
  std::deque<std::function<void()>> cold_;
  std::deque<Label> label_pool_;
  const CodeBlock* block_ = nullptr;
};

}  // namespace emboard::jit
