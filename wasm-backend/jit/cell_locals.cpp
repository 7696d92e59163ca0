#include "wasm-backend/jit/cell_locals.h"

#include "core/exec/bytecode_use.h"

namespace emboard::wasm {
namespace {

constexpr u16 kFirstGuest = offsetof(CpuContext, guest) / sizeof(u64);
constexpr u16 kFirstTemp = offsetof(CpuContext, temps) / sizeof(u64);
static_assert(kFirstTemp == kFirstGuest + kGuestCells);

bool IsTemp(u16 cell) { return cell >= kFirstTemp; }
bool IsSlot(u16 cell) { return cell >= kFirstGuest && cell < kFirstTemp; }

template <class F>
void ForEachCell(const Bytecode& op, F&& visit) {
  const BytecodeUse use = UseOf(op);
  if (use.a) visit(op.a, false);
  if (use.b) visit(op.b, false);
  if (use.third) visit(ThirdCellOf(op), false);
  if (use.writes) visit(op.dst, true);
}

}  // namespace

CellLocals::CellLocals(const Region& region, u32 first) : first_(first), next_(first) {
  std::unordered_map<u16, size_t> index;
  for (const Region::Node& node : region.nodes)
    for (const Bytecode& op : node.block->code)
      ForEachCell(op, [&](u16 cell, bool written) {
        if (!IsSlot(cell)) return;
        const auto [found, fresh] = index.emplace(cell, slots_.size());
        if (fresh) {
          where_[cell] = next_;
          slots_.push_back({cell, next_++, false});
        }
        slots_[found->second].written |= written;
      });
}

void CellLocals::BeginBlock(const CodeBlock& block) {
  block_ = &block;
  for (const u16 cell : live_temps_) {
    free_.push_back(where_[cell]);
    where_.erase(cell);
  }
  live_temps_.clear();
  last_use_.clear();
  for (size_t i = 0; i < block.code.size(); ++i)
    ForEachCell(block.code[i], [&](u16 cell, bool) {
      if (IsTemp(cell)) last_use_[cell] = i;
    });
}

void CellLocals::Advance(size_t index) {
  std::erase_if(live_temps_, [&](u16 cell) {
    if (last_use_[cell] >= index) return false;
    free_.push_back(where_[cell]);
    where_.erase(cell);
    return true;
  });
  const Bytecode& op = block_->code[index];
  if (!UseOf(op).writes || !IsTemp(op.dst) || where_.contains(op.dst)) return;
  u32 local = next_;
  if (free_.empty()) {
    ++next_;
  } else {
    local = free_.back();
    free_.pop_back();
  }
  where_[op.dst] = local;
  live_temps_.push_back(op.dst);
}

std::optional<u32> CellLocals::LocalOf(u16 cell) const {
  const auto it = where_.find(cell);
  if (it == where_.end()) return std::nullopt;
  return it->second;
}

}  // namespace emboard::wasm
