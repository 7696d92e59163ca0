#pragma once
// Random bytes from the browser's crypto.getRandomValues.

#include "core/ports/entropy.h"

namespace emboard {

class WasmEntropy : public EntropyPort {
 public:
  void Fill(std::span<u8> buffer) override;
};

}  // namespace emboard
