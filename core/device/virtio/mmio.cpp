// virtio-mmio, version 2 (Virtual I/O Device Version 1.2, section 4.2 "Virtio Over MMIO").

#include <bit>
#include <cstring>

#include "core/device/registers.h"
#include "core/device/types.h"
#include "core/device/virtio/backend.h"

namespace emboard {
namespace {

constexpr u32 kQueues = 8;
constexpr u32 kQueueSizeMax = 256;
constexpr u32 kMagic = 0x7472'6976;  // "virt"
constexpr u32 kVersion = 2;
constexpr u32 kVendor = 0x424d'45;  // "EMB"

// 2.1 "Device Status Field".
constexpr u32 kDriverOk = 4, kFeaturesOk = 8, kNeedsReset = 64, kFailed = 128;
// InterruptStatus.
constexpr u32 kUsedBuffer = 1, kConfigChange = 2;

constexpr u64 kTransportFeatures =
    u64{1} << kVirtioVersion1 | u64{1} << kVirtioRingIndirectDesc | u64{1} << kVirtioRingEventIdx;

class VirtioMmio : public DeviceOf<VirtioMmio>, public VirtioTransport {
 public:
  static constexpr std::string_view kTypeName = "virtio-mmio";
  struct State {
    u64 driver_features;
    u64 descriptors[kQueues];
    u64 driver_area[kQueues];
    u64 device_area[kQueues];
    u32 size[kQueues];
    u16 next_avail[kQueues];
    u16 used_index[kQueues];
    u16 signalled[kQueues];
    u8 signalled_valid[kQueues];
    u8 ready[kQueues];
    u8 serve_later[kQueues];
    u32 device_features_sel;
    u32 driver_features_sel;
    u32 queue_sel;
    u32 interrupt_status;
    u32 status;
    u32 config_generation;
  } s = {};

  VirtioMmio(const DeviceContext& context, std::unique_ptr<VirtioBackend> backend)
      : DeviceOf(context), bus_(*context.bus), irq_(context.output("irq")), backend_(std::move(backend)) {
    if (backend_ != nullptr) backend_->Attach(*this);
  }

  std::string_view type_name() const override {
    return backend_ != nullptr ? backend_->type_name() : kTypeName;
  }
  unsigned in_flight() const override { return backend_ != nullptr ? backend_->in_flight() : 0; }
  void Poll() override {
    if (backend_ == nullptr) return;
    backend_->Poll();
    for (u32 queue = 0; queue < kQueues; queue++) {
      if (s.serve_later[queue] != 0) Serve(queue);
    }
  }

  // VirtioTransport
  bool Take(unsigned queue, VirtioChain& chain) override;
  bool HasRequest(unsigned queue) override;
  void Return(unsigned queue, const VirtioChain& chain, u32 written_bytes) override;
  void ServeLater(unsigned queue) override { s.serve_later[queue] = 1; }
  void Break(std::string_view why) override;
  PhysMap& bus() override { return bus_; }

  // Register hooks, in the order of the table.
  u64 ReadMagic(u32) { return kMagic; }
  u64 ReadVersion(u32) { return kVersion; }
  u64 ReadDeviceId(u32) { return backend_ != nullptr ? backend_->device_id() : 0; }
  u64 ReadVendor(u32) { return backend_ != nullptr ? kVendor : 0; }
  u64 ReadDeviceFeatures(u32) {
    return s.device_features_sel < 2 ? Bits(Offered() >> (s.device_features_sel * 32), 31, 0) : 0;
  }
  void WriteDriverFeatures(u64 value, u32) {
    if ((s.status & kFeaturesOk) != 0 || s.driver_features_sel > 1) return;
    const unsigned shift = s.driver_features_sel * 32;
    s.driver_features = (s.driver_features & ~(LowMask(32) << shift)) | value << shift;
  }
  u64 ReadQueueSizeMax(u32) { return Selected() != kNone ? kQueueSizeMax : 0; }
  void WriteQueueSize(u64 value, u32) {
    if (IsConfigurable()) s.size[s.queue_sel] = static_cast<u32>(value);
  }
  u64 ReadQueueReady(u32) { return Selected() != kNone ? s.ready[s.queue_sel] : 0; }
  void WriteQueueReady(u64 value, u32);
  void WriteNotify(u64 value, u32) {
    if (value < kQueues) Serve(static_cast<u32>(value));
  }
  void WriteInterruptAck(u64 value, u32) {
    s.interrupt_status &= ~static_cast<u32>(value);
    UpdateIrq();
  }
  void WriteStatus(u64 value, u32);
  template <auto Area, unsigned kShift>
  void WriteArea(u64 value, u32) {
    if (!IsConfigurable()) return;
    u64& area = (s.*Area)[s.queue_sel];
    area = (area & ~(LowMask(32) << kShift)) | value << kShift;
  }
  u64 ReadNoSharedMemory(u32) { return LowMask(32); }
  u64 ReadConfig(u32 offset, unsigned size_bytes);
  void WriteConfig(u32, unsigned, u64) { LogGuestError("the configuration space is read-only"); }

