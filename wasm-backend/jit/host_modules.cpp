#include "wasm-backend/jit/host_modules.h"

#include <emscripten.h>

#include "wasm-backend/jit/module_builder.h"

namespace emboard::wasm {

// EM_JS bodies are JavaScript; clang-format must not touch them.
// clang-format off
EM_JS(int, emboard_js_validate, (const void* bytes, size_t size), {
  bytes >>>= 0;
  try {
    return WebAssembly.validate(HEAPU8.slice(bytes, bytes + size)) ? 1 : 0;
  } catch (error) {
    return 0;
  }
})

// Free entries are kept with the table itself, because both live as long as the instance of the core.
EM_JS(unsigned, emboard_js_take_entry, (), {
  const free = wasmTable.emboardFree || (wasmTable.emboardFree = []);
  try {
    if (free.length === 0) {
      const kStep = 256;
      const first = wasmTable.grow(kStep);
      for (let i = kStep; i-- > 0;) free.push(first + i);
    }
    return free.pop();
  } catch (error) {
    return 0;
  }
})

EM_JS(void, emboard_js_give_back_entry, (unsigned index), {
  wasmTable.set(index, null);
  wasmTable.emboardFree.push(index);
})

EM_JS(int, emboard_js_add_module, (const void* bytes, size_t size, const void* imports, size_t import_count,
                                   const void* indexes, size_t count), {
  bytes >>>= 0;
  const names = { m: wasmMemory, t: wasmTable };
  for (let i = 0; i < import_count; ++i) names[i] = wasmTable.get(HEAPU32[(imports >>> 2) + i]);
  if (Module["dumpModule"]) Module["dumpModule"](HEAPU8.slice(bytes, bytes + size));
  try {
    const module = new WebAssembly.Module(HEAPU8.subarray(bytes, bytes + size));
    const { exports } = new WebAssembly.Instance(module, { e: names });
    for (let i = 0; i < count; ++i) wasmTable.set(HEAPU32[(indexes >>> 2) + i], exports[i]);
    return 1;
  } catch (error) {
    if (error instanceof WebAssembly.CompileError) throw error;
    return 0;
  }
})

// clang-format on

HostFeatures HostFeatures::Detect() {
  const auto valid = [](bool tail_call) {
    ModuleBuilder probe(tail_call);
    Writer body;
    body.Unsigned(0);
    if (tail_call) {
      for (const Op op : {kLocalGet, kI32Const}) body.Byte(op), body.Byte(0);
      body.Byte(kReturnCallIndirect), body.Byte(kRegionType), body.Byte(0);
    } else {
      body.Byte(kI32Const), body.Byte(0);
    }
    body.Byte(kEnd);
    probe.Add(body);
    const Writer module = probe.Build();
    return emboard_js_validate(module.bytes().data(), module.size()) != 0;
  };
  return {.modules = valid(false), .tail_calls = false && valid(true)};
}

u32 TakeTableEntry() { return emboard_js_take_entry(); }
void GiveBackTableEntry(u32 index) { emboard_js_give_back_entry(index); }

bool AddModule(std::span<const u8> module, std::span<const u32> imports, std::span<const u32> indexes) {
  return emboard_js_add_module(module.data(), module.size(), imports.data(), imports.size(), indexes.data(),
                               indexes.size()) != 0;
}

}  // namespace emboard::wasm
