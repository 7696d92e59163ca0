#include "native-backend/cli/parse.h"

#include "native-backend/cli/option_table.h"
#include "native-backend/cli/suggest.h"

namespace emboard {
namespace {

Error UnknownOption(const std::string& typed) {
  const std::string bare = typed.substr(typed.starts_with("--") ? 2 : 1);
  for (const MissingOption& missing : MissingOptions()) {
    if (missing.name == bare) {
      return Error{"option '" + typed + "' is not supported; use '" + std::string(missing.instead) +
                   "' instead"};
    }
  }
  std::vector<std::string_view> names;
  for (const OptionSpec& option : AllOptions()) {
    names.push_back(option.name);
    if (!option.alias.empty()) names.push_back(option.alias);
  }
  const std::string nearest = "-" + std::string(Nearest(bare, names));
  const std::vector<std::string_view> spelt{nearest};
  return Error{"unknown option '" + typed + "'" + Suggestion("-" + bare, spelt)};
}

/// "…,help" asks for a list; the text before it is the subject.
bool TakesListing(const OptionSpec& option, const std::string& text, Options& options) {
  if (option.listing == nullptr) return false;
  const bool plain = text == "help" || text == "?";
  if (!plain && !text.ends_with(",help")) return false;
  options.listing = option.listing;
  options.listing_subject = plain ? "" : text.substr(0, text.find(','));
  return true;
}

Result<void> Apply(const OptionSpec& option, std::string text, Options& options) {
  const std::string dashed = "-" + std::string(option.name);
  if (option.section == OptionSection::kTest && options.command != Command::kTest) {
    return Error{dashed + " belongs to console tests: emboard test " + dashed + " …"};
  }
  if (TakesListing(option, text, options)) return {};
  OptionValue value{std::move(text), {}};
  if (!option.keys.empty()) {
    value.group = TRY(ParseGroup(dashed, value.text, option.implied_key));
    TRY(CheckKeys(dashed, value.group, option.keys));
  }
  return option.apply(options, value);
}

/// Where the value of `--name=value` begins, or npos.
size_t InlineValue(const std::string& typed) {
  return typed.starts_with("--") ? typed.find('=') : std::string::npos;
}

}  // namespace

Result<void> ParseArguments(std::span<const std::string> arguments, Options& options) {
  for (size_t i = 0; i < arguments.size(); i++) {
    const std::string& typed = arguments[i];
    if (!typed.starts_with('-') || typed == "-") {
      return Error{"unexpected argument '" + typed + "'; a kernel is given as: -kernel " + typed};
    }
    const size_t equals = InlineValue(typed);
    const std::string name = typed.substr(0, equals);
    const OptionSpec* option = FindOption(name.substr(name.starts_with("--") ? 2 : 1));
    if (option == nullptr) return UnknownOption(name);
    std::string text;
    if (option->argument.empty()) {
      if (equals != std::string::npos) return Error{name + " takes no value"};
    } else if (equals != std::string::npos) {
      text = typed.substr(equals + 1);
    } else if (++i < arguments.size()) {
      text = arguments[i];
    } else {
      return Error{name + " needs a value: " + name + " " + std::string(option->argument)};
    }
    TRY(Apply(*option, std::move(text), options));
  }
  return {};
}

Result<Options> ParseCommandLine(std::span<const std::string> arguments) {
  Options options;
  if (!arguments.empty() && arguments.front() == "test") {
    options.command = Command::kTest;
    arguments = arguments.subspan(1);
  }
  TRY(ParseArguments(arguments, options));
  return options;
}

}  // namespace emboard
