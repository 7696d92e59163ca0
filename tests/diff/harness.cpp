#include "tests/diff/harness.h"

#include <algorithm>
#include <cstdio>
#include <cstring>

#include "tests/diff/asm.h"

namespace emboard::diff {
namespace {

// Offsets from kHarnessData, which x31 holds in the handler.
constexpr i32 kXOffset = 0, kFOffset = 256, kCsrOffset = 512;
constexpr i32 kLogEnd = 1024, kTrapsLeft = 1032, kExitVa = 1040, kSupervisorExit = 1048, kCodeVa = 1056;
constexpr i32 kCodeSize = 1064, kNext = 1072, kRemaining = 1080, kTimedOut = 1088, kTailSize = 1096;

// Offsets in a program's descriptor, whose fields are 64 bits wide whatever XLEN is.
struct Descriptor {
  char name[8];  // decimal, to print
  u64 code_src, code_size0, code_dst0, code_size1, code_dst1;
  u64 exit_va, tail_size, supervisor_exit_va, code_va, code_size;
  u64 patches, patches_end, data_seed, mstatus;
  u64 csrs[kInitCsrs.size()];
  u64 x[32];
  u64 f[32];
};
#define FIELD(name) static_cast<i32>(offsetof(Descriptor, name))

constexpr u32 kMstatus = 0x300, kMtvec = 0x305, kMscratch = 0x340, kMepc = 0x341, kMcause = 0x342,
              kMtval = 0x343;
constexpr u32 kMie = 0x304, kFcsr = 0x003;
constexpr u64 kFsDirty = 3 << 13;

// The registers that the harness's own routines keep between programs' runs: set up again before each use.
constexpr u32 kHash = 18, kMultiplier = 19, kUartReg = 20, kDesc = 9;

class Harness {
 public:
  Harness(unsigned xlen, bool verbose) : a_(kHarnessBase, xlen), verbose_(verbose), w_(a_.word_bytes()) {}

  std::vector<u8> Build(u64 first_descriptor, u64 count) {
    EmitStart(first_descriptor, count);
    EmitNextProgram();
    EmitTrapHandler();
    EmitFinish();
    EmitPutHex();
    EmitHashRange();
    a_.Resolve();
    return a_.bytes();
  }

 private:
  using Label = Assembler::Label;

  void EmitStart(u64 first_descriptor, u64 count) {
    a_.Li(kX31, kHarnessData);
    a_.Li(kT0, first_descriptor);
    a_.Store(kT0, kX31, kNext);
    a_.Li(kT0, count);
    a_.Store(kT0, kX31, kRemaining);
  }

  // do { store zero } over [first, end)
  void EmitClear(u64 first, u64 size_bytes) {
    a_.Li(kA0, first);
    a_.Li(kA1, first + size_bytes);
    const Label loop = Here();
    a_.Store(kZero, kA0, 0);
    a_.Addi(kA0, kA0, w_);
    a_.Branch(Cond::kLtu, kA0, kA1, loop);
  }

  void EmitCopyCode(i32 size_field, i32 destination_field) {  // a0: source, advanced
    const Label loop = a_.NewLabel(), done = a_.NewLabel();
    a_.Load(kA1, kDesc, destination_field);
    a_.Load(kA2, kDesc, size_field);
    a_.Add(kA2, kA2, kA1);
    a_.Bind(loop);
    a_.Branch(Cond::kGeu, kA1, kA2, done);
    a_.Lhu(kA3, kA0, 0);
    a_.Sh(kA3, kA1, 0);
    a_.Addi(kA0, kA0, 2);
    a_.Addi(kA1, kA1, 2);
    a_.J(loop);
    a_.Bind(done);
  }

  void EmitFillData() {
    a_.Load(kA2, kDesc, FIELD(data_seed));
    a_.Li(kA3, w_ == 8 ? 0x5851f42d4c957f2dull : 0x915f77f5);
    a_.Li(kA0, kDataPages);
    a_.Li(kA1, kDataPages + kDataSize);
    const Label loop = Here();
    a_.Mul(kA2, kA2, kA3);
    a_.Addi(kA2, kA2, 0x3b5);
    a_.Srli(kA4, kA2, w_ == 8 ? 33 : 15);
    a_.Xor(kA4, kA4, kA2);
    a_.Store(kA4, kA0, 0);
    a_.Addi(kA0, kA0, w_);
    a_.Branch(Cond::kLtu, kA0, kA1, loop);
  }

