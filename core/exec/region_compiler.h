#pragma once
// The second tier: turns a region of hot blocks into host code. A backend implements it; the engine works
// without.

#include <memory>
#include <string>
#include <vector>

#include "core/exec/code_block.h"
#include "core/exec/cpu_context.h"

namespace emboard {

/// A control-flow graph of blocks with one entry, its blocks in an order in which every edge that is not a
/// back edge goes forward (reverse postorder). All lie on the entry's virtual page, so they are valid
/// whenever the entry is.
struct Region {
  struct Node {
    CodeBlock* block = nullptr;
    /// In-region successors by exit, or kNone; an indirect jump may have a predicted one (a return) at 0.
    static constexpr u16 kNone = 0xffff;
    u16 next[2] = {kNone, kNone};
    u64 predicted_pc = 0;  ///< of next[0] of an indirect jump
    bool back_edge_target = false;
    /// Instructions on the longest way from here to the next point where the budget is tested.
    u32 longest = 0;
  };
  std::vector<Node> nodes;  ///< nodes[0] is the entry
};

/// How native code came back.
enum class NativeLeft : u32 { kDispatch, kUnlinkedExit, kBudget, kFault, kNeedsStep };

/// Where control left a region: a block and either one of its exits or the ordinal of an instruction.
struct RegionPoint {
  CodeBlock* block = nullptr;
  u16 index = 0;
};

class CompiledRegion {
 public:
  virtual ~CompiledRegion() = default;
  /// Asked before Enter. False: not yet, because the backend puts several regions together; entry() is null
  /// until then. Each question says that the code is wanted.
  virtual bool Ready() { return true; }
  /// Runs until it leaves; `point` is set for kUnlinkedExit, kFault and kNeedsStep.
  virtual NativeLeft Enter(CpuContext& ctx, RegionPoint& point) = 0;
  /// Makes the exit go straight to `target` while ctx.generation is `generation`.
  virtual void LinkExit(const RegionPoint& exit, CompiledRegion& target, u32 generation) = 0;
  /// Undoes every link to and from it. Its code may still be running; it is destroyed later.
  virtual void Retire() = 0;
  /// What a jump from other native code goes to.
  virtual const void* entry() const = 0;
  virtual size_t code_bytes() const = 0;

  std::vector<CodeBlock*> blocks;  ///< it is dropped with any of them; blocks[0] is the entry
};

class RegionCompiler {
 public:
  virtual ~RegionCompiler() = default;
  /// Null when there is no room now; Oldest() then says what to drop first.
  virtual std::unique_ptr<CompiledRegion> Compile(const Region& region) = 0;
  /// The compiled regions of the oldest code, to be dropped to make room.
  virtual std::vector<CompiledRegion*> Oldest() = 0;
  virtual std::string Statistics() const = 0;
};

/// Follows links from `entry` through blocks that have run, as far as they make one region. Empty when the
/// entry is not fit for native code.
Region FormRegion(CodeBlock& entry, const class CodeCache& cache);

}  // namespace emboard
