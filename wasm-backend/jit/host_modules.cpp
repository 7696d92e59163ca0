#include "wasm-backend/jit/host_modules.h"

#include <emscripten.h>

#include "wasm-backend/jit/module_builder.h"

namespace emboard::wasm {

/// Off: each instance that imports the table may cost an engine a copy of it (V8 11 does), which weighs more
/// than the return to WasmRegion::Enter that tail calls save.
constexpr bool kUseTailCalls = false;

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

namespace {

Writer ModuleOf(const Writer& body, bool imports_table) {
  ModuleBuilder builder(imports_table);
  builder.Add({body, {}});
  return builder.Build();
}
bool IsValid(const Writer& module) { return emboard_js_validate(module.bytes().data(), module.size()) != 0; }

Writer ReturnZero() {
  Writer body;
  for (const u8 byte : {u8{0}, u8{kI32Const}, u8{0}, u8{kEnd}}) body.Byte(byte);
  return body;
}

Writer TailCall() {
  Writer body;
  body.Byte(0);
  for (const Op op : {kLocalGet, kI32Const}) body.Byte(op), body.Byte(0);
  body.Byte(kReturnCallIndirect), body.Byte(kRegionType), body.Byte(0), body.Byte(kEnd);
  return body;
}

/// Is x * y - 1 exact? The product of 1 + 2^-27 and 1 - 2^-27, rounded by itself, is 1; so is that of 1 +
/// 2^-13 and 1 - 2^-13 in the short format.
Writer FusedProbe() {
  Writer body;
  body.Byte(0);
  const auto splat32 = [&](u32 bits) {
    body.Byte(kI32Const), body.Signed(static_cast<i32>(bits)), body.Byte(kF32ReinterpretI32);
    body.Byte(kSimd), body.Unsigned(kF32x4Splat);
  };
  const auto splat64 = [&](u64 bits) {
    body.Byte(kI64Const), body.Signed(static_cast<i64>(bits)), body.Byte(kF64ReinterpretI64);
    body.Byte(kSimd), body.Unsigned(kF64x2Splat);
  };
  splat64(0x3ff0000002000000), splat64(0x3feffffffc000000), splat64(0xbff0000000000000);
  body.Byte(kSimd), body.Unsigned(kF64x2RelaxedMadd), body.Byte(kSimd), body.Unsigned(kF64x2ExtractLane),
      body.Byte(0);
  body.Byte(kI64ReinterpretF64), body.Byte(kI64Const), body.Signed(static_cast<i64>(0xbc90000000000000));
  body.Byte(kI64Eq);
  splat32(0x3f800400), splat32(0x3f7ff800), splat32(0xbf800000);
  body.Byte(kSimd), body.Unsigned(kF32x4RelaxedMadd), body.Byte(kSimd), body.Unsigned(kF32x4ExtractLane),
      body.Byte(0);
  body.Byte(kI32ReinterpretF32), body.Byte(kI32Const), body.Signed(static_cast<i32>(0xb2800000));
  body.Byte(kI32Eq), body.Byte(kI32And), body.Byte(kEnd);
  return body;
}

bool HasFused(std::span<const u32> imports) {
  const Writer module = ModuleOf(FusedProbe(), false);
  if (!IsValid(module)) return false;
  const u32 entry = TakeTableEntry();
  if (entry == 0) return false;
  const bool fused = AddModule(module.bytes(), imports, {&entry, 1}) &&
                     reinterpret_cast<u32 (*)(u32)>(static_cast<uintptr_t>(entry))(0) != 0;
  GiveBackTableEntry(entry);
  return fused;
}

}  // namespace

HostFeatures HostFeatures::Detect(std::span<const u32> imports) {
  HostFeatures host;
  host.modules = IsValid(ModuleOf(ReturnZero(), false));
  host.tail_calls = kUseTailCalls && IsValid(ModuleOf(TailCall(), true));
  host.fused = host.modules && HasFused(imports);
  return host;
}

u32 TakeTableEntry() { return emboard_js_take_entry(); }
void GiveBackTableEntry(u32 index) { emboard_js_give_back_entry(index); }

bool AddModule(std::span<const u8> module, std::span<const u32> imports, std::span<const u32> indexes) {
  return emboard_js_add_module(module.data(), module.size(), imports.data(), imports.size(), indexes.data(),
                               indexes.size()) != 0;
}

}  // namespace emboard::wasm
