// Device tree blobs, Devicetree Specification v0.4, chapter 5 "Flattened Devicetree (DTB) Format".

#include <algorithm>
#include <map>

#include "core/machine/big_endian.h"
#include "core/machine/fdt.h"

namespace emboard {
namespace {

constexpr u32 kMagic = 0xd00dfeed;
constexpr u32 kVersion = 17;
constexpr u32 kLastCompatibleVersion = 16;
constexpr u32 kHeaderBytes = 40;
constexpr u32 kReservationBytes = 16;
/// Deeper nesting than any real tree; keeps a hostile one from exhausting the stack.
constexpr size_t kMaxDepth = 64;
/// Names may overlap in the strings block, so that a small hostile blob could ask for huge copies.
constexpr size_t kMaxPropertyName = 255;

enum Token : u32 { kBeginNode = 1, kEndNode = 2, kProp = 3, kNop = 4, kEnd = 9 };

/// Section 5.2 in order.
struct Header {
  u32 magic, total_size, struct_offset, strings_offset, reservations_offset, version, last_compatible,
      boot_cpu, strings_size, struct_size;
};

class Reader {
 public:
  Reader(std::string_view name, std::span<const u8> blob) : name_(name), blob_(blob) {}

  Result<Fdt> Read() {
    TRY(ReadHeader());
    Fdt tree;
    tree.boot_cpu = header_.boot_cpu;
    TRY(ReadReservations(tree));
    TRY(ReadStructure(tree));
    return tree;
  }

 private:
  Error Bad(std::string_view reason) const {
    return Error{name_ + ": broken device tree: " + std::string(reason)};
  }

  Result<void> ReadHeader() {
    if (blob_.size() < kHeaderBytes) return Error{name_ + ": too short for a device tree blob"};
    const u8* p = blob_.data();
    u32* const fields[] = {&header_.magic,
                           &header_.total_size,
                           &header_.struct_offset,
                           &header_.strings_offset,
                           &header_.reservations_offset,
                           &header_.version,
                           &header_.last_compatible,
                           &header_.boot_cpu,
                           &header_.strings_size,
                           &header_.struct_size};
    for (u32* field : fields) {
      *field = ReadBe32(p);
      p += 4;
    }
    if (header_.magic != kMagic) return Error{name_ + ": not a device tree blob (no d00dfeed at its start)"};
    if (header_.version < kVersion || header_.last_compatible > kVersion) {
      return Error{name_ + ": device tree blob of version " + std::to_string(header_.version) + ", need 17"};
    }
    if (header_.total_size > blob_.size()) return Bad("truncated");
    blob_ = blob_.first(header_.total_size);
    if (!Inside(header_.struct_offset, header_.struct_size)) return Bad("structure block outside the file");
    if (!Inside(header_.strings_offset, header_.strings_size)) return Bad("strings block outside the file");
    structure_ = blob_.subspan(header_.struct_offset, header_.struct_size);
    strings_ = blob_.subspan(header_.strings_offset, header_.strings_size);
    return {};
  }

  bool Inside(u32 offset, u32 size) const { return offset <= blob_.size() && size <= blob_.size() - offset; }

  Result<void> ReadReservations(Fdt& tree) {
    for (u64 at = header_.reservations_offset;; at += kReservationBytes) {
      if (at + kReservationBytes > blob_.size()) return Bad("memory reservation block does not end");
      const FdtReservation entry{ReadBe64(&blob_[at]), ReadBe64(&blob_[at + 8])};
      if (entry.address == 0 && entry.size_bytes == 0) return {};
      tree.reservations.push_back(entry);
    }
  }

  Result<u32> NextToken() {
    if (structure_.size() - at_ < 4) return Bad("structure block ends early");
    const u32 value = ReadBe32(&structure_[at_]);
    at_ += 4;
    return value;
  }

  /// A terminated string at `offset` of `block`.
  static const char* StringAt(std::span<const u8> block, size_t offset, size_t& length) {
    if (offset >= block.size()) return nullptr;
    const auto begin = block.begin() + static_cast<std::ptrdiff_t>(offset);
    const auto end = std::find(begin, block.end(), u8{0});
    if (end == block.end()) return nullptr;
    length = static_cast<size_t>(end - begin);
    return reinterpret_cast<const char*>(&*begin);
  }

  Result<void> BeginNode(std::vector<FdtNode>& open) {
    if (open.size() >= kMaxDepth) return Bad("nodes nest too deeply");
    size_t length = 0;
    const char* text = StringAt(structure_, at_, length);
    if (text == nullptr) return Bad("node name not terminated");
    at_ = std::min((at_ + length + 4) & ~size_t{3}, structure_.size());
    open.emplace_back();
    open.back().name.assign(text, length);
    return {};
  }