  void EmitApplyPatches() {
    const Label loop = a_.NewLabel(), done = a_.NewLabel();
    a_.Load(kA0, kDesc, FIELD(patches));
    a_.Load(kA1, kDesc, FIELD(patches_end));
    a_.Bind(loop);
    a_.Branch(Cond::kGeu, kA0, kA1, done);
    a_.Load(kA2, kA0, 0);
    a_.Load(kA3, kA0, 8);
    a_.Store(kA3, kA2, 0);
    a_.Addi(kA0, kA0, 16);
    a_.J(loop);
    a_.Bind(done);
  }

  // Half a second at 10 MHz: a program that has not ended by then never will.
  void EmitArmTimer() {
    a_.Li(kA0, kMtime);
    a_.Li(kA1, kMtimecmp);
    a_.Li(kA2, 5'000'000);
    a_.Load(kA3, kA0, 0);
    a_.Add(kA4, kA3, kA2);
    if (w_ == 8) {
      a_.Store(kA4, kA1, 0);
      return;
    }
    a_.Sltu(kA2, kA4, kA3);
    a_.Load(kA3, kA0, 4);
    a_.Add(kA3, kA3, kA2);
    a_.Addi(kA2, kZero, -1);
    a_.Store(kA2, kA1, 4);
    a_.Store(kA4, kA1, 0);
    a_.Store(kA3, kA1, 4);
  }

  void EmitNextProgram() {
    a_.Bind(next_);
    a_.Li(kX31, kHarnessData);
    a_.Load(kT0, kX31, kRemaining);
    const Label more = a_.NewLabel();
    a_.Branch(Cond::kNe, kT0, kZero, more);
    a_.Li(kT0, kFinisher);
    a_.Li(kT1, 0x5555);
    a_.Sw(kT1, kT0, 0);
    a_.J(Here());
    a_.Bind(more);
    a_.Addi(kT0, kT0, -1);
    a_.Store(kT0, kX31, kRemaining);
    a_.Load(kDesc, kX31, kNext);
    EmitClear(kCodePages, kDataSize);
    a_.Load(kA0, kDesc, FIELD(code_src));
    EmitCopyCode(FIELD(code_size0), FIELD(code_dst0));
    EmitCopyCode(FIELD(code_size1), FIELD(code_dst1));
    EmitFillData();
    EmitApplyPatches();
    EmitArmTimer();
    EmitEnter();
  }

  void EmitCopyField(i32 field, i32 to) {
    a_.Load(kT0, kDesc, field);
    a_.Store(kT0, kX31, to);
  }

  void EmitEnter() {
    EmitCopyField(FIELD(exit_va), kExitVa);
    EmitCopyField(FIELD(supervisor_exit_va), kSupervisorExit);
    EmitCopyField(FIELD(tail_size), kTailSize);
    EmitCopyField(FIELD(code_va), kCodeVa);
    EmitCopyField(FIELD(code_size), kCodeSize);
    a_.Li(kT0, kTrapLog);
    a_.Store(kT0, kX31, kLogEnd);
    a_.Li(kT0, kTrapLimit);
    a_.Store(kT0, kX31, kTrapsLeft);
    a_.Store(kZero, kX31, kTimedOut);
    a_.Li(kT0, kFsDirty);
    a_.Csrw(kMstatus, kT0);
    for (u32 csr : kInitCsrs32)
      if (w_ == 4) a_.Csrw(csr, kZero);
    for (size_t i = 0; i < kInitCsrs.size(); i++) {
      a_.Load(kT0, kDesc, FIELD(csrs) + static_cast<i32>(8 * i));
      a_.Csrw(kInitCsrs[i], kT0);
    }
    a_.La(kT0, trap_);
    a_.Csrw(kMtvec, kT0);
    a_.Csrw(kMscratch, kX31);
    a_.Load(kT0, kDesc, FIELD(code_va));
    a_.Csrw(kMepc, kT0);
    a_.Mv(kX31, kDesc);
    a_.Addi(kX31, kX31, FIELD(f));
    for (u32 i = 0; i < 32; i++) a_.Fld(i, kX31, static_cast<i32>(8 * i));
    a_.Load(kT0, kDesc, FIELD(mstatus));
    a_.Csrw(kMstatus, kT0);
    a_.SfenceVma();
    a_.FenceI();
    a_.Addi(kX31, kX31, FIELD(x) - FIELD(f));
    for (u32 i = 1; i < 32; i++) a_.Load(i, kX31, static_cast<i32>(8 * i));
    a_.Mret();
  }

