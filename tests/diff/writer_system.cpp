// CSRs and privileged instructions. A value that would break the harness is put back before anything can
// trap.
#include "tests/diff/writer.h"

namespace emboard::diff {
namespace {

struct CsrRule {
  u32 csr;
  u64 writable;  ///< bits a program may change: what the manual defines and QEMU 7.2 models (known.md)
};

constexpr u64 kAll = ~u64{0};
constexpr u64 kSstatusBits = 0x22 | 1 << 8 | 1 << 18 | 1 << 19;  // SIE SPIE SPP SUM MXR
constexpr u64 kMstatusBits = kSstatusBits | 0x88 | 7 << 20;      // MIE MPIE TVM TW TSR

constexpr CsrRule kMachineRules[] = {
    {0x300, kMstatusBits},
    {0x300, kMstatusBits},
    {0x301, 0},
    {0x302, 0xb1ff},
    {0x303, 0x222},
    {0x304, 0x2aa},
    {0x344, 0x222},
    {0x306, 0x7fffffff},
    {0x30a, 1},
    {0x341, kAll & ~u64{1}},
    {0x342, 15},
    {0x343, kAll},
    {0xf14, 0},
    {0x3a0, 0},
    {0x3b5, 0x7fffffff},
    {0x3b7, 0x7fffffff},
    {0x3a2, 0},
};
constexpr CsrRule kSupervisorRules[] = {
    {0x100, kSstatusBits}, {0x100, kSstatusBits},
    {0x104, 0x222},        {0x144, 2},
    {0x106, 0x7fffffff},   {0x10a, 1},
    {0x140, kAll},         {0x141, kAll & ~u64{1}},
    {0x142, 15},           {0x143, kAll},
};
constexpr u32 kForbidden[] = {0x300, 0x304, 0x340, 0x3a0, 0xf14, 0x180, 0x100, 0x140, 0x7c0,
                              0x5c0, 0x800, 0xcc0, 0x9ff, 0x200, 0x240, 0x280, 0x600, 0x644};

}  // namespace

void CodeWriter::CsrOf(u32 csr, u64 writable) {
  const u32 op = static_cast<u32>(rng_.Between(1, 3));
  const u32 rd = TargetReg();
  if (writable == 0) return Itype(0x2073, rd, 0, csr);
  if (op != 1 && rng_.Percent(40)) {  // csrrsi, csrrci
    return Itype(0x4073 | op << 12, rd, static_cast<u32>(rng_.Below(32) & writable), csr);
  }
  // Set and clear touch only the bits given, so masking the operand keeps the rest as it is.
  u32 operand = TargetReg();
  while (operand == 0) operand = TargetReg();
  if (writable == kAll && rng_.Percent(60)) return Itype(0x0073 | op << 12, rd, operand, csr);
  const u32 value = static_cast<u32>(rng_.Next() & writable);
  Put(0x37 | operand << 7 | ((value + 0x800) & 0xfffff000));
  Itype(0x13, operand, operand, value & 0xfff);
  Itype((writable == kAll ? op : op == 1 ? 2 : op) << 12 | 0x73, rd, operand, csr);
}

void CodeWriter::SwapCsrAndBack(u32 csr) {
  u32 old = TargetReg(), seen = TargetReg();
  while (old == 0) old = TargetReg();
  while (seen == 0 || seen == old) seen = TargetReg();
  Itype(0x1073, old, AnyReg(), csr);
  Itype(0x1073, seen, old, csr);
  boundaries_.pop_back();  // a program shortened here would leave the harness without its handler
}

void CodeWriter::Csr() {
  StartSlot();
  if (rng_.Percent(20)) {
    const u32 csr = kForbidden[rng_.Below(std::size(kForbidden))];
    const bool allowed = s_.machine() || (!s_.machine() && (csr == 0x100 || csr == 0x140 || csr == 0x180));
    return Itype(0x2073, TargetReg(), allowed ? 0 : AnyReg(), csr);
  }
  // Permission checks of the counters, without their values.
  if (rng_.Percent(10))
    return Itype(0x2073, 0, 0, rng_.Pick<u32>({0xc00, 0xc01, 0xc02, 0xc03, 0xc0f, 0xb00, 0xb02}));
  if (s_.machine() && rng_.Percent(15)) return SwapCsrAndBack(rng_.Pick<u32>({0x340, 0x340, 0x305}));
  if (s_.mode != Mode::kUser && rng_.Percent(10)) return SwapCsrAndBack(0x140);
  const bool machine = s_.machine() && rng_.Percent(60);
  const CsrRule& rule =
      machine ? rng_.PickFrom<CsrRule>(kMachineRules) : rng_.PickFrom<CsrRule>(kSupervisorRules);
  const bool pends = rule.csr == 0x344 || rule.csr == 0x144;
  CsrOf(rule.csr, pends ? rule.writable & s_.pending : rule.writable);
}

void CodeWriter::FloatingCsr() {
  Reserve(4);
  const u32 csr = rng_.Pick<u32>({1, 2, 2, 3});
  u32 op = static_cast<u32>(rng_.Between(1, 3));
  if (rng_.Percent(60)) return Itype(0x4073 | op << 12, TargetReg(), static_cast<u32>(rng_.Below(32)), csr);
  if (s_.fs == 1 || s_.fs == 2) op = 1;  // QEMU does not count setting no bits as a write (known.md)
  Itype(0x0073 | op << 12, TargetReg(), rng_.Percent(30) ? 0 : AnyReg(), csr);
}

void CodeWriter::SystemInstruction() {
  Reserve(4);
  const u32 rs1 = AnyReg() << 15, rs2 = AnyReg() << 20;
  switch (rng_.Below(12)) {
    case 0:
    case 1:
      return Put(0x00000073);  // ecall
    case 2:
      return rng_.Percent(50) ? Put(0x00100073) : PutHalf(0x9002);  // ebreak
    case 3:
    case 4:
      return Put(0x12000073 | rs1 | rs2);  // sfence.vma
    case 5:
    case 6:
      // Where they are illegal QEMU 7.2 takes them, or reports no instruction (known.md).
      if (s_.levels == 0 || s_.mode == Mode::kUser || (s_.tvm && !s_.machine())) return Put(0x0000100f);
      return Put(
          rng_.Pick<u32>({0x16000073 | rs1 | rs2, 0x18000073, 0x18100073}));  // sinval.vma and its fences
    case 7:
      return Put(0x0000100f);  // fence.i
    case 8:
      return Put(0x0000000f | static_cast<u32>(rng_.Below(256)) << 20);  // fence
    case 9:                                                              // mret where it is illegal
      return s_.machine() ? Put(0x0100000f) : Put(0x30200073);
    case 10:  // sret where it is illegal
      return s_.mode == Mode::kUser ? Put(0x10200073) : Put(0x8330000f);
    default:
      return s_.mode == Mode::kUser ? Put(0x10500073) : Put(0x00200073);  // wfi; uret
  }
}

// With something pending, so that nobody sleeps.
void CodeWriter::WaitForInterrupt() {
  if (s_.mode == Mode::kUser || s_.pending != 2) return;
  if (!s_.machine() && (s_.mideleg & 2) == 0) return;
  StartSlot();
  const u32 bit = 1u << 1;
  if (s_.machine()) {
    if (left_machine_) return;
    Itype(0x7073, 0, 8, 0x300);    // csrci mstatus, MIE
    Itype(0x6073, 0, bit, 0x344);  // csrsi mip, SSIP
    Itype(0x6073, 0, bit, 0x304);  // csrsi mie, SSIE
  } else {
    Itype(0x7073, 0, 2, 0x100);  // csrci sstatus, SIE
    Itype(0x6073, 0, bit, 0x144);
    Itype(0x6073, 0, bit, 0x104);
  }
  Put(0x10500073);
}

// Loads and stores in M mode that go through the page tables with the rights of MPP.
void CodeWriter::MprvAccess() {
  StartSlot();
  Itype(0x2073, 0, 19, 0x300);
  const u32 base = s_.levels != 0 ? 18 : rng_.Pick<u32>({8, 9, 15});
  const i64 imm = 8 * rng_.Between(-16, 15);
  if (rng_.Percent(60)) {
    Itype(rng_.Pick<u32>({0x3, 0x2003, 0x5003}), TargetReg(), base, imm);
  } else {
    Stype(rng_.Pick<u32>({0x23, 0x1023, 0x2023}), AnyReg(), base, imm);
  }
  Itype(0x3073, 0, 19, 0x300);
}

// From here on in S or U mode, at the same addresses.
void CodeWriter::LeaveMachineMode() {
  if (s_.levels != 0 || slot() + 6 >= slots_) return;
  StartPair();
  u32 reg = TargetReg();
  while (reg == 0) reg = TargetReg();
  Auipc(reg, OffsetTo(slot() + 2));
  Itype(0x1073, 0, reg, 0x341);
  Itype(0x13, TargetReg(), reg, rng_.Between(-2048, 2047));  // nothing that traps: handlers write the CSR too
  Itype(0x3073, 0, 20, 0x300);
  if (rng_.Percent(50)) Itype(0x2073, 0, 21, 0x300);
  Put(0x30200073);
  FillSlot();
  left_machine_ = true;
}

void CodeWriter::SupervisorReturn() {
  if (s_.mode == Mode::kUser || left_machine_ || slot() + 6 >= slots_) return;
  if (s_.machine() && s_.levels != 0) return;
  StartPair();
  u32 reg = TargetReg();
  while (reg == 0) reg = TargetReg();
  Auipc(reg, OffsetTo(slot() + 2));
  Itype(0x1073, 0, reg, 0x141);
  Itype(0x13, TargetReg(), reg, rng_.Between(-2048, 2047));  // nothing that traps: handlers write the CSR too
  // With translation the code is not the user's: stay in S mode mostly.
  const bool stay = s_.levels != 0 && rng_.Percent(90);
  if (s_.machine()) {
    Itype(0x7073, 0, 0, 0x100);
  } else {
    Itype(stay ? 0x2073 : 0x3073, 0, 20, 0x100);
  }
  Put(0x10200073);
  FillSlot();
  left_machine_ = s_.machine();
}

}  // namespace emboard::diff
