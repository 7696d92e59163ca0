#pragma once
// Flattened device trees (Devicetree Specification v0.4, chapter 5): built as a tree, written as a version 17
// blob, and read back from what the user supplies.

#include <initializer_list>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/result.h"
#include "core/base/types.h"

namespace emboard {

struct FdtProperty {
  std::string name;
  std::vector<u8> value;  ///< big-endian, as in the blob
};

/// A node; setting a property that exists replaces its value.
struct FdtNode {
  std::string name;
  std::vector<FdtProperty> properties;
  std::vector<FdtNode> children;

  void SetBytes(std::string_view property, std::span<const u8> value);
  void SetCells(std::string_view property, std::span<const u32> cells);
  void SetU32(std::string_view property, u32 value) { SetCells(property, {&value, 1}); }
  void SetU64(std::string_view property, u64 value);
  void SetString(std::string_view property, std::string_view value);
  void SetStrings(std::string_view property, std::span<const std::string_view> values);
  void Remove(std::string_view property);

  /// Null when there is none.
  const FdtProperty* Property(std::string_view property) const;
  /// A one- or two-cell number, or `fallback`.
  u64 Number(std::string_view property, u64 fallback) const;
  /// The first string, or "" when it is missing or not terminated.
  std::string_view String(std::string_view property) const;

  /// A direct child by its full name, or null.
  FdtNode* Child(std::string_view child);
  const FdtNode* Child(std::string_view child) const;
  FdtNode& AddChild(std::string_view child);
  /// The child of that name, made when there is none.
  FdtNode& ChildOrAdd(std::string_view child);
};

struct FdtReservation {
  u64 address = 0;
  u64 size_bytes = 0;
};

struct Fdt {
  FdtNode root;
  std::vector<FdtReservation> reservations;
  u32 boot_cpu = 0;

  /// Checks header, bounds, nesting and names; never reads outside `blob`. `name` goes into messages.
  static Result<Fdt> Parse(std::string_view name, std::span<const u8> blob);
  /// By absolute path ("/chosen"), or null.
  const FdtNode* Find(std::string_view path) const;
  FdtNode* Find(std::string_view path);
  std::vector<u8> Serialize() const;
};

/// Fills a tree from the top: nodes nest by BeginNode and EndNode, and properties go to the innermost open
/// one.
class FdtBuilder {
 public:
  FdtBuilder();

  void BeginNode(std::string_view name);
  void EndNode();

  void Empty(std::string_view property);
  void U32(std::string_view property, u32 value);
  void U64(std::string_view property, u64 value);
  void Cells(std::string_view property, std::span<const u32> cells);
  void Cells(std::string_view property, std::initializer_list<u32> cells);
  /// Address and size of two cells each, the form of `reg` on every bus here.
  void Reg(u64 address, u64 size_bytes);
  void String(std::string_view property, std::string_view value);
  void Strings(std::string_view property, std::initializer_list<std::string_view> values);
  void Bytes(std::string_view property, std::span<const u8> value);

  /// The number that stands for `label`; the same each time, allotted at the first. Usable before the node
  /// exists.
  u32 PhandleOf(std::string_view label);
  /// Gives the open node the phandle of `label`.
  void Label(std::string_view label);
  FdtNode& open_node() { return open_.back(); }

  /// All nodes must be closed but the root.
  Fdt Finish();

 private:
  std::vector<FdtNode> open_;  // the root first
  std::map<std::string, u32, std::less<>> phandles_;
};

}  // namespace emboard
