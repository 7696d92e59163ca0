#include "native-backend/cli/report.h"

#include <array>
#include <cstdio>

#include "core/base/units.h"

namespace emboard {

int Complain(const Error& error) {
  std::fprintf(stderr, "emboard: %s\n", error.message.c_str());
  return kUsageStatus;
}

std::string StatisticsText(const Machine& machine, u64 elapsed_ns) {
  const double seconds = static_cast<double>(elapsed_ns) / kNsPerSecond;
  const double instructions = static_cast<double>(machine.instructions());
  std::array<char, 200> text{};
  std::snprintf(text.data(), text.size(),
                "instructions %.0f\nguest-seconds %.6f\nhost-seconds %.3f\nmips %.1f\n", instructions,
                static_cast<double>(machine.now_ns()) / kNsPerSecond, seconds,
                seconds > 0 ? instructions / seconds / 1e6 : 0.0);
  return text.data() + machine.Statistics();
}

}  // namespace emboard
