#pragma once
// One translated block and the links between blocks.

#include <memory>
#include <vector>

#include "core/base/types.h"
#include "core/exec/bytecode.h"

namespace emboard {

class CompiledRegion;
struct CodeBlock;

inline constexpr i32 kNeverHot = 0x7fff'ffff;

/// A static way out of a block.
struct CodeExit {
  u64 pc = 0;
  CodeBlock* target = nullptr;  ///< linked: entered directly
  u32 generation = 0;           ///< of the link; an exit to another page is valid only in its own generation
  bool same_page = false;
};

struct CodeLink {
  CodeBlock* from;
  u8 exit;
};

struct CodeBlock {
  u64 pc = 0;
  u64 phys = 0;       ///< of the first byte
  u64 phys_next = 0;  ///< of the second page, when the one instruction runs over the edge
  u32 size_bytes = 0;
  u32 mode = 0;
  u16 count = 0;  ///< guest instructions
  bool crosses_page = false;
  bool single = false;  ///< one instruction, allowed to touch devices
  bool recently_used = false;
  bool dropped = false;  ///< no longer in the cache; freed at the next safe point
  std::vector<Bytecode> code;
  std::vector<u16> offsets;  ///< each instruction's address minus pc
  CodeExit exits[2];
  std::vector<CodeLink> incoming;

  CodeBlock* next_in_bucket = nullptr;  ///< of the cache's hash table
  size_t place = 0;                     ///< in the cache's list

  i32 heat = kNeverHot;              ///< entries left until the second tier looks at it
  i32 first_heat = kNeverHot;        ///< what it was at first; the difference says how often the block ran
  CompiledRegion* native = nullptr;  ///< the region that this block is the entry of
  std::vector<CompiledRegion*> regions;  ///< all that contain it
  u64 last_indirect_pc = 0;              ///< where its indirect jump went last

  u64 InstructionPc(u16 ordinal) const { return pc + offsets[ordinal]; }
  size_t memory_bytes() const {
    return sizeof *this + code.size() * sizeof(Bytecode) + offsets.size() * sizeof(u16) +
           incoming.capacity() * sizeof(CodeLink);
  }
};

}  // namespace emboard
