#include "core/guest/riscv/translate.h"

#include <cinttypes>
#include <cstdio>

#include "core/guest/riscv/translate_compressed.h"

namespace emboard::riscv {
namespace {

using Translator = TranslateCompressed;

constexpr Instruction<Translator> kInstructions[] = {
#define INSN(name, bits, handler, extension, width) \
  MakeInstruction<Translator, bits, &Translator::handler>(#name, Ext::extension, Width::width),
#include "core/guest/riscv/isa.def"
};

/// The whole instruction at `pc`; false when part of it is out of reach.
bool ReadInstruction(CodeReader& code, u64 pc, u64 next_half, u32& word) {
  u16 low = 0, high = 0;
  if (!code.Read16(pc, low)) return false;
  word = low;
  if (IsCompressed(low)) return true;
  if (!code.Read16(next_half, high)) return false;
  word |= u32{high} << 16;
  return true;
}

/// Works on device time, interrupts or the address space, so it must stand alone in its block: the counters
/// it reads are then exact, and what follows is looked up under the new rules.
bool StandsAlone(u32 word) {
  constexpr u32 kSystem = 0x73, kMiscMem = 0x0f;
  const u32 opcode = word & 0x7f, funct3 = (word >> 12) & 7;
  return opcode == kSystem || (opcode == kMiscMem && funct3 == 2);
}

}  // namespace

struct BlockTranslator::Tables {
  explicit Tables(const Config& config) : decode(kInstructions, config) {}
  DecodeTable<Translator> decode;
};

BlockTranslator::BlockTranslator(const Config& config)
    : config_(config), tables_(std::make_unique<Tables>(config)) {}
BlockTranslator::~BlockTranslator() = default;

TranslatedSize BlockTranslator::Translate(u64 pc, u32 mode, unsigned max_instructions, CodeReader& code,
                                          ir::Emitter& emitter) const {
  Translator translator(config_, ModeKey{mode}, emitter);
  TranslatedSize size;
  u64 at = pc;
  while (size.instructions < max_instructions) {
    u32 word = 0;
    const u64 next_half = config_.xlen == 32 ? static_cast<u32>(at + 2) : at + 2;
    if (!ReadInstruction(code, at, next_half, word)) break;
    const bool alone = StandsAlone(word);
    if (alone && size.instructions != 0) break;
    const unsigned length = IsCompressed(word) ? 2 : 4;
    emitter.Boundary(ir::Pc{at}, ir::Imm{size.instructions});
    translator.Begin(at, word, length);
    const auto* line = tables_->decode.Find(word);
    if (line == nullptr || !line->emit(translator, word)) translator.EmitIllegal();
    ++size.instructions;
    size.bytes += length;
    at += length;
    if (config_.xlen == 32) at = static_cast<u32>(at);
    if (translator.ended() || alone) break;
    if (((at ^ pc) & kPageMask) != 0) break;
  }
  if (size.instructions != 0 && !translator.ended()) translator.EmitJump(at);
  return size;
}

std::string BlockTranslator::Disassemble(u64 pc, CodeReader& code, unsigned& length_bytes) const {
  u32 word = 0;
  char text[128];
  length_bytes = 2;
  if (!ReadInstruction(code, pc, pc + 2, word)) return "(out of reach)";
  length_bytes = IsCompressed(word) ? 2 : 4;
  const auto* line = tables_->decode.Find(word);
  std::snprintf(text, sizeof text, "0x%08" PRIx64 ":  %0*x  ", pc, static_cast<int>(2 * length_bytes), word);
  std::string out = text;
  if (line == nullptr) return out + "illegal";
  out += line->name;
  for (size_t i = 0; i < line->encoding.count; ++i) {
    const ParsedField& field = line->encoding.fields[i];
    std::snprintf(text, sizeof text, " %c=0x%x", field.letter, (word & field.mask) >> field.shift);
    out += text;
  }
  return out;
}

}  // namespace emboard::riscv
