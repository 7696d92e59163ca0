// The native program: understands the command line and runs a machine or a console test.

#include <cstdio>
#include <string>
#include <vector>

#include "native-backend/cli/parse.h"
#include "native-backend/cli/report.h"
#include "native-backend/cli/run_command.h"
#include "native-backend/cli/test_command.h"

namespace {

int Print(const emboard::Result<std::string>& text) {
  if (!text) return emboard::Complain(text.error());
  const bool written = std::fputs(text.value().c_str(), stdout) >= 0;
  if (!written || std::fflush(stdout) != 0) return emboard::Complain({"cannot write to standard output"});
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  using namespace emboard;
  const std::vector<std::string> arguments(argv + 1, argv + argc);
  const Result<Options> parsed = ParseCommandLine(arguments);
  if (!parsed) return Complain(parsed.error());
  const Options& options = parsed.value();
  if (options.listing != nullptr) return Print(options.listing(options));
  return options.command == Command::kTest ? RunTest(options) : RunMachine(options);
}
