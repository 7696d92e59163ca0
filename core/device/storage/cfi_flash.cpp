// Parallel NOR flash with the Intel command set: two 16-bit chips side by side on a 32-bit bus (Intel
// StrataFlash 28F128J3 datasheet, section 4 "Command Definitions"; CFI in cfi_query.h). Both chips always get
// the same command, so one state machine stands for both and its answers appear in both lanes. Operations
// finish at once.

#include <algorithm>
#include <cstring>

#include "core/base/units.h"
#include "core/device/registers.h"
#include "core/device/storage/cfi_query.h"
#include "core/device/types.h"

namespace emboard {
namespace {

constexpr u64 kMaxBytes = 256_MiB;
constexpr u32 kMaxSectors = kMaxBytes / kFlashSectorBytes;
constexpr u8 kManufacturer = 0x89, kDeviceId = 0x18;

// What reads show.
enum View : u8 { kArray, kStatus, kIdentifier, kQuery, kViews };
// What the next write means.
enum Step : u8 {
  kCommand,
  kProgramData,
  kEraseConfirm,
  kLockConfirm,
  kBufferCount,
  kBufferData,
  kBufferConfirm,
  kSteps
};

enum Command : u8 {
  kCmdProgramAlternate = 0x10,
  kCmdErase = 0x20,
  kCmdLockOrSet = 0x01,
  kCmdProgram = 0x40,
  kCmdClearStatus = 0x50,
  kCmdLockSetup = 0x60,
  kCmdReadStatus = 0x70,
  kCmdReadIdentifier = 0x90,
  kCmdQuery = 0x98,
  kCmdConfirm = 0xd0,
  kCmdBuffer = 0xe8,
  kCmdReset = 0xf0,  // of the other command set, from drivers that probe for it
  kCmdReadArray = 0xff,
};
// Status register, table "Status Register Definitions".
constexpr u8 kReady = 0x80, kEraseError = 0x20, kProgramError = 0x10, kLocked = 0x02;

class CfiFlash : public DeviceOf<CfiFlash> {
 public:
  static constexpr std::string_view kTypeName = "cfi-flash";
  struct State {
    u32 buffer_offset[kFlashBufferWords];
    u32 buffer_value[kFlashBufferWords];
    u8 buffer_bytes[kFlashBufferWords];  // access size of each
    u32 locks[kMaxSectors / 32];
    u32 buffer_sector;
    u16 buffer_wanted;
    u16 buffer_count;
    u8 view;
    u8 step;
    u8 status;
    u8 reserved;
  } s = {};

  explicit CfiFlash(const DeviceContext& context)
      : DeviceOf(context),
        bus_(*context.bus),
        bytes_(context.window_bytes),
        query_(MakeCfiTable(static_cast<u32>(bytes_ / kFlashChips))) {}

  Result<void> Map(PhysMap& bus, std::string range_name, PhysAddr base, u64 window_bytes) override {
    host_ = TRY(bus.AddRom(std::move(range_name), base, window_bytes, this));
    base_ = base;
    return {};
  }

  // Reached only while something other than the array is shown; see SetView.
  u64 ReadSpan(u32 offset, unsigned size_bytes) {
    if (s.view == kArray) {
      u64 value = 0;
      std::memcpy(&value, host_ + offset, size_bytes);
      return value;
    }
    const u64 lanes = Answer(offset) * 0x0001'0001u;
    return (lanes >> (offset % kFlashBankWidth * 8)) & LowMask(size_bytes * 8);
  }

  void WriteSpan(u32 offset, unsigned size_bytes, u64 value) {
    const u8 command = static_cast<u8>(value);
    switch (s.step) {
      case kCommand:
        return BeginCommand(command, offset);
      case kProgramData:
        if (CheckUnlocked(offset, kProgramError)) ProgramCells(offset, size_bytes, value);
        return Done();
      case kEraseConfirm:
        return command == kCmdConfirm ? EraseSector(offset) : BadSequence();
      case kLockConfirm:
        return SetLock(command, offset);
      case kBufferCount:
        return BeginBuffer(command);
      case kBufferData:
        return FillBuffer(offset, size_bytes, static_cast<u32>(value));
      case kBufferConfirm:
        return command == kCmdConfirm ? ProgramBuffer() : BadSequence();
    }
  }

