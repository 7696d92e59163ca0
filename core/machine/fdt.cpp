// The tree and the builder; reading and writing blobs is in fdt_blob.cpp.

#include "core/machine/fdt.h"

#include <algorithm>
#include <cassert>

#include "core/machine/big_endian.h"

namespace emboard {
namespace {

void AppendString(std::vector<u8>& out, std::string_view text) {
  out.insert(out.end(), text.begin(), text.end());
  out.push_back(0);
}

}  // namespace

void FdtNode::SetBytes(std::string_view property, std::span<const u8> value) {
  std::vector<u8> bytes(value.begin(), value.end());
  for (FdtProperty& existing : properties) {
    if (existing.name == property) {
      existing.value = std::move(bytes);
      return;
    }
  }
  properties.push_back({std::string(property), std::move(bytes)});
}

void FdtNode::SetCells(std::string_view property, std::span<const u32> cells) {
  std::vector<u8> bytes;
  bytes.reserve(cells.size() * 4);
  for (u32 cell : cells) AppendBe32(bytes, cell);
  SetBytes(property, bytes);
}

void FdtNode::SetU64(std::string_view property, u64 value) {
  const u32 cells[] = {static_cast<u32>(value >> 32), static_cast<u32>(value)};
  SetCells(property, cells);
}

void FdtNode::SetString(std::string_view property, std::string_view value) {
  SetStrings(property, {&value, 1});
}

void FdtNode::SetStrings(std::string_view property, std::span<const std::string_view> values) {
  std::vector<u8> bytes;
  for (std::string_view value : values) AppendString(bytes, value);
  SetBytes(property, bytes);
}

void FdtNode::Remove(std::string_view property) {
  std::erase_if(properties, [&](const FdtProperty& candidate) { return candidate.name == property; });
}

const FdtProperty* FdtNode::Property(std::string_view property) const {
  for (const FdtProperty& candidate : properties) {
    if (candidate.name == property) return &candidate;
  }
  return nullptr;
}

u64 FdtNode::Number(std::string_view property, u64 fallback) const {
  const FdtProperty* found = Property(property);
  if (found == nullptr) return fallback;
  if (found->value.size() == 4) return ReadBe32(found->value.data());
  if (found->value.size() == 8) return ReadBe64(found->value.data());
  return fallback;
}

std::string_view FdtNode::String(std::string_view property) const {
  const FdtProperty* found = Property(property);
  if (found == nullptr) return {};
  const auto end = std::find(found->value.begin(), found->value.end(), u8{0});
  if (end == found->value.end()) return {};
  return {reinterpret_cast<const char*>(found->value.data()),
          static_cast<size_t>(end - found->value.begin())};
}

FdtNode* FdtNode::Child(std::string_view child) {
  for (FdtNode& candidate : children) {
    if (candidate.name == child) return &candidate;
  }
  return nullptr;
}

const FdtNode* FdtNode::Child(std::string_view child) const {
  return const_cast<FdtNode*>(this)->Child(child);
}

FdtNode& FdtNode::AddChild(std::string_view child) {
  children.push_back({.name = std::string(child), .properties = {}, .children = {}});
  return children.back();
}

FdtNode& FdtNode::ChildOrAdd(std::string_view child) {
  FdtNode* existing = Child(child);
  return existing != nullptr ? *existing : AddChild(child);
}

FdtNode* Fdt::Find(std::string_view path) {
  FdtNode* node = &root;
  while (node != nullptr && !path.empty()) {
    const size_t slash = std::min(path.find('/'), path.size());
    if (slash > 0) node = node->Child(path.substr(0, slash));
    path.remove_prefix(std::min(slash + 1, path.size()));
  }
  return node;
}

const FdtNode* Fdt::Find(std::string_view path) const { return const_cast<Fdt*>(this)->Find(path); }

FdtBuilder::FdtBuilder() { open_.emplace_back(); }

void FdtBuilder::BeginNode(std::string_view name) {
  open_.emplace_back();
  open_.back().name = name;
}

void FdtBuilder::EndNode() {
  assert(open_.size() > 1);
  FdtNode node = std::move(open_.back());
  open_.pop_back();
  open_.back().children.push_back(std::move(node));
}

void FdtBuilder::Empty(std::string_view property) { open_node().SetBytes(property, {}); }
void FdtBuilder::U32(std::string_view property, u32 value) { open_node().SetU32(property, value); }
void FdtBuilder::U64(std::string_view property, u64 value) { open_node().SetU64(property, value); }

void FdtBuilder::Cells(std::string_view property, std::span<const u32> cells) {
  open_node().SetCells(property, cells);
}

void FdtBuilder::Cells(std::string_view property, std::initializer_list<u32> cells) {
  open_node().SetCells(property, {cells.begin(), cells.size()});
}

void FdtBuilder::Reg(u64 address, u64 size_bytes) {
  Cells("reg", {static_cast<u32>(address >> 32), static_cast<u32>(address),
                static_cast<u32>(size_bytes >> 32), static_cast<u32>(size_bytes)});
}

void FdtBuilder::String(std::string_view property, std::string_view value) {
  open_node().SetString(property, value);
}

void FdtBuilder::Strings(std::string_view property, std::initializer_list<std::string_view> values) {
  open_node().SetStrings(property, {values.begin(), values.size()});
}

void FdtBuilder::Bytes(std::string_view property, std::span<const u8> value) {
  open_node().SetBytes(property, value);
}

u32 FdtBuilder::PhandleOf(std::string_view label) {
  const auto existing = phandles_.find(label);
  if (existing != phandles_.end()) return existing->second;
  const u32 phandle = static_cast<u32>(phandles_.size()) + 1;
  phandles_.emplace(label, phandle);
  return phandle;
}

void FdtBuilder::Label(std::string_view label) { U32("phandle", PhandleOf(label)); }

Fdt FdtBuilder::Finish() {
  assert(open_.size() == 1);
  Fdt tree;
  tree.root = std::move(open_.front());
  return tree;
}

}  // namespace emboard
