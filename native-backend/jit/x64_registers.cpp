#include "native-backend/jit/x64_registers.h"

#include <algorithm>

namespace emboard::jit {
namespace {

constexpr u16 kFirstTemp = offsetof(CpuContext, temps) / sizeof(u64);
constexpr u16 kZeroCell = offsetof(CpuContext, zero) / sizeof(u64);
constexpr u16 kPcCell = offsetof(CpuContext, pc) / sizeof(u64);
/// At least so many registers are kept for temporaries.
constexpr size_t kForTemporaries = 2;
/// Blocks that ran more often than this count alike.
constexpr i64 kMaxWeight = 1000;

bool IsTemp(u16 cell) { return cell >= kFirstTemp; }

}  // namespace

BytecodeUse XmmUseOf(const Bytecode& op) {
  switch (op.code) {
#define DOUBLE_BINARY(name) \
  case Code::name##F64:     \
    return {.a = true, .b = true, .writes = true};
    // clang-format off
    DOUBLE_BINARY(Add) DOUBLE_BINARY(Sub) DOUBLE_BINARY(Mul) DOUBLE_BINARY(Div) DOUBLE_BINARY(Sqrt)
    // clang-format on
#undef DOUBLE_BINARY
#define DOUBLE_FUSED(name) \
  case Code::name##F64:    \
    return {.a = true, .b = true, .third = true, .writes = true};
        // clang-format off
    DOUBLE_FUSED(MulAdd) DOUBLE_FUSED(MulSub) DOUBLE_FUSED(NegMulAdd) DOUBLE_FUSED(NegMulSub)
    // clang-format on
#undef DOUBLE_FUSED
            case Code::CmpEqF64 : case Code::CmpLtF64 : case Code::CmpLeF64 : return {.a = true, .b = true};
    case Code::FromI32F64:
    case Code::FromI64F64:
      return {.writes = true};
    case Code::ConvertF32xF64:
      return {.writes = true};
    case Code::ConvertF64xF32:
      return {.a = true};
    case Code::Load64:
      return {.writes = true};
    case Code::Store64:
      return {.b = true};
    case Code::Move:
      return {.a = true, .writes = true};
    default:
      return {};
  }
}

RegisterMap::RegisterMap(const Region& region) {
  owner_.fill(-2);
  for (const u8 reg : kAllocatable) owner_[reg] = -1;
  Pin(region);
}

void RegisterMap::Pin(const Region& region) {
  struct Weight {
    u16 cell;
    u64 uses = 0;
    bool written = false;
    bool only_xmm = true, fp = false;
  };
  std::unordered_map<u16, Weight> weights;
  for (const Region::Node& node : region.nodes) {
    const i64 entries = i64{node.block->first_heat} - node.block->heat;
    const u64 weight = static_cast<u64>(std::clamp<i64>(entries, 1, kMaxWeight));
    const auto use = [&](u16 cell, bool written, bool xmm, bool fp) {
      if (cell == kZeroCell || cell == kPcCell || IsTemp(cell)) return;
      Weight& w = weights[cell];
      w.cell = cell;
      w.uses += weight;
      w.written |= written;
      w.only_xmm &= xmm;
      w.fp |= fp;
    };
    for (const Bytecode& op : node.block->code) {
      const BytecodeUse cells = UseOf(op), xmm = XmmUseOf(op);
      const bool fp = xmm.writes && op.code != Code::Move && op.code != Code::Load64;
      if (cells.a) use(op.a, false, xmm.a, fp);
      if (cells.b) use(op.b, false, xmm.b, fp);
      if (cells.third) use(ThirdCellOf(op), false, xmm.third, fp);
      if (cells.writes) use(op.dst, true, xmm.writes, fp);
    }
  }
  std::vector<Weight> order;
  for (const auto& [cell, weight] : weights) order.push_back(weight);
  std::sort(order.begin(), order.end(), [](const Weight& x, const Weight& y) {
    return x.uses != y.uses ? x.uses > y.uses : x.cell < y.cell;
  });
  for (const Weight& w : order) {
    if (w.only_xmm && w.fp) {
      if (pinned_xmm_.size() < kXmmCount)
        pinned_xmm_.push_back({w.cell, static_cast<u8>(kFirstXmm + pinned_xmm_.size()), w.written});
    } else if (pinned_.size() < kAllocatable.size() - kForTemporaries) {
      const u8 reg = kAllocatable[pinned_.size()];
      pinned_.push_back({w.cell, reg, w.written});
      where_[w.cell] = reg;
      owner_[reg] = -2;
    }
  }
}

void RegisterMap::BeginBlock(const CodeBlock& block) {
  block_ = &block;
  for (i32& owner : owner_)
    if (owner >= 0) {
      where_.erase(static_cast<u16>(owner));
      owner = -1;
    }
  last_use_.clear();
  for (size_t i = 0; i < block.code.size(); ++i) {
    const Bytecode& op = block.code[i];
    const BytecodeUse cells = UseOf(op);
    if (cells.a && IsTemp(op.a)) last_use_[op.a] = i;
    if (cells.b && IsTemp(op.b)) last_use_[op.b] = i;
    if (cells.third && IsTemp(ThirdCellOf(op))) last_use_[ThirdCellOf(op)] = i;
  }
}

void RegisterMap::Advance(size_t index) {
  for (const u8 reg : kAllocatable) {
    if (owner_[reg] < 0) continue;
    const u16 cell = static_cast<u16>(owner_[reg]);
    if (last_use_[cell] >= index) continue;
    where_.erase(cell);
    owner_[reg] = -1;
  }
  const Bytecode& op = block_->code[index];
  if (!UseOf(op).writes || !IsTemp(op.dst) || where_.contains(op.dst)) return;
  for (const u8 reg : kAllocatable) {
    if (owner_[reg] != -1) continue;
    owner_[reg] = op.dst;
    where_[op.dst] = reg;
    return;
  }
}

std::optional<u8> RegisterMap::RegisterOf(u16 cell) const {
  const auto it = where_.find(cell);
  if (it == where_.end()) return std::nullopt;
  return it->second;
}

std::optional<u8> RegisterMap::XmmOf(u16 cell) const {
  for (const Pinned& pin : pinned_xmm_)
    if (pin.cell == cell) return pin.reg;
  return std::nullopt;
}

std::vector<u8> RegisterMap::LiveCallerSaved() const {
  std::vector<u8> live;
  for (const u8 reg : kCallerSaved) {
    const bool pinned =
        std::any_of(pinned_.begin(), pinned_.end(), [&](const Pinned& p) { return p.reg == reg; });
    if (owner_[reg] >= 0 || pinned) live.push_back(reg);
  }
  return live;
}

}  // namespace emboard::jit
