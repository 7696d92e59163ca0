#pragma once
// Blocks of RISC-V instructions to IR, and their disassembly; both from isa.def.

#include <string>

#include "core/exec/guest_isa.h"
#include "core/guest/riscv/decode.h"

namespace emboard::riscv {

class TranslateCompressed;

/// The translator for one configuration of extensions.
class BlockTranslator {
 public:
  explicit BlockTranslator(const Config& config);
  ~BlockTranslator();

  TranslatedSize Translate(u64 pc, u32 mode, unsigned max_instructions, CodeReader& code,
                           ir::Emitter& emitter) const;
  std::string Disassemble(u64 pc, CodeReader& code, unsigned& length_bytes) const;

 private:
  struct Tables;
  const Config config_;
  std::unique_ptr<Tables> tables_;
};

}  // namespace emboard::riscv
