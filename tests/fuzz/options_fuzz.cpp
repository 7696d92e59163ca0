// Command lines: arguments separated by zero bytes. Files are never opened here but by -script, whose names
// are refused.

#include "native-backend/cli/junit.h"
#include "native-backend/cli/parse.h"
#include "native-backend/cli/text.h"
#include "tests/fuzz/input.h"

using namespace emboard;

extern "C" int LLVMFuzzerTestOneInput(const u8* data, size_t size_bytes) {
  const std::string_view text(reinterpret_cast<const char*>(data), size_bytes);
  (void)Unescape(text);
  (void)SplitWords(text);
  (void)XmlText(text);
  // std::regex recurses once a character: patterns come from the command line, not from strangers.
  if (text.find("script") != text.npos || text.find("expect") != text.npos || text.find("not") != text.npos)
    return 0;
  const Result<Options> options = ParseCommandLine(Split(text, '\0'));
  if (!options && options.error().message.empty()) __builtin_trap();
  return 0;
}