  void SaveX(u32 i) { a_.Store(i, kX31, kXOffset + w_ * static_cast<i32>(i)); }
  void RestoreX(u32 i) { a_.Load(i, kX31, kXOffset + w_ * static_cast<i32>(i)); }

  void EmitTrapHandler() {
    const Label resume = a_.NewLabel(), wild = a_.NewLabel(), interrupt = a_.NewLabel();
    while (a_.here() % 4 != 0) a_.Half(1);
    a_.Bind(trap_);
    a_.Csrrw(kX31, kMscratch, kX31);
    for (u32 i : {kX28, kX29, kX30}) SaveX(i);
    EmitLogTrap();
    a_.Load(kX28, kX31, kTrapsLeft);
    a_.Addi(kX28, kX28, -1);
    a_.Store(kX28, kX31, kTrapsLeft);
    a_.Branch(Cond::kGe, kZero, kX28, end_);
    a_.Csrr(kX30, kMcause);
    a_.Branch(Cond::kLt, kX30, kZero, interrupt);
    a_.Csrr(kX30, kMepc);
    a_.Load(kX28, kX31, kSupervisorExit);
    a_.Branch(Cond::kEq, kX30, kX28, end_);
    // A shortened program ends at any instruction past its end.
    a_.Load(kX28, kX31, kExitVa);
    a_.Sub(kX28, kX30, kX28);
    a_.Load(kX29, kX31, kTailSize);
    a_.Branch(Cond::kLtu, kX28, kX29, end_);
    a_.Load(kX28, kX31, kCodeVa);
    a_.Sub(kX29, kX30, kX28);
    a_.Load(kX30, kX31, kCodeSize);
    a_.Branch(Cond::kGeu, kX29, kX30, wild);
    a_.Srli(kX29, kX29, 4);
    a_.Addi(kX29, kX29, 1);
    a_.Slli(kX29, kX29, 4);
    a_.Add(kX30, kX28, kX29);
    a_.Csrw(kMepc, kX30);
    a_.Bind(resume);
    // QEMU 7.2 keeps translations made with MPRV over a change of MPP that a trap makes (known.md).
    a_.Lui(kX30, 0x20);
    a_.Csrrc(kZero, kMstatus, kX30);
    for (u32 i : {kX28, kX29, kX30}) RestoreX(i);
    a_.Csrrw(kX31, kMscratch, kX31);
    a_.Mret();

    // A jump out of the program: it left the way back in gp.
    a_.Bind(wild);
    a_.Sub(kX29, kGp, kX28);
    a_.Branch(Cond::kGeu, kX29, kX30, end_);
    a_.Csrw(kMepc, kGp);
    a_.J(resume);

    // The interrupted instruction has not run; with its enable bit off it can.
    a_.Bind(interrupt);
    a_.Andi(kX30, kX30, 0xf);
    a_.Addi(kX30, kX30, -7);
    const Label not_timer = a_.NewLabel();
    a_.Branch(Cond::kNe, kX30, kZero, not_timer);
    a_.Store(kX31, kX31, kTimedOut);
    a_.J(end_);
    a_.Bind(not_timer);
    a_.Addi(kX30, kZero, 0x80);
    a_.Csrw(kMie, kX30);
    a_.J(resume);
  }

  void EmitLogTrap() {
    a_.Load(kX29, kX31, kLogEnd);
    i32 at = 0;
    for (u32 csr : {kMcause, kMepc, kMtval, kMstatus}) {
      a_.Csrr(kX30, csr);
      a_.Store(kX30, kX29, at);
      at += w_;
    }
    a_.Addi(kX29, kX29, at);
    a_.Store(kX29, kX31, kLogEnd);
  }

