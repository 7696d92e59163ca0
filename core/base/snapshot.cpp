#include "core/base/snapshot.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cassert>
#include <cstring>

namespace emboard {
namespace {

static_assert(std::endian::native == std::endian::little, "values are written as they stand in memory");

constexpr std::array<u8, 8> kMagic = {'E', 'M', 'B', 'S', 'N', 'A', 'P', 0x1a};
constexpr u32 kVersion = 1;
constexpr size_t kChunkBytes = 4096;  // granularity at which zero memory is left out

enum Kind : u8 { kSection = 'S', kField = 'F', kMemory = 'M' };

bool IsZero(const u8* bytes, size_t count) {
  return count == 0 || (bytes[0] == 0 && std::memcmp(bytes, bytes + 1, count - 1) == 0);
}

std::string Quoted(std::string_view name) { return "'" + std::string(name) + "'"; }

// Takes bytes off the front of a file; every step says whether they were there.
class Cursor {
 public:
  explicit Cursor(std::span<const u8> bytes) : rest_(bytes) {}
  bool empty() const { return rest_.empty(); }
  bool Take(u64 count, std::span<const u8>& out) {
    if (count > rest_.size()) return false;
    out = rest_.first(static_cast<size_t>(count));
    rest_ = rest_.subspan(static_cast<size_t>(count));
    return true;
  }
  template <class T>
  bool Take(T& out) {
    std::span<const u8> bytes;
    if (!Take(sizeof(T), bytes)) return false;
    std::memcpy(&out, bytes.data(), sizeof(T));
    return true;
  }

