#include "native-backend/cli/text.h"

#include <charconv>
#include <cstdlib>

namespace emboard {

std::vector<std::string> Split(std::string_view text, char separator) {
  std::vector<std::string> parts;
  for (;;) {
    const size_t end = text.find(separator);
    parts.emplace_back(text.substr(0, end));
    if (end == std::string_view::npos) return parts;
    text.remove_prefix(end + 1);
  }
}

std::string_view Trim(std::string_view text) {
  constexpr std::string_view kBlank = " \t\r\n";
  const size_t start = text.find_first_not_of(kBlank);
  if (start == std::string_view::npos) return "";
  return text.substr(start, text.find_last_not_of(kBlank) - start + 1);
}

std::vector<std::string> Wrap(std::string_view text, size_t width) {
  std::vector<std::string> lines;
  for (const std::string& paragraph : Split(text, '\n')) {
    lines.emplace_back();
    for (const std::string& word : Split(paragraph, ' ')) {
      if (!lines.back().empty() && lines.back().size() + 1 + word.size() > width) lines.emplace_back();
      if (!lines.back().empty()) lines.back() += ' ';
      lines.back() += word;
    }
  }
  return lines;
}

Result<std::string> Unescape(std::string_view text) {
  std::string out;
  for (size_t i = 0; i < text.size(); i++) {
    if (text[i] != '\\') {
      out += text[i];
      continue;
    }
    const char kind = ++i < text.size() ? text[i] : '\0';
    constexpr std::string_view kLetters = "rnte\\";
    constexpr std::string_view kMeanings = "\r\n\t\x1b\\";
    if (const size_t known = kLetters.find(kind); kind != '\0' && known != std::string_view::npos) {
      out += kMeanings[known];
      continue;
    }
    const std::string_view digits = kind == 'x' ? text.substr(i + 1, 2) : "";
    unsigned value = 0;
    const auto parsed = std::from_chars(digits.data(), digits.data() + digits.size(), value, 16);
    if (digits.size() != 2 || parsed.ptr != digits.data() + 2) {
      return Error{"'" + std::string(text) +
                   "' has an unknown escape; \\r \\n \\t \\e \\\\ and \\xNN are known"};
    }
    out += static_cast<char>(value);
    i += 2;
  }
  return out;
}

namespace {

/// Replaces the ${NAME} that begins at `text[at]`; `at` is then its last character.
Result<std::string> Expand(std::string_view text, size_t& at) {
  const size_t end = text.find('}', at);
  if (end == std::string_view::npos) return Error{"'${' without '}' in: " + std::string(text)};
  const std::string name(text.substr(at + 2, end - at - 2));
  const char* value = std::getenv(name.c_str());
  if (value == nullptr) return Error{"the environment has no variable '" + name + "', which a script uses"};
  at = end;
  return std::string(value);
}

}  // namespace

Result<std::vector<std::string>> SplitWords(std::string_view line) {
  std::vector<std::string> words;
  bool in_word = false;
  char quote = '\0';
  for (size_t i = 0; i < line.size(); i++) {
    const char c = line[i];
    const bool blank = quote == '\0' && (c == ' ' || c == '\t' || c == '\r' || c == '\n');
    if (blank) {
      in_word = false;
      continue;
    }
    if (!in_word) words.emplace_back();
    in_word = true;
    if (quote == '\0' ? (c == '\'' || c == '"') : c == quote) {
      quote = quote == '\0' ? c : '\0';
    } else if (c == '$' && quote != '\'' && line.substr(i, 2) == "${") {
      words.back() += TRY(Expand(line, i));
    } else if (c == '\\' && quote != '\'' && i + 1 < line.size()) {
      words.back() += line[++i];
    } else {
      words.back() += c;
    }
  }
  if (quote != '\0')
    return Error{std::string("a quote (") + quote + ") is not closed in: " + std::string(line)};
  return words;
}

}  // namespace emboard
