#include "wasm-backend/host/entropy.h"

#include <emscripten.h>

#include <algorithm>

namespace emboard {

EM_JS(void, emboard_js_random, (u8 * out, size_t size),
      { globalThis.crypto.getRandomValues(HEAPU8.subarray(out >>> 0, (out >>> 0) + size)); })

void WasmEntropy::Fill(std::span<u8> buffer) {
  constexpr size_t kMostPerCall =
      65536;  // Web Cryptography API, section 10.1.1: more is a QuotaExceededError
  while (!buffer.empty()) {
    const size_t size = std::min(buffer.size(), kMostPerCall);
    emboard_js_random(buffer.data(), size);
    buffer = buffer.subspan(size);
  }
}

}  // namespace emboard