  void EmitSaveState() {
    for (u32 i = 1; i < 28; i++) SaveX(i);
    a_.Csrr(kT0, kMscratch);
    a_.Store(kT0, kX31, kXOffset + w_ * 31);
    i32 at = kCsrOffset;
    const auto save = [&](u32 csr) {
      a_.Csrr(kT0, csr);
      a_.Store(kT0, kX31, at);
      at += w_;
    };
    save(kMstatus);
    a_.Li(kT0, kFsDirty);
    a_.Csrrs(kZero, kMstatus, kT0);
    a_.Li(kT0, 0x20000);  // MPRV off
    a_.Csrrc(kZero, kMstatus, kT0);
    save(kFcsr);
    for (const auto& [csr, name] : kDumpCsrs) save(csr);
    // An access that a PMP entry covers in part fails in M mode too (privileged manual 3.7.1).
    for (u32 csr : {0x3a0, 0x3a2}) a_.Csrw(csr, kZero);
    for (u32 i = 0; i < 32; i++) a_.Fsd(i, kX31, kFOffset + static_cast<i32>(8 * i));
  }

  void EmitFinish() {
    a_.Bind(end_);
    EmitSaveState();
    a_.Li(kUartReg, kUart);
    a_.Load(kDesc, kX31, kNext);
    EmitHashEverything();
    const Label name_loop = a_.NewLabel(), name_end = a_.NewLabel(), timed_out = a_.NewLabel(),
                done = a_.NewLabel();
    a_.Mv(kA0, kDesc);
    a_.Bind(name_loop);
    a_.Lbu(kA4, kA0, 0);
    a_.Branch(Cond::kEq, kA4, kZero, name_end);
    EmitPutChar();
    a_.Addi(kA0, kA0, 1);
    a_.J(name_loop);
    a_.Bind(name_end);
    EmitPutChar(' ');
    a_.Load(kT0, kX31, kTimedOut);
    a_.Branch(Cond::kNe, kT0, kZero, timed_out);
    a_.Mv(kA2, kHash);
    a_.Jal(kT0, put_hex_);
    a_.Bind(done);
    EmitPutChar('\n');
    a_.Addi(kDesc, kDesc, sizeof(Descriptor) / 2);
    a_.Addi(kDesc, kDesc, sizeof(Descriptor) / 2);
    a_.Store(kDesc, kX31, kNext);
    a_.J(next_);
    a_.Bind(timed_out);
    for (char c : std::string("hang")) EmitPutChar(c);
    a_.J(done);
  }

  void EmitHashBlock(u64 first, i32 size_bytes) {
    a_.Li(kA0, first);
    a_.Li(kA1, first + static_cast<u64>(size_bytes));
    a_.Call(hash_range_);
  }

  void EmitHashEverything() {
    a_.Li(kHash, 0);
    a_.Li(kMultiplier, w_ == 8 ? 0x9e3779b97f4a7c15ull : 0x9e3779b1);
    EmitHashBlock(kHarnessData + kXOffset + static_cast<u64>(w_), 31 * w_);
    EmitHashBlock(kHarnessData + kFOffset, 256);
    EmitHashBlock(kHarnessData + kCsrOffset, (static_cast<i32>(kDumpCsrs.size()) + 2) * w_);
    EmitHashBlock(kDataPages, kDataSize);
    // Patched words: page tables may have gained A and D bits. They are zero again for the next program.
    const Label loop = a_.NewLabel(), done = a_.NewLabel();
    a_.Load(kT1, kDesc, FIELD(patches));
    a_.Load(kT2, kDesc, FIELD(patches_end));
    a_.Bind(loop);
    a_.Branch(Cond::kGeu, kT1, kT2, done);
    a_.Load(kA0, kT1, 0);
    a_.Addi(kA1, kA0, w_);
    a_.Call(hash_range_);
    a_.Load(kA0, kT1, 0);
    a_.Store(kZero, kA0, 0);
    a_.Addi(kT1, kT1, 16);
    a_.J(loop);
    a_.Bind(done);
    a_.Li(kA0, kTrapLog);
    a_.Load(kA1, kX31, kLogEnd);
    a_.Call(hash_range_);
  }

