#include "native-backend/cli/test_options.h"

#include <regex>
#include <utility>

#include "native-backend/cli/numbers.h"
#include "native-backend/cli/parse.h"
#include "native-backend/cli/text.h"
#include "native-backend/host/files.h"

namespace emboard {
namespace {

constexpr u64 kScriptLimitBytes = 1 << 20;

Result<void> CheckPattern(const std::string& option, const std::string& pattern) {
  try {
    const std::regex compiled(pattern, std::regex::ECMAScript);
    return {};
  } catch (const std::regex_error& error) {
    return Error{option + ": '" + pattern + "' is not a regular expression: " + error.what()};
  }
}

void Add(Options& options, StepKind kind, const OptionValue& value, std::string text, int status = 0) {
  options.test.steps.push_back({kind, std::move(text), value.text, status, options.test.step_timeout_s});
}

/// A line as command-line arguments: `expect PATTERN` is `-expect PATTERN`, `machine …` is split into words.
Result<std::vector<std::string>> LineArguments(std::string_view line) {
  const size_t end = line.find_first_of(" \t");
  const std::string word(line.substr(0, end));
  const std::string_view rest = end == std::string_view::npos ? "" : Trim(line.substr(end));
  if (word == "machine") return SplitWords(rest);
  const OptionSpec* option = FindOption(word);
  if (option == nullptr || option->section != OptionSection::kTest || option->name == "script") {
    return Error{"'" + word +
                 "' is not a step; a line begins with machine, expect, send, not, expect-exit, snapshot, "
                 "timeout, time-limit or #"};
  }
  return std::vector<std::string>{"-" + word, std::string(rest)};
}

Result<void> RunLine(Options& options, std::string_view line) {
  const std::string_view trimmed = Trim(line);
  if (trimmed.empty() || trimmed.front() == '#') return {};
  return ParseArguments(TRY(LineArguments(trimmed)), options);
}

}  // namespace

Result<void> AddExpect(Options& options, const OptionValue& value) {
  TRY(CheckPattern("-expect", value.text));
  Add(options, StepKind::kExpect, value, value.text);
  return {};
}

Result<void> AddNot(Options& options, const OptionValue& value) {
  TRY(CheckPattern("-not", value.text));
  Add(options, StepKind::kNot, value, value.text);
  return {};
}

Result<void> AddSend(Options& options, const OptionValue& value) {
  Add(options, StepKind::kSend, value, TRY(Unescape(value.text)));
  return {};
}

Result<void> AddExpectExit(Options& options, const OptionValue& value) {
  const u64 status = TRY(ParseNumber("-expect-exit", value.text));
  if (status > 255) return Error{"-expect-exit: a status is at most 255"};
  Add(options, StepKind::kExit, value, value.text, static_cast<int>(status));
  return {};
}

Result<void> AddSnapshotStep(Options& options, const OptionValue& value) {
  Add(options, StepKind::kSnapshot, value, value.text);
  return {};
}

Result<void> SetStepTimeout(Options& options, const OptionValue& value) {
  options.test.step_timeout_s = TRY(ParseSeconds("-timeout", value.text));
  return {};
}

Result<void> SetTotalTimeout(Options& options, const OptionValue& value) {
  options.test.total_timeout_s = TRY(ParseSeconds("-time-limit", value.text));
  return {};
}

Result<void> SetSlowness(Options& options, const OptionValue& value) {
  options.test.slowness = TRY(ParseSeconds("-slow", value.text));
  return {};
}

Result<void> RunScriptFile(Options& options, const OptionValue& value) {
  if (std::exchange(options.test.in_script, true)) return Error{"-script: a script cannot run another"};
  const std::vector<u8> bytes = TRY(ReadFile("script", value.text, kScriptLimitBytes));
  if (options.name.empty()) options.name = value.text;
  int number = 0;
  for (const std::string& line : Split({reinterpret_cast<const char*>(bytes.data()), bytes.size()}, '\n')) {
    number++;
    const Result<void> done = RunLine(options, line);
    if (!done) return Error{value.text + ":" + std::to_string(number) + ": " + done.error().message};
  }
  options.test.in_script = false;
  return {};
}

}  // namespace emboard
