#include "native-backend/jit/code_memory.h"

#include <sys/mman.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <string>

#include "core/base/bits.h"
#include "core/memory/phys_map.h"

namespace emboard::jit {

Result<std::unique_ptr<CodeMemory>> CodeMemory::Create(size_t budget_bytes) {
  std::unique_ptr<CodeMemory> memory(new CodeMemory);
  const size_t page = static_cast<size_t>(sysconf(_SC_PAGESIZE));
  memory->generation_bytes_ = AlignUp(budget_bytes / kGenerations, page);
  const size_t bytes = memory->budget_bytes();
  const auto failed = [&](const char* what) {
    return Error{std::string("no executable memory for translated code (") + what + ": " +
                 std::strerror(errno) + "); use -accel interp"};
  };
  memory->fd_ = memfd_create("emboard-code", MFD_CLOEXEC);
  if (memory->fd_ < 0 || ftruncate(memory->fd_, static_cast<off_t>(bytes)) != 0)
    return failed("memfd_create");
  const auto map = [&](int protection) {
    void* place = mmap(nullptr, bytes, protection, MAP_SHARED, memory->fd_, 0);
    return place == MAP_FAILED ? nullptr : static_cast<u8*>(place);
  };
  memory->writable_ = map(PROT_READ | PROT_WRITE);
  memory->executable_ = map(PROT_READ | PROT_EXEC);
  if (memory->writable_ == nullptr || memory->executable_ == nullptr) return failed("mmap");
  return memory;
}

CodeMemory::~CodeMemory() {
  for (u8* mapping : {writable_, executable_})
    if (mapping != nullptr) munmap(mapping, budget_bytes());
  if (fd_ >= 0) close(fd_);
}

CodeMemory::Place CodeMemory::Put(std::span<const u8> code) {
  const size_t bytes = AlignUp(code.size(), 64);
  if (bytes > generation_bytes_) return {};
  if (generations_[current_].used + bytes > generation_bytes_) {
    Generation& next = generations_[oldest()];
    if (next.live != 0) return {};
    next.used = 0;
    current_ = oldest();
  }
  Generation& generation = generations_[current_];
  const size_t offset = current_ * generation_bytes_ + generation.used;
  std::memcpy(writable_ + offset, code.data(), code.size());
  // The writable mapping has done its work; its page-table entries would count the same memory twice.
  const size_t first = AlignDown(offset, kPageSize);
  madvise(writable_ + first, AlignUp(offset + code.size(), kPageSize) - first, MADV_DONTNEED);
  generation.used += bytes;
  ++generation.live;
  return {executable_ + offset, current_};
}

void CodeMemory::Release(size_t generation) { --generations_[generation].live; }

size_t CodeMemory::used_bytes() const {
  size_t used = 0;
  for (const Generation& generation : generations_) used += generation.live != 0 ? generation.used : 0;
  return used;
}

}  // namespace emboard::jit
