#pragma once
// Text that register-mapped devices show to people.

#include <string>
#include <string_view>

#include "core/base/types.h"

namespace emboard {

/// Appends "name = 0x…" for one element, "name = 0x… 0x…" for a few, and only the elements that are not 0 for
/// many.
void DumpField(std::string& text, std::string_view name, const u8* bytes, u32 element_bytes, u32 count);

/// "uart0: read of 8 bytes at 0x5 where no register answers"
std::string BadAccessText(std::string_view device, std::string_view what, u64 offset, unsigned size_bytes);

}  // namespace emboard
