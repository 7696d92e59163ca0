// fw_cfg, memory-mapped, with DMA: how the machine hands blobs to firmware (QEMU documentation,
// docs/specs/fw_cfg; Linux Documentation/devicetree/bindings/firmware/qemu,fw-cfg-mmio.yaml). Everything on
// offer is read-only.

#include <algorithm>
#include <map>

#include "core/device/registers.h"
#include "core/device/types.h"

namespace emboard {
namespace {

// "Data items": the keys with a fixed meaning.
constexpr u16 kKeySignature = 0x00, kKeyId = 0x01, kKeyCpuCount = 0x05, kKeyDirectory = 0x19,
              kKeyFirstFile = 0x20;
constexpr u32 kIdTraditional = 1, kIdDma = 2;
// "Guest-side DMA interface": FWCfgDmaAccess.control.
constexpr u32 kDmaError = 1, kDmaRead = 2, kDmaSkip = 4, kDmaSelect = 8, kDmaWrite = 16;
constexpr u64 kDmaSignature = 0x51454d5520434647;  // "QEMU CFG"
constexpr size_t kFileNameBytes = 56;

u64 SwapBytes(u64 value, unsigned size_bytes) { return __builtin_bswap64(value) >> (64 - size_bytes * 8); }

void AppendBigEndian(std::vector<u8>& to, u64 value, unsigned size_bytes) {
  for (unsigned i = size_bytes; i-- > 0;) to.push_back(static_cast<u8>(value >> (i * 8)));
}

class FwCfg : public DeviceOf<FwCfg>, public FirmwareItems {
 public:
  static constexpr std::string_view kTypeName = "fw-cfg-mmio";
  struct State {
    u64 dma_address;
    u32 position;  // in the selected item
    u16 selector;
    u16 reserved;
  } s = {};

  explicit FwCfg(const DeviceContext& context) : DeviceOf(context), bus_(*context.bus) {
    items_[kKeySignature] = {'Q', 'E', 'M', 'U'};
    items_[kKeyId] = {kIdTraditional | kIdDma, 0, 0, 0};
    items_[kKeyCpuCount] = {static_cast<u8>(context.cpu_count), static_cast<u8>(context.cpu_count >> 8)};
    RebuildDirectory();
  }

  FirmwareItems* firmware_items() override { return this; }
  void AddItem(u16 key, std::vector<u8> bytes) override { items_[key] = std::move(bytes); }
  void AddFile(std::string_view file_name, std::vector<u8> bytes) override {
    auto file = std::find(files_.begin(), files_.end(), file_name);
    if (file == files_.end())
      file = files_.insert(file, std::string(file_name.substr(0, kFileNameBytes - 1)));
    items_[static_cast<u16>(kKeyFirstFile + (file - files_.begin()))] = std::move(bytes);
    RebuildDirectory();
  }

  // The data register keeps the order of an item's bytes, whatever the access size.
  u64 ReadData(u32, unsigned size_bytes) {
    u64 value = 0;
    for (unsigned i = 0; i < size_bytes; i++) value |= u64{NextByte()} << (i * 8);
    return value;
  }
  void WriteData(u32, unsigned, u64) { LogGuestError("the data register is read-only"); }
  void WriteSelector(u64 value, u32) { Select(static_cast<u16>(SwapBytes(value, 2))); }

  u64 ReadDma(u32 offset, unsigned size_bytes) {
    return (SwapBytes(kDmaSignature, 8) >> (offset * 8)) & LowMask(size_bytes * 8);
  }
  // The address is big-endian; a write of its low half (at the higher offset) starts the transfer.
  void WriteDma(u32 offset, unsigned size_bytes, u64 value) {
    if (offset % size_bytes != 0) return;
    const unsigned shift = (8 - offset - size_bytes) * 8;
    const u64 mask = LowMask(size_bytes * 8) << shift;
    s.dma_address = (s.dma_address & ~mask) | ((SwapBytes(value, size_bytes) << shift) & mask);
    if (offset + size_bytes == 8) Transfer();
  }

