#include "core/guest/riscv/helpers.h"

#include "core/exec/memory_access.h"
#include "core/guest/riscv/hart.h"

namespace emboard::riscv {
namespace {

constexpr u64 kCacheBlockBytes = 64;

u64 Illegal(CpuContext& ctx, u64 word) {
  ctx.RaiseFault(kIllegalInstruction, static_cast<u32>(word));
  return 0;
}

u64 Raise(CpuContext& ctx, u64 cause, u64 tval) {
  ctx.RaiseFault(static_cast<u32>(cause), tval);
  return 0;
}

u64 RaiseIf(CpuContext& ctx, u64 condition, u64 target) {
  if (condition != 0) ctx.RaiseFault(kInstructionMisaligned, target);
  return 0;
}

u64 CheckTarget(CpuContext& ctx, u64 target, u64) {
  if (target % 4 != 0) ctx.RaiseFault(kInstructionMisaligned, target);
  return target;
}

u64 AccessByInstruction(CpuContext& ctx, u64 packed, u64 operand) {
  const CsrRequest request = CsrRequest::Unpack(packed);
  u64 old = 0;
  Hart& hart = Hart::Of(ctx);
  if (!AccessCsr(hart, request.number, request.reads, request.writes, operand,
                 static_cast<unsigned>(request.op), old))
    return Illegal(ctx, request.word);
  return old;
}

/// The enable bit `ie` comes back from `pie`, which becomes 1.
void UnstackEnable(u64& status, u64 ie, u64 pie) {
  status = (status & pie) ? status | ie : status & ~ie;
  status |= pie;
}

u64 Mret(CpuContext& ctx, u64 word, u64) {
  Hart& hart = Hart::Of(ctx);
  State& s = hart.s();
  if (s.privilege() != Priv::kMachine) return Illegal(ctx, word);
  const Priv previous = static_cast<Priv>(Bits(s.mstatus, 12, 11));
  UnstackEnable(s.mstatus, mstatus::kMie, mstatus::kMpie);
  const u64 least = hart.config().has(Ext::U) ? u64{0} : u64{3};
  s.mstatus = (s.mstatus & ~mstatus::kMpp) | least << mstatus::kMppShift;
  hart.ReturnTo(previous, s.mepc);
  return 0;
}

u64 Sret(CpuContext& ctx, u64 word, u64) {
  Hart& hart = Hart::Of(ctx);
  State& s = hart.s();
  if (s.privilege() == Priv::kUser) return Illegal(ctx, word);
  if (s.privilege() == Priv::kSupervisor && (s.mstatus & mstatus::kTsr)) return Illegal(ctx, word);
  const Priv previous = s.mstatus & mstatus::kSpp ? Priv::kSupervisor : Priv::kUser;
  UnstackEnable(s.mstatus, mstatus::kSie, mstatus::kSpie);
  s.mstatus &= ~mstatus::kSpp;
  hart.ReturnTo(previous, s.sepc);
  return 0;
}

/// Privileged 3.3.3: illegal below machine mode with TW, and in user mode where there is a supervisor mode.
u64 Wfi(CpuContext& ctx, u64 word, u64) {
  Hart& hart = Hart::Of(ctx);
  const State& s = hart.s();
  const bool has_s = hart.config().has(Ext::S);
  if (s.privilege() != Priv::kMachine && (s.mstatus & mstatus::kTw)) return Illegal(ctx, word);
  if (s.privilege() == Priv::kUser && has_s) return Illegal(ctx, word);
  ctx.waiting = !hart.HasWork();
  return 0;
}

bool MayFence(Hart& hart) {
  const State& s = hart.s();
  if (s.privilege() == Priv::kUser) return false;
  return s.privilege() == Priv::kMachine || !(s.mstatus & mstatus::kTvm);
}

u64 SfenceVma(CpuContext& ctx, u64 word, u64 address) {
  Hart& hart = Hart::Of(ctx);
  if (!MayFence(hart)) return Illegal(ctx, word);
  if (word >> 32) {
    const u64 va = hart.rv32() ? static_cast<u32>(address) : address;
    ctx.FlushTlbPage(va);
    ctx.engine->PageMappingChanged(ctx, va);
  } else {
    hart.FlushTranslations();
  }
  return 0;
}

/// sfence.w.inval and sfence.inval.ir order nothing here, but user mode may not use them (Svinval).
u64 SfenceInval(CpuContext& ctx, u64 word, u64) {
  if (Hart::Of(ctx).s().privilege() == Priv::kUser) return Illegal(ctx, word);
  return 0;
}

/// `bits` must be set in menvcfg below machine mode, and in senvcfg too in user mode (CMO 19.5).
bool EnvironmentAllows(const Hart& hart, u64 bits) {
  const State& s = hart.s();
  if (s.privilege() == Priv::kMachine) return true;
  if (!(s.menvcfg & bits)) return false;
  return s.privilege() != Priv::kUser || !hart.config().has(Ext::S) || (s.senvcfg & bits);
}

/// The block must be one that the hart may read or write; a failure is reported as a store's.
u64 ManageBlock(CpuContext& ctx, u64 address) {
  const u64 block = address & ~(kCacheBlockBytes - 1);
  GuestIsa& isa = *ctx.isa;
  if (isa.TranslateAddress(ctx, block, kCacheBlockBytes, Access::kRead, ctx.data_regime)) return 0;
  ctx.fault.pending = false;
  if (isa.TranslateAddress(ctx, block, kCacheBlockBytes, Access::kWrite, ctx.data_regime)) return 0;
  ctx.fault.value = address;
  return 0;
}

u64 CboClean(CpuContext& ctx, u64 word, u64 address) {
  if (!EnvironmentAllows(Hart::Of(ctx), envcfg::kCbcfe)) return Illegal(ctx, word);
  return ManageBlock(ctx, address);
}

u64 CboInval(CpuContext& ctx, u64 word, u64 address) {
  if (!EnvironmentAllows(Hart::Of(ctx), envcfg::kCbie)) return Illegal(ctx, word);
  return ManageBlock(ctx, address);
}

u64 CboZero(CpuContext& ctx, u64 word, u64 address) {
  if (!EnvironmentAllows(Hart::Of(ctx), envcfg::kCbze)) return Illegal(ctx, word);
  const u64 block = address & ~(kCacheBlockBytes - 1);
  for (u64 offset = 0; offset < kCacheBlockBytes; offset += sizeof(u64)) {
    if (SlowStore(ctx, block + offset, u64{0}) == AccessResult::kDone) continue;
    ctx.fault.value = address;
    break;
  }
  return 0;
}

}  // namespace

const Helper kRaise{"raise", &Raise};
const Helper kRaiseIf{"raise_if", &RaiseIf};
const Helper kCheckTarget{"check_target", &CheckTarget};
const Helper kCsr{"csr", &AccessByInstruction};
const Helper kMret{"mret", &Mret};
const Helper kSret{"sret", &Sret};
const Helper kWfi{"wfi", &Wfi};
const Helper kSfenceVma{"sfence_vma", &SfenceVma};
const Helper kSfenceInval{"sfence_inval", &SfenceInval};
const Helper kCboClean{"cbo_clean", &CboClean};
const Helper kCboInval{"cbo_inval", &CboInval};
const Helper kCboZero{"cbo_zero", &CboZero};

}  // namespace emboard::riscv
