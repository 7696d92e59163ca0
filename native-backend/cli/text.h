#pragma once
// Small text functions of the command line.

#include <string>
#include <string_view>
#include <vector>

#include "core/base/result.h"

namespace emboard {

std::vector<std::string> Split(std::string_view text, char separator);
std::string_view Trim(std::string_view text);

/// Breaks `text` at spaces into lines of at most `width` columns; "\n" starts a new one.
std::vector<std::string> Wrap(std::string_view text, size_t width);

/// \r \n \t \e \\ and \xNN, as in `--send`.
Result<std::string> Unescape(std::string_view text);

/// The words of a line, as a shell would split it: blanks, '…', "…", \x, and ${NAME} from the environment.
Result<std::vector<std::string>> SplitWords(std::string_view line);

}  // namespace emboard
