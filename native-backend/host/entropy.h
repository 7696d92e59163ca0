#pragma once
// Random bytes from the kernel.

#include "core/ports/entropy.h"

namespace emboard {

class SystemEntropy final : public EntropyPort {
 public:
  void Fill(std::span<u8> buffer) override;
};

}  // namespace emboard