  void OnReset() {
    s.status = kReady;
    SetView(kArray);
  }
  void SaveMore(SnapshotWriter& out) const { out.Memory("contents", {host_, static_cast<size_t>(bytes_)}); }
  Result<void> LoadMore(SnapshotReader& in) {
    TRY(in.Memory("contents", {host_, static_cast<size_t>(bytes_)}));
    bus_.NoteWrite(base_, bytes_);
    return {};
  }
  Result<void> OnLoad() {
    if (s.view >= kViews || s.step >= kSteps) return BadState("no such mode");
    if (s.buffer_wanted > kFlashBufferWords || s.buffer_count > s.buffer_wanted)
      return BadState("its buffer overflows");
    for (u32 i = 0; i < s.buffer_count; i++) {
      if (s.buffer_bytes[i] > 4 || s.buffer_offset[i] > bytes_ - 4)
        return BadState("its buffer lies outside");
    }
    SetView(static_cast<View>(s.view));
    return {};
  }

  static constexpr std::array kRegisters{
      Register<CfiFlash>{.offset = 0,
                         .name = "flash",
                         .sizes = 1 | 2 | 4,
                         .span_bytes = kMaxBytes,
                         .on_read_span = &CfiFlash::ReadSpan,
                         .on_write_span = &CfiFlash::WriteSpan},
  };
  static constexpr std::array kExtraState{
      Extra<State>{"view", kField<&State::view>},
      Extra<State>{"step", kField<&State::step>},
      Extra<State>{"status", kField<&State::status>},
      Extra<State>{"locks", kField<&State::locks>},
      Extra<State>{"buffer_wanted", kField<&State::buffer_wanted>},
      Extra<State>{"buffer_count", kField<&State::buffer_count>},
      Extra<State>{"buffer_sector", kField<&State::buffer_sector>},
      Extra<State>{"buffer_offset", kField<&State::buffer_offset>},
      Extra<State>{"buffer_value", kField<&State::buffer_value>},
      Extra<State>{"buffer_bytes", kField<&State::buffer_bytes>},
      Extra<State>{"reserved", kField<&State::reserved>},
  };

 private:
  u64 Answer(u32 offset) const {
    const u32 word = offset / kFlashBankWidth;
    if (s.view == kQuery) return word < query_.size() ? query_[word] : 0;
    if (s.view == kStatus) return s.status;
    const u32 in_sector = word % (kFlashSectorBytes / kFlashBankWidth);
    if (in_sector == 2) return IsLocked(offset);
    return in_sector == 0 ? kManufacturer : in_sector == 1 ? kDeviceId : 0;
  }

  void BeginCommand(u8 command, u32 offset) {
    switch (command) {
      case kCmdProgram:
      case kCmdProgramAlternate:
        return Expect(kProgramData);
      case kCmdErase:
        return Expect(kEraseConfirm);
      case kCmdLockSetup:
        return Expect(kLockConfirm);
      case kCmdBuffer:
        s.buffer_sector = offset / kFlashSectorBytes;
        return Expect(kBufferCount);
      case kCmdReadStatus:
        return SetView(kStatus);
      case kCmdReadIdentifier:
        return SetView(kIdentifier);
      case kCmdQuery:
        return SetView(kQuery);
      case kCmdClearStatus:
        s.status = kReady;
        return;
      case kCmdReadArray:
      case kCmdReset:
        return SetView(kArray);
      default:
        LogGuestError("unknown flash command");
        return SetView(kArray);
    }
  }