  Result<void> ReadProperty(std::vector<FdtNode>& open) {
    if (open.empty()) return Bad("property outside a node");
    const u32 size = TRY(NextToken());
    const u32 name_offset = TRY(NextToken());
    if (size > structure_.size() - at_) return Bad("property larger than the structure block");
    size_t length = 0;
    const char* text = StringAt(strings_, name_offset, length);
    if (text == nullptr || length > kMaxPropertyName) return Bad("property without a proper name");
    const std::span<const u8> value = structure_.subspan(at_, size);
    open.back().properties.push_back({std::string(text, length), {value.begin(), value.end()}});
    at_ = std::min((at_ + size + 3) & ~size_t{3}, structure_.size());
    return {};
  }

  Result<void> ReadStructure(Fdt& tree) {
    std::vector<FdtNode> open;
    bool have_root = false;
    while (true) {
      const u32 token = TRY(NextToken());
      if (token == kNop) continue;
      if (token == kEnd) break;
      if (have_root) return Bad("something follows the root node");
      if (token == kBeginNode) {
        TRY(BeginNode(open));
      } else if (token == kProp) {
        TRY(ReadProperty(open));
      } else if (token == kEndNode && !open.empty()) {
        FdtNode node = std::move(open.back());
        open.pop_back();
        have_root = open.empty();
        if (have_root) {
          tree.root = std::move(node);
        } else {
          open.back().children.push_back(std::move(node));
        }
      } else {
        return Bad("unknown token " + std::to_string(token) + " in the structure block");
      }
    }
    if (!have_root) return Bad("root node does not end");
    return {};
  }

  std::string name_;
  std::span<const u8> blob_;
  std::span<const u8> structure_;
  std::span<const u8> strings_;
  Header header_{};
  size_t at_ = 0;
};

class Writer {
 public:
  std::vector<u8> Write(const Fdt& tree) {
    WriteNode(tree.root);
    AppendBe32(structure_, kEnd);

    const u32 struct_offset =
        kHeaderBytes + kReservationBytes * (static_cast<u32>(tree.reservations.size()) + 1);
    const u32 struct_size = static_cast<u32>(structure_.size());
    const u32 strings_offset = struct_offset + struct_size;
    const u32 strings_size = static_cast<u32>(strings_.size());
    std::vector<u8> out;
    for (u32 field : {kMagic, strings_offset + strings_size, struct_offset, strings_offset, kHeaderBytes,
                      kVersion, kLastCompatibleVersion, tree.boot_cpu, strings_size, struct_size}) {
      AppendBe32(out, field);
    }
    for (const FdtReservation& entry : tree.reservations) {
      AppendBe64(out, entry.address);
      AppendBe64(out, entry.size_bytes);
    }
    out.resize(struct_offset);
    out.insert(out.end(), structure_.begin(), structure_.end());
    out.insert(out.end(), strings_.begin(), strings_.end());
    return out;
  }

 private:
  void Pad() { structure_.resize((structure_.size() + 3) & ~size_t{3}); }

  u32 NameOffset(const std::string& name) {
    const auto [entry, added] = names_.emplace(name, static_cast<u32>(strings_.size()));
    if (added) {
      strings_.insert(strings_.end(), name.begin(), name.end());
      strings_.push_back(0);
    }
    return entry->second;
  }

  void WriteNode(const FdtNode& node) {
    AppendBe32(structure_, kBeginNode);
    structure_.insert(structure_.end(), node.name.begin(), node.name.end());
    structure_.push_back(0);
    Pad();
    for (const FdtProperty& property : node.properties) {
      AppendBe32(structure_, kProp);
      AppendBe32(structure_, static_cast<u32>(property.value.size()));
      AppendBe32(structure_, NameOffset(property.name));
      structure_.insert(structure_.end(), property.value.begin(), property.value.end());
      Pad();
    }
    for (const FdtNode& child : node.children) WriteNode(child);
    AppendBe32(structure_, kEndNode);
  }

  std::vector<u8> structure_;
  std::vector<u8> strings_;
  std::map<std::string, u32> names_;
};

}  // namespace

Result<Fdt> Fdt::Parse(std::string_view name, std::span<const u8> blob) { return Reader(name, blob).Read(); }

std::vector<u8> Fdt::Serialize() const { return Writer().Write(*this); }

}  // namespace emboard
