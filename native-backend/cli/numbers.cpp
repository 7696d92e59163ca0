#include "native-backend/cli/numbers.h"

#include <cctype>
#include <charconv>
#include <cmath>

namespace emboard {
namespace {

Error Bad(std::string_view option, std::string_view text, const char* wanted) {
  return Error{std::string(option) + ": '" + std::string(text) + "' is not " + wanted};
}

constexpr double kTwoTo64 = 18446744073709551616.0;

}  // namespace

Result<u64> ParseNumber(std::string_view option, std::string_view text) {
  const bool hex = text.starts_with("0x") || text.starts_with("0X");
  const std::string_view digits = text.substr(hex ? 2 : 0);
  u64 value = 0;
  const auto [end, error] =
      std::from_chars(digits.data(), digits.data() + digits.size(), value, hex ? 16 : 10);
  if (error == std::errc::result_out_of_range) return Bad(option, text, "below 2^64");
  if (error != std::errc{} || end != digits.data() + digits.size()) return Bad(option, text, "a number");
  return value;
}

Result<u64> ParseSize(std::string_view option, std::string_view text, u64 default_unit) {
  constexpr const char* kWanted = "a size such as 256M, 1.5G or 65536K";
  double number = 0;
  const char* const text_end = text.data() + text.size();
  const auto [end, error] = std::from_chars(text.data(), text_end, number, std::chars_format::fixed);
  if (error != std::errc{} || number < 0 || !std::isdigit(static_cast<unsigned char>(text[0]))) {
    return Bad(option, text, kWanted);
  }
  u64 unit = default_unit;
  if (end != text_end) {
    const size_t power =
        std::string_view("BKMGTPE").find(static_cast<char>(std::toupper(static_cast<unsigned char>(*end))));
    if (power == std::string_view::npos || end + 1 != text_end) return Bad(option, text, kWanted);
    unit = u64{1} << (10 * power);
  }
  // A double holds whole numbers only up to 2^53; those are read exactly.
  u64 whole = 0;
  const auto exact = std::from_chars(text.data(), end, whole);
  if (exact.ec == std::errc{} && exact.ptr == end) {
    if (whole > ~u64{0} / unit) return Bad(option, text, "below 16 EiB");
    return whole * unit;
  }
  const double bytes = number * static_cast<double>(unit);
  if (bytes >= kTwoTo64) return Bad(option, text, "below 16 EiB");
  return static_cast<u64>(bytes);
}

Result<bool> ParseSwitch(std::string_view option, std::string_view text) {
  if (text == "on" || text == "yes" || text == "true") return true;
  if (text == "off" || text == "no" || text == "false") return false;
  return Bad(option, text, "on or off");
}

Result<double> ParseSeconds(std::string_view option, std::string_view text) {
  double seconds = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), seconds);
  constexpr double kLongest = 1e9;
  if (error != std::errc{} || end != text.data() + text.size() || !(seconds >= 0) || seconds > kLongest) {
    return Bad(option, text, "a time in seconds");
  }
  return seconds;
}

}  // namespace emboard
