#include "wasm-backend/host/clock.h"

#include <emscripten.h>

#include "core/base/units.h"

namespace emboard {
namespace {

u64 MsToNs(double ms) { return static_cast<u64>(ms * static_cast<double>(kNsPerMs)); }

}  // namespace

EM_JS(double, emboard_js_unix_ms, (), { return Date.now(); })

u64 WasmHostClock::MonotonicNs() { return MsToNs(emscripten_get_now()); }
u64 WasmHostClock::UnixNs() { return MsToNs(emboard_js_unix_ms()); }

}  // namespace emboard
