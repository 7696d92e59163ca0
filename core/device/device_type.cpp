#include "core/device/device_type.h"

#include <cassert>
#include <charconv>

namespace emboard {
namespace {

// Decimal or 0x…, optionally with a size suffix. Nothing when it is not a number or does not fit.
std::optional<u64> ParseNumber(std::string_view text, bool suffixes) {
  unsigned shift = 0;
  if (suffixes && !text.empty()) {
    switch (text.back()) {
      case 'K':
      case 'k':
        shift = 10;
        break;
      case 'M':
      case 'm':
        shift = 20;
        break;
      case 'G':
      case 'g':
        shift = 30;
        break;
      default:
        break;
    }
    if (shift != 0) text.remove_suffix(1);
  }
  int base = 10;
  if (text.starts_with("0x") || text.starts_with("0X")) {
    text.remove_prefix(2);
    base = 16;
  }
  u64 value = 0;
  const auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), value, base);
  if (failure != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  if (value << shift >> shift != value) return std::nullopt;
  return value << shift;
}

std::optional<bool> ParseBool(std::string_view text) {
  if (text == "on" || text == "true" || text == "yes") return true;
  if (text == "off" || text == "false" || text == "no") return false;
  return std::nullopt;
}

Error WrongValue(const DeviceType& type, const PropertyDef& def, std::string_view text,
                 std::string_view wanted) {
  return {std::string(type.name) + ": " + std::string(def.name) + "=" + std::string(text) + ": want " +
          std::string(wanted)};
}

Error UnknownProperty(const DeviceType& type, std::string_view name) {
  std::string known;
  for (const PropertyDef& def : type.properties) {
    known += (known.empty() ? "" : ", ") + std::string(def.name);
  }
  return {std::string(type.name) + " has no property '" + std::string(name) + "'" +
          (known.empty() ? "; it has none" : "; it has " + known)};
}

}  // namespace

Result<PropertyValues> PropertyValues::Parse(const DeviceType& type,
                                             std::span<const std::pair<std::string, std::string>> given) {
  for (const auto& [name, text] : given) {
    bool known = false;
    for (const PropertyDef& def : type.properties) known |= def.name == name;
    if (!known) return UnknownProperty(type, name);
  }
  PropertyValues values;
  for (const PropertyDef& def : type.properties) {
    std::string_view text = def.default_value;
    for (const auto& [name, value] : given) {
      if (def.name == name) text = value;
    }
    if (def.type == PropertyType::kNumber || def.type == PropertyType::kSize) {
      const bool is_size = def.type == PropertyType::kSize;
      const auto number = ParseNumber(text, is_size);
      if (!number) return WrongValue(type, def, text, is_size ? "a size such as 64M" : "a number");
      values.values_.emplace_back(def.name, *number);
    } else if (def.type == PropertyType::kBool) {
      const auto flag = ParseBool(text);
      if (!flag) return WrongValue(type, def, text, "on or off");
      values.values_.emplace_back(def.name, *flag);
    } else {
      values.values_.emplace_back(def.name, std::string(text));
    }
  }
  return values;
}

const PropertyValues::Value& PropertyValues::Get(std::string_view name) const {
  for (const auto& [known, value] : values_) {
    if (known == name) return value;
  }
  assert(!"a device asked for a property its type does not declare");
  __builtin_trap();
}

u64 PropertyValues::number(std::string_view name) const { return *std::get_if<u64>(&Get(name)); }

bool PropertyValues::flag(std::string_view name) const { return *std::get_if<bool>(&Get(name)); }

const std::string& PropertyValues::text(std::string_view name) const {
  return *std::get_if<std::string>(&Get(name));
}

IrqLine DeviceContext::output(std::string_view output_name, unsigned index) const {
  for (const Output& candidate : outputs) {
    if (candidate.name == output_name && candidate.index == index) return candidate.line;
  }
  return {};
}

}  // namespace emboard
