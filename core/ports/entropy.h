#pragma once
// Random bytes for virtio-rng and the device tree's rng-seed. With -icount it is a seeded generator.

#include <span>

#include "core/base/types.h"

namespace emboard {

class EntropyPort {
 public:
  virtual ~EntropyPort() = default;
  virtual void Fill(std::span<u8> buffer) = 0;
};

}  // namespace emboard