 private:
  std::span<const u8> rest_;
};

}  // namespace

// Each step is a bijection of the running value, so that any change within one 64-bit word is noticed for
// certain.
u64 SnapshotChecksum(std::span<const u8> bytes) {
  u64 sum = 0x9e3779b97f4a7c15 ^ bytes.size();
  for (size_t at = 0; at < bytes.size(); at += 8) {
    u64 word = 0;
    std::memcpy(&word, bytes.data() + at, std::min<size_t>(8, bytes.size() - at));
    sum = std::rotl((sum ^ word) * 0xd6e8feb86659fd93, 29);
  }
  return sum;
}

void SnapshotWriter::Append(std::span<const u8> bytes) {
  body_.insert(body_.end(), bytes.begin(), bytes.end());
}

void SnapshotWriter::AppendU64(u64 value) { Append({reinterpret_cast<const u8*>(&value), sizeof value}); }

void SnapshotWriter::Record(u8 kind, std::string_view name) {
  assert(!name.empty() && name.size() < 256);
  body_.push_back(kind);
  body_.push_back(static_cast<u8>(name.size()));
  Append({reinterpret_cast<const u8*>(name.data()), name.size()});
}

void SnapshotWriter::BeginSection(std::string_view name) { Record(kSection, name); }

void SnapshotWriter::Field(std::string_view name, std::span<const u8> bytes) {
  Record(kField, name);
  AppendU64(bytes.size());
  Append(bytes);
}

void SnapshotWriter::Memory(std::string_view name, std::span<const u8> bytes) {
  Record(kMemory, name);
  AppendU64(bytes.size());
  const size_t length_at = body_.size();
  AppendU64(0);
  const auto zero_at = [&](size_t at) {
    return IsZero(bytes.data() + at, std::min(kChunkBytes, bytes.size() - at));
  };
  for (size_t at = 0; at < bytes.size();) {
    if (zero_at(at)) {
      at += kChunkBytes;
      continue;
    }
    size_t end = at + kChunkBytes;
    while (end < bytes.size() && !zero_at(end)) end += kChunkBytes;
    end = std::min(end, bytes.size());
    AppendU64(at);
    AppendU64(end - at);
    Append(bytes.subspan(at, end - at));
    at = end;
  }
  const u64 length = body_.size() - length_at - 8;
  std::memcpy(body_.data() + length_at, &length, sizeof length);
}

std::vector<u8> SnapshotWriter::Finish() {
  const std::vector<u8> body = std::move(body_);
  body_ = {};
  body_.reserve(kSnapshotHeaderBytes + body.size());
  Append(kMagic);
  AppendU64(kVersion);
  AppendU64(body.size());
  AppendU64(SnapshotChecksum(body));
  Append(body);
  return std::move(body_);
}

Result<SnapshotReader> SnapshotReader::Parse(std::span<const u8> bytes) {
  Cursor header(bytes);
  std::span<const u8> magic, body;
  u64 version = 0, length = 0, checksum = 0;
  if (!header.Take(kMagic.size(), magic) || !std::equal(magic.begin(), magic.end(), kMagic.begin())) {
    return Error{"this is not an emboard snapshot"};
  }
  if (!header.Take(version)) return Error{"the snapshot ends in its header"};
  if (version != kVersion) {
    return Error{"the snapshot has format version " + std::to_string(version) +
                 ", this emboard reads version " + std::to_string(kVersion)};
  }
  if (!header.Take(length) || !header.Take(checksum)) return Error{"the snapshot ends in its header"};
  if (!header.Take(length, body) || !header.empty()) {
    return Error{"the snapshot should have " + std::to_string(length) + " bytes after its header, but has " +
                 std::to_string(bytes.size() - kSnapshotHeaderBytes)};
  }
  if (SnapshotChecksum(body) != checksum)
    return Error{"the snapshot is damaged: its checksum does not match"};

  SnapshotReader reader;
  Fields* open = nullptr;
  const Error broken{"the snapshot is damaged: a record is malformed"};
  for (Cursor at(body); !at.empty();) {
    u8 kind = 0, name_bytes = 0;
    std::span<const u8> name_span;
    if (!at.Take(kind) || !at.Take(name_bytes) || !at.Take(name_bytes, name_span)) return broken;
    std::string name(name_span.begin(), name_span.end());
    if (kind == kSection) {
      const auto [place, is_new] = reader.sections_.try_emplace(std::move(name));
      if (!is_new) return broken;
      open = &place->second;
      continue;
    }
    Content content;
    content.is_memory = kind == kMemory;
    u64 size = 0;
    if (open == nullptr || (kind != kField && kind != kMemory)) return broken;
    if (content.is_memory && !at.Take(content.memory_bytes)) return broken;
    if (!at.Take(size) || !at.Take(size, content.bytes)) return broken;
    if (!open->try_emplace(std::move(name), content).second) return broken;
  }
  return reader;
}

Result<void> SnapshotReader::OpenSection(std::string_view name) {
  const auto found = sections_.find(name);
  if (found == sections_.end())
    return Error{"the snapshot has no " + Quoted(name) + "; was the machine the same?"};
  open_ = &found->second;
  open_name_ = name;
  return {};
}

bool SnapshotReader::HasSection(std::string_view name) const {
  return sections_.find(name) != sections_.end();
}

bool SnapshotReader::Has(std::string_view name) const {
  return open_ != nullptr && open_->find(name) != open_->end();
}

Result<const SnapshotReader::Content*> SnapshotReader::Get(std::string_view name, bool is_memory) const {
  if (!Has(name)) return Error{"the snapshot's " + Quoted(open_name_) + " lacks " + Quoted(name)};
  const Content& content = open_->find(name)->second;
  if (content.is_memory != is_memory) {
    return Error{"the snapshot's " + Quoted(open_name_) + " has " + Quoted(name) + " as something else"};
  }
  return &content;
}

Result<void> SnapshotReader::Field(std::string_view name, std::span<u8> out) const {
  const Content* content = TRY(Get(name, false));
  if (content->bytes.size() != out.size()) {
    return Error{"the snapshot's " + Quoted(open_name_) + " has " + Quoted(name) + " with " +
                 std::to_string(content->bytes.size()) + " bytes instead of " + std::to_string(out.size())};
  }
  std::copy(content->bytes.begin(), content->bytes.end(), out.begin());
  return {};
}

Result<std::vector<u8>> SnapshotReader::Bytes(std::string_view name) const {
  const Content* content = TRY(Get(name, false));
  return std::vector<u8>(content->bytes.begin(), content->bytes.end());
}

Result<void> SnapshotReader::Memory(std::string_view name, std::span<u8> out) const {
  const Content* content = TRY(Get(name, true));
  if (content->memory_bytes != out.size()) {
    return Error{"the snapshot's " + Quoted(open_name_) + " has " + Quoted(name) + " with " +
                 std::to_string(content->memory_bytes) + " bytes instead of " + std::to_string(out.size())};
  }
  // Memory that is zero already is left alone: the host may not have committed it yet.
  for (size_t at = 0; at < out.size(); at += kChunkBytes) {
    const size_t count = std::min(kChunkBytes, out.size() - at);
    if (!IsZero(out.data() + at, count)) std::memset(out.data() + at, 0, count);
  }
  for (Cursor pages(content->bytes); !pages.empty();) {
    u64 offset = 0, size = 0;
    std::span<const u8> bytes;
    if (!pages.Take(offset) || !pages.Take(size) || !pages.Take(size, bytes) || offset > out.size() ||
        size > out.size() - offset) {
      return Error{"the snapshot's " + Quoted(open_name_) + " has " + Quoted(name) + " damaged"};
    }
    std::copy(bytes.begin(), bytes.end(), out.begin() + static_cast<std::ptrdiff_t>(offset));
  }
  return {};
}

}  // namespace emboard
