// The page that --help prints.

#include <algorithm>

#include "native-backend/cli/listings.h"
#include "native-backend/cli/option_table.h"
#include "native-backend/cli/text.h"
#include "native-backend/host/escape.h"

namespace emboard {
namespace {

constexpr size_t kColumns = 80;

constexpr std::string_view kOpening =
    R"(Emboard runs software made for real boards. Its options are QEMU's.

Try this
  emboard -kernel Image -initrd initrd.cpio.gz -append console=ttyS0
      boots Linux on the default board, in this terminal. Ctrl-A x quits.
  emboard -m 1G -smp 4 -kernel Image -drive file=disk.img -append root=/dev/vda
      four CPUs, 1 GiB of memory and a disk.
  emboard -bios u-boot.bin
      another firmware.
  emboard -icount 3 -snapshot-at instructions=50000000,file=boot.snap,quit=on …
  emboard -icount 3 -loadvm boot.snap …
      stops after 50,000,000 instructions, and goes on, always the same.
  emboard -d in_asm,int -D trace.log …
      writes down what the CPU does.
  emboard test -kernel Image -expect 'login:' -send 'root\r' -expect '# '
      waits, types and checks: exit status 0 when all went well, 1 when not.

What there is to choose from
  -M help   -cpu help   -device help   -device TYPE,help   -d help
)";

constexpr std::string_view kClosing = R"(
Sizes take K, M, G or T. In KEY=VALUE lists write two commas for one in a value.
-option and --option are the same, and so are --option VALUE and --option=VALUE.

Exit status
  the guest's own when it powers off; 2 when something is wrong with the command
  line or a file, with one line that says what; 1 when a console test fails.
)";

std::string Indented(std::string_view text, size_t indent) {
  std::string out;
  for (const std::string& line : Wrap(text, kColumns - indent)) out += std::string(indent, ' ') + line + "\n";
  return out;
}

std::string Describe(const OptionSpec& option) {
  std::string text = "  -" + std::string(option.name);
  if (!option.alias.empty()) text += ", -" + std::string(option.alias);
  if (!option.argument.empty()) text += " " + std::string(option.argument);
  text += "\n" + Indented(option.help, 6);
  if (option.keys.size() < 2) return text;
  for (const GroupKey& key : option.keys) {
    text += Indented(std::string(key.name) + "=" + std::string(key.values) + ": " + std::string(key.help), 8);
  }
  return text;
}

std::string EscapeKeyHelp() {
  std::string text = "\nKeys while it runs\n";
  for (const std::string& line : Split(EscapeHelp(), '\n')) {
    if (!line.empty()) text += "  " + line + "\n";
  }
  return text;
}

}  // namespace

Result<std::string> ShowHelp(const Options& /*options*/) {
  std::string text(kOpening);
  const OptionSpec* previous = nullptr;
  for (const OptionSpec& option : AllOptions()) {
    if (previous == nullptr || previous->section != option.section) {
      text += "\n" + std::string(SectionTitle(option.section)) + "\n";
    }
    text += Describe(option);
    previous = &option;
  }
  return text + EscapeKeyHelp() + std::string(kClosing);
}

}  // namespace emboard
