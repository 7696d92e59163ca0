#include "native-backend/cli/suggest.h"

#include <algorithm>
#include <vector>

namespace emboard {

size_t EditDistance(std::string_view a, std::string_view b) {
  // Rows of the usual table, two back for swaps (optimal string alignment).
  std::vector<size_t> before(b.size() + 1), previous(b.size() + 1), row(b.size() + 1);
  for (size_t j = 0; j <= b.size(); j++) row[j] = j;
  for (size_t i = 1; i <= a.size(); i++) {
    before.swap(previous);
    previous.swap(row);
    row[0] = i;
    for (size_t j = 1; j <= b.size(); j++) {
      const bool same = a[i - 1] == b[j - 1];
      row[j] = std::min({previous[j] + 1, row[j - 1] + 1, previous[j - 1] + (same ? 0 : 1)});
      const bool swapped = i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1];
      if (swapped) row[j] = std::min(row[j], before[j - 2] + 1);
    }
  }
  return row[b.size()];
}

std::string_view Nearest(std::string_view wrong, std::span<const std::string_view> known) {
  if (known.empty()) return "";
  return *std::min_element(known.begin(), known.end(), [&](std::string_view a, std::string_view b) {
    return EditDistance(wrong, a) < EditDistance(wrong, b);
  });
}

std::string Suggestion(std::string_view wrong, std::span<const std::string_view> known) {
  const std::string_view nearest = Nearest(wrong, known);
  if (nearest.empty()) return "";
  const bool near = EditDistance(wrong, nearest) <= std::max<size_t>(1, wrong.size() / 2);
  if (near) return "; did you mean '" + std::string(nearest) + "'?";
  return "; the nearest known is '" + std::string(nearest) + "'";
}

}  // namespace emboard