  // a4: the character; clobbers a5.
  void EmitPutChar() {
    const Label wait = Here();
    a_.Lbu(kA5, kUartReg, 5);
    a_.Andi(kA5, kA5, 0x20);
    a_.Branch(Cond::kEq, kA5, kZero, wait);
    a_.Sb(kA4, kUartReg, 0);
  }
  void EmitPutChar(char c) {
    a_.Addi(kA4, kZero, c);
    EmitPutChar();
  }

  // a2: the value; returns through t0; clobbers a3 to a5.
  void EmitPutHex() {
    a_.Bind(put_hex_);
    a_.Addi(kA3, kZero, 8 * w_ - 4);
    const Label loop = Here(), digit = a_.NewLabel();
    a_.Rtype(0x5033, kA4, kA2, kA3);  // srl
    a_.Andi(kA4, kA4, 15);
    a_.Addi(kA5, kZero, 10);
    a_.Addi(kA4, kA4, '0');
    a_.Addi(kA5, kA5, '0');
    a_.Branch(Cond::kLt, kA4, kA5, digit);
    a_.Addi(kA4, kA4, 'a' - '0' - 10);
    a_.Bind(digit);
    EmitPutChar();
    a_.Addi(kA3, kA3, -4);
    a_.Branch(Cond::kGe, kA3, kZero, loop);
    a_.Itype(0x67, kZero, kT0, 0);
  }

  // Folds the words of [a0, a1) into the hash.
  void EmitHashRange() {
    const Label done = a_.NewLabel();
    a_.Bind(hash_range_);
    const Label loop = Here();
    a_.Branch(Cond::kGeu, kA0, kA1, done);
    a_.Load(kA2, kA0, 0);
    a_.Xor(kHash, kHash, kA2);
    a_.Mul(kHash, kHash, kMultiplier);
    a_.Srli(kA3, kHash, w_ == 8 ? 29 : 15);
    a_.Xor(kHash, kHash, kA3);
    if (verbose_) {
      a_.Jal(kT0, put_hex_);
      EmitPutChar('\n');
    }
    a_.Addi(kA0, kA0, w_);
    a_.J(loop);
    a_.Bind(done);
    a_.Ret();
  }

  Label Here() {
    const Label label = a_.NewLabel();
    a_.Bind(label);
    return label;
  }