  void OnReset() {
    if (backend_ != nullptr) backend_->Reset();
    UpdateIrq();
  }
  void SaveMore(SnapshotWriter& out) const {
    if (backend_ != nullptr) backend_->Save(out);
  }
  Result<void> LoadMore(SnapshotReader& in) {
    if (backend_ == nullptr) return {};
    backend_->Reset();
    return backend_->Load(in);
  }
  Result<void> OnLoad() {
    for (u32 queue = 0; queue < kQueues; queue++) {
      if (s.ready[queue] != 0 && !IsValidSize(s.size[queue]))
        return BadState("a queue in use has an invalid size");
    }
    UpdateIrq();
    return {};
  }

  using R = Register<VirtioMmio>;
  using V = VirtioMmio;
  static constexpr u32 kAllBits = 0xffff'ffff;
  static constexpr std::array kRegisters{
      R{.offset = 0x000, .name = "magic", .on_read = &V::ReadMagic},
      R{.offset = 0x004, .name = "version", .on_read = &V::ReadVersion},
      R{.offset = 0x008, .name = "device_id", .on_read = &V::ReadDeviceId},
      R{.offset = 0x00c, .name = "vendor_id", .on_read = &V::ReadVendor},
      R{.offset = 0x010, .name = "device_features", .on_read = &V::ReadDeviceFeatures},
      R{.offset = 0x014,
        .name = "device_features_sel",
        .field = kField<&State::device_features_sel>,
        .writable = kAllBits},
      R{.offset = 0x020, .name = "driver_features", .on_write = &V::WriteDriverFeatures},
      R{.offset = 0x024,
        .name = "driver_features_sel",
        .field = kField<&State::driver_features_sel>,
        .writable = kAllBits},
      R{.offset = 0x030, .name = "queue_sel", .field = kField<&State::queue_sel>, .writable = kAllBits},
      R{.offset = 0x034, .name = "queue_size_max", .on_read = &V::ReadQueueSizeMax},
      R{.offset = 0x038, .name = "queue_size", .on_write = &V::WriteQueueSize},
      R{.offset = 0x044,
        .name = "queue_ready",
        .on_read = &V::ReadQueueReady,
        .on_write = &V::WriteQueueReady},
      R{.offset = 0x050, .name = "queue_notify", .on_write = &V::WriteNotify},
      R{.offset = 0x060, .name = "interrupt_status", .field = kField<&State::interrupt_status>},
      R{.offset = 0x064, .name = "interrupt_ack", .on_write = &V::WriteInterruptAck},
      R{.offset = 0x070, .name = "status", .field = kField<&State::status>, .on_write = &V::WriteStatus},
      R{.offset = 0x080, .name = "descriptors_low", .on_write = &V::WriteArea<&State::descriptors, 0>},
      R{.offset = 0x084, .name = "descriptors_high", .on_write = &V::WriteArea<&State::descriptors, 32>},
      R{.offset = 0x090, .name = "driver_area_low", .on_write = &V::WriteArea<&State::driver_area, 0>},
      R{.offset = 0x094, .name = "driver_area_high", .on_write = &V::WriteArea<&State::driver_area, 32>},
      R{.offset = 0x0a0, .name = "device_area_low", .on_write = &V::WriteArea<&State::device_area, 0>},
      R{.offset = 0x0a4, .name = "device_area_high", .on_write = &V::WriteArea<&State::device_area, 32>},
      // 4.2.2: a region that does not exist has length and base -1.
      R{.offset = 0x0b0, .name = "shared_memory", .count = 4, .on_read = &V::ReadNoSharedMemory},
      R{.offset = 0x0fc, .name = "config_generation", .field = kField<&State::config_generation>},
      R{.offset = 0x100,
        .name = "config",
        .sizes = 1 | 2 | 4 | 8,
        .span_bytes = 0xf00,
        .on_read_span = &V::ReadConfig,
        .on_write_span = &V::WriteConfig},
  };
  static constexpr std::array kExtraState{
      Extra<State>{"driver_features_value", kField<&State::driver_features>},
      Extra<State>{"descriptors", kField<&State::descriptors>},
      Extra<State>{"driver_area", kField<&State::driver_area>},
      Extra<State>{"device_area", kField<&State::device_area>},
      Extra<State>{"queue_sizes", kField<&State::size>},
      Extra<State>{"next_avail", kField<&State::next_avail>},
      Extra<State>{"used_index", kField<&State::used_index>},
      Extra<State>{"signalled", kField<&State::signalled>},
      Extra<State>{"signalled_valid", kField<&State::signalled_valid>},
      Extra<State>{"ready", kField<&State::ready>},
      Extra<State>{"serve_later", kField<&State::serve_later>},
  };

 private:
  static constexpr u32 kNone = ~u32{0};

