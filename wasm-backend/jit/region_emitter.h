#pragma once
// Emits one region as the body of a WebAssembly function (i32 context) -> i32 NativeLeft. emit_region.cpp has
// the skeleton (entry, edges, exits), the other files one family of operations each.

#include <vector>

#include "wasm-backend/jit/cell_locals.h"
#include "wasm-backend/jit/control_flow.h"
#include "wasm-backend/jit/host_modules.h"
#include "wasm-backend/jit/wasm_writer.h"

namespace emboard::wasm {

/// Beside NativeLeft: go on at the function whose table index is in CpuContext::native_point.
inline constexpr u32 kLeftToNext = 16;

/// A way out of a region that can be linked; code goes on at `target`. The engine's thread alone writes it.
struct LinkSlot {
  u32 target = 0;  ///< a table index; 0: none
  u32 generation = 0;
};

/// What the code refers to; it outlives the code.
struct RegionData {
  std::vector<RegionPoint> points;  ///< exits first: node * 2 + exit
  std::vector<LinkSlot> slots;      ///< by the same index
};

/// The module's types and imports, by number.
enum TypeIndex : u32 { kRegionType, kSlowType, kRunOneType, kHelperType };
enum FunctionIndex : u32 { kSlowFunction, kRunOneFunction, kHelperFunction, kFirstRegionFunction };

/// A function's body with its locals, as the code section wants it, but without its size.
struct FunctionBody {
  Writer code;
  std::vector<u32> unlikely;  ///< offsets of branches that are hardly ever taken
};

class RegionEmitter {
 public:
  /// `self` is what the code leaves in CpuContext::native_region.
  RegionEmitter(const Region& region, RegionData& data, const CompiledRegion* self, const HostFeatures& host);

  FunctionBody Emit();
  bool reducible() const { return flow_.reducible(); }

 private:
  // --- emit_region.cpp
  void EmitEntry();
  void EmitTree(u16 node);
  template <class F>
  void EmitWithin(const std::vector<u16>& merges, size_t left, F&& emit_inside);
  void EmitSwitch();
  void EmitLoadState();
  void EmitBlock(u16 node);
  void EmitBudgetTest(u16 node);
  void EmitOperation(const Bytecode& op);
  void EmitEdge(u16 node, unsigned exit);
  void EmitExit(u16 node, unsigned exit);
  void EmitIndirect(u16 node, const Bytecode& op);
  void EmitBranch(u16 node, const Bytecode& op);
  void EmitEndings();
  void EmitJumpCacheLookup();
  void EmitGoTo();
  void EmitSpill();
  void EmitLeave(NativeLeft left);
  void StorePc(u64 pc);

  // --- structure: labels count from the outside in
  u32 Open(Op op, u8 type = kVoid) {
    Put(op);
    w_.Byte(type);
    return ++depth_;
  }
  void Close() {
    Put(kEnd);
    --depth_;
  }
  void Branch(Op op, u32 label) {
    Put(op);
    w_.Unsigned(depth_ - label);
  }
  /// What the next instruction branches on hardly ever holds.
  void Unlikely() { unlikely_.push_back(static_cast<u32>(w_.size())); }
  void BranchUnlikely(u32 label) { Unlikely(), Branch(kBrIf, label); }

  // --- instructions
  void Put(Op op) { w_.Byte(op); }
  void Get(u32 local) { Put(kLocalGet), w_.Unsigned(local); }
  void Set(u32 local) { Put(kLocalSet), w_.Unsigned(local); }
  void Tee(u32 local) { Put(kLocalTee), w_.Unsigned(local); }
  void Const32(u32 value) { Put(kI32Const), w_.Signed(static_cast<i32>(value)); }
  void Const64(u64 value) { Put(kI64Const), w_.Signed(static_cast<i64>(value)); }
  void Access(Op op, size_t offset, unsigned align = 0) { Put(op), w_.Unsigned(align), w_.Unsigned(offset); }
  void PutSimd(SimdOp op) { w_.Byte(kSimd), w_.Unsigned(op); }
  void Call(u32 function) { Put(kCall), w_.Unsigned(function); }
  void CallIndirect(Op op) { Put(op), w_.Unsigned(kRegionType), w_.Unsigned(0); }