  Assembler a_;
  bool verbose_;
  i32 w_;
  Label next_ = a_.NewLabel(), trap_ = a_.NewLabel(), end_ = a_.NewLabel();
  Label put_hex_ = a_.NewLabel(), hash_range_ = a_.NewLabel();
};

// Runs in S mode from its own page. It folds what it sees into x27, counts in x25, and uses no memory, so
// that no state a program can choose makes it fail. x23 and x24 hold the program's first address and its
// exit.
std::vector<u8> SupervisorHandler(unsigned xlen, u64* exit_offset) {
  constexpr u32 kSstatus = 0x100, kSepc = 0x141, kScause = 0x142, kStval = 0x143, kSie = 0x104;
  Assembler a(kSupervisorPage, xlen);
  const Assembler::Label exit = a.NewLabel(), interrupt = a.NewLabel(), wild = a.NewLabel();
  for (u32 csr : {kScause, kStval, kSepc, kSstatus}) {
    a.Slli(kX26, kX27, 5);
    a.Sub(kX27, kX26, kX27);
    a.Csrr(kX26, csr);
    a.Add(kX27, kX27, kX26);
  }
  a.Addi(kX25, kX25, 1);
  a.Addi(kX26, kX25, -60);
  a.Branch(Cond::kLt, kZero, kX26, exit);
  a.Csrr(kX26, kScause);
  a.Branch(Cond::kLt, kX26, kZero, interrupt);
  a.Csrr(kX26, kSepc);
  a.Branch(Cond::kGeu, kX26, kX24, wild);
  a.Branch(Cond::kLtu, kX26, kX23, wild);
  a.Sub(kX26, kX26, kX23);
  a.Srli(kX26, kX26, 4);
  a.Addi(kX26, kX26, 1);
  a.Slli(kX26, kX26, 4);
  a.Add(kX26, kX26, kX23);
  a.Csrw(kSepc, kX26);
  a.Sret();
  a.Bind(interrupt);
  a.Csrw(kSie, kZero);
  a.Sret();
  a.Bind(wild);
  a.Sub(kX26, kX26, kX24);
  a.Srli(kX26, kX26, 12);
  a.Branch(Cond::kEq, kX26, kZero, exit);
  a.Csrw(kSepc, kGp);
  a.Sret();
  a.Bind(exit);
  a.Ecall();
  a.Resolve();
  *exit_offset = a.AddressOf(exit) - kSupervisorPage;
  return a.bytes();
}

void Place(std::vector<u8>& image, u64 address, const void* bytes, size_t size) {
  const u64 offset = address - kHarnessBase;
  if (image.size() < offset + size) image.resize(offset + size);
  std::memcpy(image.data() + offset, bytes, size);
}

Descriptor Describe(const Program& program) {
  Descriptor d{};
  std::snprintf(d.name, sizeof d.name, "%llu", static_cast<unsigned long long>(program.number));
  const u64 first_part = std::min<u64>(program.code.size(), 0x1000 - program.code_offset);
  d.code_size0 = first_part;
  d.code_dst0 = program.code_pa[0] + program.code_offset;
  d.code_size1 = program.code.size() - first_part;
  d.code_dst1 = program.code_pa[1];
  d.exit_va = program.exit_va;
  d.tail_size = program.code_va + program.code.size() - program.exit_va;
  d.supervisor_exit_va = program.supervisor_exit_va;
  d.code_va = program.code_va;
  d.code_size = program.code.size();
  d.data_seed = program.data_seed;
  d.mstatus = program.mstatus;
  std::copy(program.csrs.begin(), program.csrs.end(), d.csrs);
  std::copy(program.x.begin(), program.x.end(), d.x);
  std::copy(program.f.begin(), program.f.end(), d.f);
  return d;
}

}  // namespace

u64 SupervisorExitOffset(unsigned xlen) {
  u64 offset = 0;
  SupervisorHandler(xlen, &offset);
  return offset;
}

std::vector<u8> BuildImage(const std::vector<Program>& programs, unsigned xlen, bool verbose) {
  std::vector<u8> image = Harness(xlen, verbose).Build(kBlobBase, programs.size());
  u64 exit_offset = 0;
  const std::vector<u8> handler = SupervisorHandler(xlen, &exit_offset);
  Place(image, kSupervisorPage, handler.data(), handler.size());
  u64 blob = kBlobBase + programs.size() * sizeof(Descriptor);
  for (size_t i = 0; i < programs.size(); i++) {
    Descriptor d = Describe(programs[i]);
    d.patches = blob;
    for (const auto& patch : programs[i].patches) {
      Place(image, blob, &patch.first, 8);
      Place(image, blob + 8, &patch.second, 8);
      blob += 16;
    }
    d.patches_end = blob;
    d.code_src = blob;
    Place(image, blob, programs[i].code.data(), programs[i].code.size());
    blob = (blob + programs[i].code.size() + 7) & ~u64{7};
    Place(image, kBlobBase + i * sizeof(Descriptor), &d, sizeof d);
  }
  return image;
}

std::vector<std::string> WordNames(const Program& program, unsigned xlen) {
  const unsigned w = xlen / 8;
  std::vector<std::string> names;
  for (unsigned i = 1; i < 32; i++) names.push_back("x" + std::to_string(i));
  for (unsigned i = 0; i < 32; i++)
    for (unsigned part = 0; part < 8 / w; part++)
      names.push_back("f" + std::to_string(i) + (part ? " high" : ""));
  names.push_back("mstatus");
  names.push_back("fcsr");
  for (const auto& [csr, name] : kDumpCsrs) names.push_back(name);
  const auto memory = [&](u64 address) {
    char text[32];
    std::snprintf(text, sizeof text, "[%llx]", static_cast<unsigned long long>(address));
    names.push_back(text);
  };
  for (u64 at = 0; at < kDataSize; at += w) memory(kDataPages + at);
  for (const auto& patch : program.patches) memory(patch.first);
  return names;
}

}  // namespace emboard::diff
