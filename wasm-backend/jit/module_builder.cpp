#include "wasm-backend/jit/module_builder.h"

#include <string>

namespace emboard::wasm {
namespace {

enum SectionId : u8 { kCustom = 0, kTypes = 1, kImports = 2, kFunctions = 3, kExports = 7, kCode = 10 };
enum ExternKind : u8 { kFunctionKind = 0, kTableKind = 1, kMemoryKind = 2 };

}  // namespace

Writer ModuleBuilder::Types() const {
  Writer types;
  const auto function = [&](std::initializer_list<Type> parameters) {
    types.Byte(kFunc);
    types.Unsigned(parameters.size());
    for (const Type type : parameters) types.Byte(type);
    types.Unsigned(1), types.Byte(kI32);
  };
  types.Unsigned(4);
  function({kI32});                    // kRegionType
  function({kI32, kI64, kI32});        // kSlowType
  function({kI32, kI32});              // kRunOneType
  function({kI32, kI32, kI64, kI64});  // kHelperType
  return types;
}

Writer ModuleBuilder::Imports() const {
  Writer imports;
  const auto import = [&](std::string_view name, ExternKind kind) {
    imports.Name("e"), imports.Name(name), imports.Byte(kind);
  };
  imports.Unsigned(imports_table_ ? 5 : 4);
  import("0", kFunctionKind), imports.Unsigned(kSlowType);
  import("1", kFunctionKind), imports.Unsigned(kRunOneType);
  import("2", kFunctionKind), imports.Unsigned(kHelperType);
  import("m", kMemoryKind), imports.Byte(0), imports.Unsigned(0);  // any size
  if (imports_table_) import("t", kTableKind), imports.Byte(kFuncRef), imports.Byte(0), imports.Unsigned(0);
  return imports;
}

// The Branch Hinting proposal. Without it an engine gives the rare ways registers and places of the common
// one.
Writer ModuleBuilder::BranchHints() const {
  Writer hints;
  hints.Name("metadata.code.branch_hint");
  hints.Unsigned(bodies_.size());
  for (size_t i = 0; i < bodies_.size(); ++i) {
    hints.Unsigned(kFirstRegionFunction + i);
    hints.Unsigned(bodies_[i].unlikely.size());
    for (const u32 offset : bodies_[i].unlikely) {
      constexpr u8 kUnlikelyHint = 0;
      hints.Unsigned(offset), hints.Unsigned(1), hints.Byte(kUnlikelyHint);
    }
  }
  return hints;
}

Writer ModuleBuilder::Build() const {
  Writer module;
  for (const u8 byte : {0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00}) module.Byte(byte);
  module.Section(kTypes, Types());
  module.Section(kImports, Imports());
  Writer functions, exports, code;
  for (Writer* section : {&functions, &exports, &code}) section->Unsigned(bodies_.size());
  for (size_t i = 0; i < bodies_.size(); ++i) {
    functions.Unsigned(kRegionType);
    exports.Name(std::to_string(i)), exports.Byte(kFunctionKind), exports.Unsigned(kFirstRegionFunction + i);
    code.Sized(bodies_[i].code);
  }
  module.Section(kFunctions, functions);
  module.Section(kExports, exports);
  module.Section(kCustom, BranchHints());
  module.Section(kCode, code);
  return module;
}

}  // namespace emboard::wasm