  u64 Offered() const { return backend_ != nullptr ? backend_->features() | kTransportFeatures : 0; }
  u32 Selected() const {
    return backend_ != nullptr && s.queue_sel < backend_->queue_count() ? s.queue_sel : kNone;
  }
  // 4.2.2.2: the queue's other registers may not change while it is in use.
  bool IsConfigurable() const { return Selected() != kNone && s.ready[s.queue_sel] == 0; }
  static bool IsValidSize(u32 size) { return size <= kQueueSizeMax && std::has_single_bit(size); }
  bool IsLive(unsigned queue) const {
    return backend_ != nullptr && (s.status & (kDriverOk | kNeedsReset | kFailed)) == kDriverOk &&
           s.ready[queue] != 0;
  }
  Virtqueue Queue(unsigned i) {
    return {bus_,
            {s.descriptors[i], s.driver_area[i], s.device_area[i], s.size[i], s.next_avail[i],
             s.used_index[i], s.signalled[i], s.signalled_valid[i]},
            s.driver_features};
  }
  void Serve(u32 queue);
  void UpdateIrq() { irq_.Set(s.interrupt_status != 0); }

  PhysMap& bus_;
  IrqLine irq_;
  std::unique_ptr<VirtioBackend> backend_;
  u32 takes_left_ = 0;  // within one Serve()
};

void VirtioMmio::Serve(u32 queue) {
  s.serve_later[queue] = 0;
  if (!IsLive(queue)) return;
  // One round serves at most what fits the ring: a ring that lies in its own buffers could refill itself for
  // ever.
  takes_left_ = s.size[queue];
  backend_->Serve(queue);
}

bool VirtioMmio::Take(unsigned queue, VirtioChain& chain) {
  if (!IsLive(queue)) return false;
  if (takes_left_ == 0) {
    ServeLater(queue);
    return false;
  }
  takes_left_--;
  chain = {};
  const Virtqueue::Pop pop = Queue(queue).Take(chain);
  if (pop == Virtqueue::Pop::kBroken) Break("a malformed ring or descriptor chain");
  return pop == Virtqueue::Pop::kChain;
}

bool VirtioMmio::HasRequest(unsigned queue) { return IsLive(queue) && Queue(queue).offered() != 0; }

void VirtioMmio::Return(unsigned queue, const VirtioChain& chain, u32 written_bytes) {
  if (!IsLive(queue)) return;
  Virtqueue ring = Queue(queue);
  if (!ring.Return(chain, written_bytes)) return Break("the used ring lies outside memory");
  if (!ring.ShouldInterrupt()) return;
  s.interrupt_status |= kUsedBuffer;
  UpdateIrq();
}

void VirtioMmio::Break(std::string_view why) {
  LogGuestError(why);
  // 2.1.2: the driver learns of it by a configuration change.
  s.status |= kNeedsReset;
  if ((s.status & kDriverOk) != 0) {
    s.interrupt_status |= kConfigChange;
    UpdateIrq();
  }
}

void VirtioMmio::WriteQueueReady(u64 value, u32) {
  if (Selected() == kNone) return;
  const u32 queue = s.queue_sel;
  if ((value & 1) == 0) {
    s.ready[queue] = 0;
    return;
  }
  if (s.ready[queue] != 0) return;
  if (!IsValidSize(s.size[queue])) return Break("a queue's size must be a power of two, at most QueueNumMax");
  s.next_avail[queue] = 0;
  s.used_index[queue] = 0;
  s.signalled[queue] = 0;
  s.signalled_valid[queue] = 0;
  s.ready[queue] = 1;
}

void VirtioMmio::WriteStatus(u64 value, u32) {
  if (backend_ == nullptr) return;
  if (value == 0) return Reset();  // 4.2.2.1
  u32 status = static_cast<u32>(value & 0xff) | (s.status & kNeedsReset);
  // 2.2.2, 6.1: only what was offered, and always VIRTIO_F_VERSION_1.
  const bool acceptable = (s.driver_features & ~Offered()) == 0 && Bit(s.driver_features, kVirtioVersion1);
  if (!acceptable) status &= ~kFeaturesOk;
  s.status = status;
}

u64 VirtioMmio::ReadConfig(u32 offset, unsigned size_bytes) {
  if (backend_ == nullptr) return 0;
  const std::span<const u8> config = backend_->config();
  u64 value = 0;
  for (unsigned i = 0; i < size_bytes && offset + i < config.size(); i++)
    value |= u64{config[offset + i]} << (i * 8);
  return value;
}

Result<std::unique_ptr<Device>> CreateEmpty(const DeviceContext& context) {
  return MakeVirtioMmio(context, nullptr);
}

}  // namespace

std::unique_ptr<Device> MakeVirtioMmio(const DeviceContext& context, std::unique_ptr<VirtioBackend> backend) {
  return std::make_unique<VirtioMmio>(context, std::move(backend));
}

constexpr DeviceType kVirtioMmioType{
    .name = VirtioMmio::kTypeName,
    .description = "an empty virtio-mmio slot",
    .outputs = kVirtioMmioOutputs,
    .default_window_bytes = kVirtioMmioWindowBytes,
    .fdt = kVirtioMmioFdt,
    .create = CreateEmpty,
};

}  // namespace emboard
