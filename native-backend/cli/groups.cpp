#include "native-backend/cli/groups.h"

#include <algorithm>

#include "native-backend/cli/suggest.h"

namespace emboard {
namespace {

std::vector<std::string> SplitAtCommas(std::string_view text) {
  std::vector<std::string> items(1);
  for (size_t i = 0; i < text.size(); i++) {
    if (text[i] != ',') {
      items.back() += text[i];
    } else if (i + 1 < text.size() && text[i + 1] == ',') {
      items.back() += ',';
      i++;
    } else {
      items.emplace_back();
    }
  }
  return items;
}

}  // namespace

Result<OptionGroup> ParseGroup(std::string_view option, std::string_view text, std::string_view implied_key) {
  OptionGroup group;
  for (const std::string& item : SplitAtCommas(text)) {
    const size_t equals = item.find('=');
    const bool implied = group.empty() && equals == std::string::npos && !implied_key.empty();
    if (implied) {
      group.emplace_back(implied_key, item);
    } else if (equals == std::string::npos) {
      group.emplace_back(item, "on");
    } else {
      group.emplace_back(item.substr(0, equals), item.substr(equals + 1));
    }
    if (group.back().first.empty() || (implied && item.empty())) {
      return Error{std::string(option) + ": '" + std::string(text) +
                   "' has an empty item; write ',,' for a comma in a value"};
    }
  }
  return group;
}

Result<void> CheckKeys(std::string_view option, const OptionGroup& group, std::span<const GroupKey> known) {
  std::vector<std::string_view> names;
  for (const GroupKey& key : known) names.push_back(key.name);
  for (auto item = group.begin(); item != group.end(); ++item) {
    if (std::find(names.begin(), names.end(), item->first) == names.end()) {
      return Error{std::string(option) + " has no key '" + item->first + "'" +
                   Suggestion(item->first, names)};
    }
    const bool twice =
        std::any_of(group.begin(), item, [&](const auto& other) { return other.first == item->first; });
    if (twice) return Error{std::string(option) + ": '" + item->first + "' is given twice"};
  }
  return {};
}

const std::string* FindKey(const OptionGroup& group, std::string_view key) {
  for (const auto& [name, value] : group) {
    if (name == key) return &value;
  }
  return nullptr;
}

}  // namespace emboard
