// The option table of docs/cli.md.

#include "native-backend/cli/listings.h"
#include "native-backend/cli/log_items.h"
#include "native-backend/cli/option_table.h"
#include "native-backend/host/escape.h"

namespace emboard {
namespace {

/// In a table cell a bar would end the cell.
std::string Cell(std::string_view text) {
  std::string out;
  for (const char c : text) out += c == '|' ? std::string("\\|") : std::string(1, c);
  return out;
}

std::string Code(std::string_view text) { return "`" + Cell(text) + "`"; }

std::string OptionRow(const OptionSpec& option) {
  std::string spelling = "-" + std::string(option.name);
  if (!option.argument.empty()) spelling += " " + std::string(option.argument);
  std::string row = "| " + Code(spelling);
  if (!option.alias.empty()) row += ", " + Code("-" + std::string(option.alias));
  row += " | " + Cell(option.help);
  if (option.keys.size() > 1) {
    for (const GroupKey& key : option.keys) {
      row += "<br>" + Code(std::string(key.name) + "=" + std::string(key.values)) + ": " + Cell(key.help);
    }
  }
  return row + " |\n";
}

}  // namespace

Result<std::string> ShowDocs(const Options& /*options*/) {
  std::string text;
  const OptionSpec* previous = nullptr;
  for (const OptionSpec& option : AllOptions()) {
    if (previous == nullptr || previous->section != option.section) {
      text +=
          "\n### " + std::string(SectionTitle(option.section)) + "\n\n| option | what it does |\n|---|---|\n";
    }
    text += OptionRow(option);
    previous = &option;
  }
  text += "\n### Items of `-d`\n\n| item | what is logged |\n|---|---|\n";
  for (const LogItemName& item : LogItems())
    text += "| " + Code(item.name) + " | " + Cell(item.help) + " |\n";
  text += "\n### Keys while it runs\n\n| key | what it does |\n|---|---|\n";
  for (const EscapeKey& key : EscapeKeys()) {
    text += "| `Ctrl-A " + std::string(1, key.key) + "` | " + Cell(key.help) + " |\n";
  }
  return text + "| `Ctrl-A Ctrl-A` | send Ctrl-A to the guest |\n";
}

}  // namespace emboard