  void Expect(Step step) {
    s.step = step;
    SetView(kStatus);
  }
  void Done() { s.step = kCommand; }
  void BadSequence() {
    s.status |= kEraseError | kProgramError;
    Done();
  }

  void BeginBuffer(u8 count_less_1) {
    if (count_less_1 >= kFlashBufferWords) return BadSequence();
    s.buffer_wanted = count_less_1 + 1;
    s.buffer_count = 0;
    s.step = kBufferData;
  }
  void FillBuffer(u32 offset, unsigned size_bytes, u32 value) {
    if (offset / kFlashSectorBytes != s.buffer_sector) return BadSequence();
    s.buffer_offset[s.buffer_count] = offset;
    s.buffer_value[s.buffer_count] = value;
    s.buffer_bytes[s.buffer_count] = static_cast<u8>(size_bytes);
    if (++s.buffer_count == s.buffer_wanted) s.step = kBufferConfirm;
  }
  void ProgramBuffer() {
    if (CheckUnlocked(s.buffer_sector * kFlashSectorBytes, kProgramError)) {
      for (u32 i = 0; i < s.buffer_count; i++)
        ProgramCells(s.buffer_offset[i], s.buffer_bytes[i], s.buffer_value[i]);
    }
    s.buffer_count = 0;
    Done();
  }

  // Programming can only turn ones into zeros.
  void ProgramCells(u32 offset, unsigned size_bytes, u64 value) {
    for (unsigned i = 0; i < size_bytes; i++) host_[offset + i] &= static_cast<u8>(value >> (i * 8));
    bus_.NoteWrite({base_.value + offset}, size_bytes);
  }
  void EraseSector(u32 offset) {
    const u32 start = offset / kFlashSectorBytes * kFlashSectorBytes;
    if (CheckUnlocked(offset, kEraseError)) {
      std::memset(host_ + start, 0xff, kFlashSectorBytes);
      bus_.NoteWrite({base_.value + start}, kFlashSectorBytes);
    }
    Done();
  }

  bool IsLocked(u32 offset) const {
    const u32 sector = offset / kFlashSectorBytes;
    return Bit(s.locks[sector / 32], sector % 32);
  }
  bool CheckUnlocked(u32 offset, u8 error) {
    if (!IsLocked(offset)) return true;
    s.status |= kLocked | error;
    return false;
  }
  void SetLock(u8 command, u32 offset) {
    const u32 sector = offset / kFlashSectorBytes;
    u32& word = s.locks[sector / 32];
    if (command == kCmdLockOrSet) {
      word |= 1u << (sector % 32);
    } else if (command == kCmdConfirm) {
      word &= ~(1u << (sector % 32));
    } else {
      return BadSequence();
    }
    Done();
  }

  // While the array is shown, the bus reads it directly and code may run from it.
  void SetView(View view) {
    s.view = view;
    bus_.SetDirectReads(base_, view == kArray);
  }

  PhysMap& bus_;
  u64 bytes_;
  CfiTable query_;
  PhysAddr base_;
  u8* host_ = nullptr;
};

constexpr std::string_view kCompatible[] = {"cfi-flash"};

void DescribeFlash(const FdtContext&, FdtSink& fdt) { fdt.PropU32("bank-width", kFlashBankWidth); }

Result<std::unique_ptr<Device>> Create(const DeviceContext& context) {
  const u64 size = context.window_bytes;
  if (size < kFlashSectorBytes || size > kMaxBytes || !std::has_single_bit(size)) {
    return Error{context.name + ": a flash bank has a power of two of bytes, 256K to 256M"};
  }
  return std::unique_ptr<Device>(std::make_unique<CfiFlash>(context));
}

}  // namespace

constexpr DeviceType kCfiFlashType{
    .name = CfiFlash::kTypeName,
    .description = "CFI parallel flash, Intel command set, 256 KiB sectors",
    .default_window_bytes = 32_MiB,
    .fdt = {.node = "flash", .compatible = kCompatible, .properties = DescribeFlash},
    .create = Create,
};

}  // namespace emboard