  // --- operands
  static size_t OffsetOf(u16 cell) { return cell * sizeof(u64); }
  void Get64(u16 cell);
  void Get32(u16 cell);
  void Begin(u16 dst);  ///< before a result is computed
  void End(u16 dst);    ///< the i64 result is on the stack
  void End32(u16 dst) { Put(kI64ExtendI32U), End(dst); }

  // --- emit_integer.cpp
  bool EmitInteger(const Bytecode& op);
  bool EmitCompare(const Bytecode& op);
  bool EmitShift(const Bytecode& op);
  bool EmitMultiplyDivide(const Bytecode& op);
  bool EmitUnary(const Bytecode& op);
  void Binary(const Bytecode& op, Op code, bool wide, bool immediate, bool sign = false);
  void Operands(const Bytecode& op, bool wide, bool immediate);
  void Compare(const Bytecode& op, Op code, bool wide, bool immediate);
  void MinMax(const Bytecode& op, Op code, bool wide, bool immediate);
  void Divide(const Bytecode& op, Op code, bool wide, bool immediate);
  void MulHi(const Bytecode& op);
  void ByteSwap(const Bytecode& op, bool wide);
  void Select(const Bytecode& op, bool wide);

  // --- emit_memory.cpp
  bool EmitMemory(const Bytecode& op);
  void EmitAddressAndCheck(const Bytecode& op, unsigned bytes, unsigned access, u32 miss);
  void EmitLoad(const Bytecode& op, unsigned bytes, bool sign, bool wide, u32 kind);
  void EmitStore(const Bytecode& op, unsigned bytes, u32 kind);
  void EmitSlowAccess(const Bytecode& op, u32 kind);
  void EmitLeaveIfNotDone(const Bytecode& op);
  /// Anything at all, through RunOne, with operands in memory.
  void EmitGeneric(const Bytecode& op);
  void EmitHelperCall(const Bytecode& op);

  // --- emit_float.cpp
  bool EmitFloat(const Bytecode& op);
  bool EmitFpBits(const Bytecode& op);
  void GetFp(u16 cell, unsigned bits);
  void RefreshFpOk();
  bool RoundsToNearest(const Bytecode& op) const;
  bool Arithmetic(const Bytecode& op, Op code, unsigned bits, bool additive);
  bool Fused(const Bytecode& op, unsigned bits, bool negate_product, bool negate_addend);
  bool FpCompare(const Bytecode& op, Op code, unsigned bits);
  bool FpMinMax(const Bytecode& op, Op code, unsigned bits);
  bool FromInt(const Bytecode& op, Op code, unsigned bits, bool wide, bool exact);
  bool ToInt(const Bytecode& op, Op code, unsigned bits, bool wide);
  bool Convert(const Bytecode& op, bool widen);
  void Unbox(const Bytecode& op);
  void RequireFpOk(u32 slow);
  void RequireNormal(u32 local, unsigned bits, bool additive, u32 slow);
  void SlowPath(const Bytecode& op, u32 slow, u32 done);

  // Locals with fixed numbers; cells follow.
  enum Local : u32 {
    kCtx,
    kPoint,
    kLeft,
    kTlb,
    kEntry,
    kA32,
    kB32,
    kFpOk,
    kDispatch,
    kFloat,
    kDouble,
    kBudget,
    kVa,
    kA64,
    kB64,
    kFirstCell
  };

  const Region& region_;
  RegionData& data_;
  const CompiledRegion* const self_;
  const HostFeatures& host_;
  const ControlFlow flow_;
  CellLocals locals_;
  Writer w_;
  std::vector<u32> unlikely_;
  u32 depth_ = 0;
  u32 leave_ = 0, exit_near_ = 0, exit_far_ = 0, indirect_ = 0, switch_ = 0;  // labels
  std::vector<u32> label_;  // by node, when it is a merge node or a loop
  std::vector<u32> loop_;
  const CodeBlock* block_ = nullptr;
  bool uses_memory_ = false, uses_fp_ = false;
};

}  // namespace emboard::wasm
