#include "native-backend/cli/junit.h"

#include <algorithm>
#include <array>
#include <cstdio>

namespace emboard {
namespace {

/// Length of the well-formed UTF-8 sequence at the front of `text` that XML allows, or 0.
/// RFC 3629, section 4; XML 1.0, section 2.2 (Char).
size_t CharacterLength(std::string_view text) {
  const auto at = [&](size_t i) { return i < text.size() ? static_cast<unsigned char>(text[i]) : 0u; };
  const unsigned lead = at(0);
  if (lead < 0x80) return lead >= 0x20 ? (lead != 0x7f) : (lead == '\t' || lead == '\n');
  const size_t length = lead >= 0xc2 && lead < 0xe0   ? 2
                        : lead >= 0xe0 && lead < 0xf0 ? 3
                        : lead >= 0xf0 && lead < 0xf5 ? 4
                                                      : 0;
  for (size_t i = 1; i < length; i++) {
    if ((at(i) & 0xc0) != 0x80) return 0;
  }
  const bool overlong = (lead == 0xe0 && at(1) < 0xa0) || (lead == 0xf0 && at(1) < 0x90);
  const bool surrogate = lead == 0xed && at(1) >= 0xa0;
  const bool too_high = lead == 0xf4 && at(1) >= 0x90;
  const bool not_a_character = lead == 0xef && at(1) == 0xbf && at(2) >= 0xbe;
  return overlong || surrogate || too_high || not_a_character ? 0 : length;
}

std::string Attribute(std::string_view name, std::string_view value) {
  return " " + std::string(name) + "=\"" + XmlText(value) + "\"";
}

std::string Seconds(double seconds) {
  std::array<char, 40> text{};
  std::snprintf(text.data(), text.size(), "%.3f", seconds);
  return text.data();
}

std::string CaseXml(const TestReport& report, size_t index) {
  const StepReport& step = report.steps[index];
  std::string xml = "    <testcase" + Attribute("classname", report.name) +
                    Attribute("name", std::to_string(index + 1) + " " + step.name) +
                    Attribute("time", Seconds(step.seconds));
  if (step.outcome == StepOutcome::kPassed) return xml + "/>\n";
  if (step.outcome == StepOutcome::kSkipped) return xml + "><skipped/></testcase>\n";
  return xml + "><failure" + Attribute("message", step.message) + ">" + XmlText(report.console) +
         "</failure></testcase>\n";
}

}  // namespace

std::string XmlText(std::string_view text) {
  std::string out;
  while (!text.empty()) {
    const size_t length = CharacterLength(text);
    constexpr std::string_view kSpecial = "&<>\"\n\t";
    constexpr std::array<std::string_view, 6> kEscaped{"&amp;", "&lt;", "&gt;", "&quot;", "&#10;", "&#9;"};
    if (const size_t special = kSpecial.find(text.front()); special != std::string_view::npos) {
      out += kEscaped[special];
    } else if (length > 0) {
      out += text.substr(0, length);
    } else {
      std::array<char, 8> hex{};
      std::snprintf(hex.data(), hex.size(), "\\x%02x", static_cast<unsigned char>(text.front()));
      out += hex.data();
    }
    text.remove_prefix(std::max<size_t>(length, 1));
  }
  return out;
}

std::string JUnitXml(const TestReport& report) {
  double seconds = 0;
  std::array<size_t, 3> counts{};
  std::string cases;
  for (size_t i = 0; i < report.steps.size(); i++) {
    seconds += report.steps[i].seconds;
    counts[static_cast<size_t>(report.steps[i].outcome)]++;
    cases += CaseXml(report, i);
  }
  const std::string totals =
      Attribute("tests", std::to_string(report.steps.size())) +
      Attribute("failures", std::to_string(counts[static_cast<size_t>(StepOutcome::kFailed)])) +
      Attribute("skipped", std::to_string(counts[static_cast<size_t>(StepOutcome::kSkipped)])) +
      Attribute("time", Seconds(seconds));
  return "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites>\n  <testsuite" +
         Attribute("name", report.name) + totals + ">\n" + cases + "    <system-out>" +
         XmlText(report.console) + "</system-out>\n  </testsuite>\n</testsuites>\n";
}

}  // namespace emboard
