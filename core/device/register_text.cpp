#include "core/device/register_text.h"

#include <cstdio>
#include <cstring>

namespace emboard {
namespace {

constexpr u32 kShortArray = 8;

std::string ElementText(const u8* bytes, u32 element_bytes) {
  if (element_bytes > 8) return "(" + std::to_string(element_bytes) + " bytes)";
  u64 value = 0;
  std::memcpy(&value, bytes, element_bytes);
  char text[24];
  std::snprintf(text, sizeof text, "0x%0*llx", static_cast<int>(element_bytes * 2),
                static_cast<unsigned long long>(value));
  return text;
}

bool IsZero(const u8* bytes, u32 count) {
  for (u32 i = 0; i < count; i++) {
    if (bytes[i] != 0) return false;
  }
  return true;
}

}  // namespace

void DumpField(std::string& text, std::string_view name, const u8* bytes, u32 element_bytes, u32 count) {
  text += std::string(name) + " =";
  for (u32 i = 0; i < count; i++) {
    const u8* element = bytes + size_t{i} * element_bytes;
    if (count > kShortArray) {
      if (IsZero(element, element_bytes)) continue;
      text += " [" + std::to_string(i) + "]";
    }
    text += " " + ElementText(element, element_bytes);
  }
  text += "\n";
}

std::string BadAccessText(std::string_view device, std::string_view what, u64 offset, unsigned size_bytes) {
  char text[96];
  std::snprintf(text, sizeof text, ": %.*s of %u bytes at 0x%llx where no register answers\n",
                static_cast<int>(what.size()), what.data(), size_bytes,
                static_cast<unsigned long long>(offset));
  return std::string(device) + text;
}

}  // namespace emboard
