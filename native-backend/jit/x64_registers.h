#pragma once
// Which cells live in host registers while a region runs.
//
// rbx holds the context and r15 the budget; rax, rcx and rdx are scratch. The hottest state slots get
// registers for the whole region, temporaries get what is left, block by block. Everything else stays in
// memory.

#include <array>
#include <optional>
#include <unordered_map>
#include <vector>

#include "core/exec/bytecode_use.h"
#include "core/exec/region_compiler.h"

namespace emboard::jit {

/// Host registers by their hardware numbers, callee-saved ones first.
inline constexpr std::array<u8, 10> kAllocatable = {12, 13, 14, 5, 6, 7, 8, 9, 10, 11};
inline constexpr std::array<u8, 6> kCallerSaved = {6, 7, 8, 9, 10, 11};

/// SSE registers for slots; the lower ones are scratch.
inline constexpr u8 kFirstXmm = 3, kXmmCount = 13;

/// The operands that may be in an SSE register, of an operation that knows how to use one there.
BytecodeUse XmmUseOf(const Bytecode& op);

class RegisterMap {
 public:
  explicit RegisterMap(const Region& region);

  /// Slots that have a register throughout, and whether the region writes them.
  struct Pinned {
    u16 cell;
    u8 reg;
    bool written;
  };
  const std::vector<Pinned>& pinned() const { return pinned_; }
  /// Slots that live in SSE registers: those that only floating-point code, loads and stores touch.
  const std::vector<Pinned>& pinned_xmm() const { return pinned_xmm_; }

  void BeginBlock(const CodeBlock& block);
  /// Call before emitting operation `index`: temporaries that died give their registers back, a result gets
  /// one.
  void Advance(size_t index);
  std::optional<u8> RegisterOf(u16 cell) const;
  std::optional<u8> XmmOf(u16 cell) const;
  /// Caller-saved registers that hold something now.
  std::vector<u8> LiveCallerSaved() const;

 private:
  void Pin(const Region& region);

  std::vector<Pinned> pinned_, pinned_xmm_;
  std::array<i32, 16> owner_{};  // cell by register, -1 free, -2 pinned
  std::unordered_map<u16, u8> where_;
  std::unordered_map<u16, size_t> last_use_;
  const CodeBlock* block_ = nullptr;
};

}  // namespace emboard::jit