  using R = Register<FwCfg>;
  static constexpr std::array kRegisters{
      R{.offset = 0,
        .name = "data",
        .sizes = 1 | 2 | 4 | 8,
        .span_bytes = 8,
        .on_read_span = &FwCfg::ReadData,
        .on_write_span = &FwCfg::WriteData},
      R{.offset = 8, .name = "selector", .width = 2, .on_write = &FwCfg::WriteSelector},
      R{.offset = 16,
        .name = "dma",
        .sizes = 4 | 8,
        .span_bytes = 8,
        .on_read_span = &FwCfg::ReadDma,
        .on_write_span = &FwCfg::WriteDma},
  };
  static constexpr std::array kExtraState{
      Extra<State>{"selected", kField<&State::selector>},
      Extra<State>{"position", kField<&State::position>},
      Extra<State>{"dma_address", kField<&State::dma_address>},
      Extra<State>{"reserved", kField<&State::reserved>},
  };

 private:
  void Select(u16 key) {
    s.selector = key;
    s.position = 0;
  }
  std::span<const u8> Rest() const {
    const auto item = items_.find(s.selector);
    if (item == items_.end() || s.position >= item->second.size()) return {};
    return std::span(item->second).subspan(s.position);
  }
  u8 NextByte() {
    const auto rest = Rest();
    if (rest.empty()) return 0;
    s.position++;
    return rest[0];
  }

  void Transfer() {
    struct {
      u32 control;
      u32 length;
      u64 address;
    } request;
    static_assert(sizeof request == 16);
    const PhysAddr at{s.dma_address};
    s.dma_address = 0;
    if (!bus_.ReadValue(at, request)) return LogGuestError("the DMA request lies outside memory");
    const u32 control = static_cast<u32>(SwapBytes(request.control, 4));
    if ((control & kDmaSelect) != 0) Select(static_cast<u16>(control >> 16));
    const u32 length = static_cast<u32>(SwapBytes(request.length, 4));
    bool ok = true;
    if ((control & kDmaRead) != 0) {
      ok = CopyOut({SwapBytes(request.address, 8)}, length);
    } else if ((control & kDmaWrite) != 0) {
      ok = false;
    } else if ((control & kDmaSkip) != 0) {
      s.position += static_cast<u32>(std::min<size_t>(length, Rest().size()));
    }
    bus_.WriteValue(at, static_cast<u32>(SwapBytes(ok ? 0 : kDmaError, 4)));
  }
  // What lies past the item's end reads as zeros.
  bool CopyOut(PhysAddr to, u32 length) {
    constexpr u8 kZeros[4096] = {};
    while (length != 0) {
      const auto rest = Rest();
      const auto piece = rest.empty() ? std::span(kZeros).first(std::min<size_t>(length, sizeof kZeros))
                                      : rest.first(std::min<size_t>(length, rest.size()));
      if (!bus_.Write(to, piece)) return false;
      if (!rest.empty()) s.position += static_cast<u32>(piece.size());
      to.value += piece.size();
      length -= static_cast<u32>(piece.size());
    }
    return true;
  }

  // "File directory": count, then size, key, reserved and name of each; big-endian.
  void RebuildDirectory() {
    std::vector<u8> directory;
    AppendBigEndian(directory, files_.size(), 4);
    for (size_t i = 0; i < files_.size(); i++) {
      const u16 key = static_cast<u16>(kKeyFirstFile + i);
      AppendBigEndian(directory, items_[key].size(), 4);
      AppendBigEndian(directory, key, 2);
      AppendBigEndian(directory, 0, 2);
      directory.insert(directory.end(), files_[i].begin(), files_[i].end());
      directory.resize(directory.size() + kFileNameBytes - files_[i].size());
    }
    items_[kKeyDirectory] = std::move(directory);
  }

  PhysMap& bus_;
  std::map<u16, std::vector<u8>> items_;  // given by the machine, the same after every reset and load
  std::vector<std::string> files_;        // in the order of their keys
};

constexpr std::string_view kCompatible[] = {"qemu,fw-cfg-mmio"};

void DescribeFwCfg(const FdtContext&, FdtSink& fdt) { fdt.PropEmpty("dma-coherent"); }

Result<std::unique_ptr<Device>> Create(const DeviceContext& context) {
  return std::unique_ptr<Device>(std::make_unique<FwCfg>(context));
}

}  // namespace

constexpr DeviceType kFwCfgMmioType{
    .name = FwCfg::kTypeName,
    .description = "fw_cfg: blobs for firmware, with DMA",
    .default_window_bytes = 0x18,
    .fdt = {.node = "fw-cfg", .compatible = kCompatible, .properties = DescribeFwCfg},
    .create = Create,
};

}  // namespace emboard
