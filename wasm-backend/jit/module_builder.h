#pragma once
// Puts function bodies together to a module.

#include "wasm-backend/jit/region_emitter.h"

namespace emboard::wasm {

class ModuleBuilder {
 public:
  /// Only code with tail calls sees the table: an engine may keep a copy of it for each instance.
  explicit ModuleBuilder(bool imports_table) : imports_table_(imports_table) {}

  void Add(const FunctionBody& body) { bodies_.push_back(body); }
  size_t count() const { return bodies_.size(); }
  /// The functions are exported as "0", "1", ... in the order of Add.
  Writer Build() const;

 private:
  Writer Types() const;
  Writer Imports() const;
  Writer BranchHints() const;

  const bool imports_table_;
  std::vector<FunctionBody> bodies_;
};

}  // namespace emboard::wasm
