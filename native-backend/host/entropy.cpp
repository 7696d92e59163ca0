#include "native-backend/host/entropy.h"

#include <sys/random.h>

#include <cerrno>
#include <cstdlib>

namespace emboard {

void SystemEntropy::Fill(std::span<u8> buffer) {
  while (!buffer.empty()) {
    const ssize_t got = getrandom(buffer.data(), buffer.size(), 0);
    if (got > 0) {
      buffer = buffer.subspan(static_cast<size_t>(got));
    } else if (errno != EINTR) {
      std::abort();  // only a wrong buffer address can get here (getrandom(2)); predictable keys would be
                     // worse
    }
  }
}

}  // namespace emboard
