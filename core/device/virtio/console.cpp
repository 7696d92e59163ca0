// virtio-console with one port (Virtual I/O Device Version 1.2, section 5.3).

#include <algorithm>
#include <array>

#include "core/base/snapshot.h"
#include "core/device/types.h"
#include "core/device/virtio/backend.h"

namespace emboard {
namespace {

constexpr std::string_view kTypeName = "virtio-console-device";
constexpr unsigned kReceive = 0, kTransmit = 1;
constexpr size_t kBacklogBytes = 4096;
constexpr u64 kMostBytes = 1024 * 1024;  // that one request may print

class VirtioConsole : public VirtioBackend {
 public:
  explicit VirtioConsole(SerialPort* port) : port_(port) {}
  std::string_view type_name() const override { return kTypeName; }
  u32 device_id() const override { return 3; }
  unsigned queue_count() const override { return 2; }

  void Serve(unsigned queue) override {
    if (queue == kTransmit) Print();
    if (queue == kReceive) Deliver();
  }
  void Poll() override {
    if (port_ == nullptr || backlog_.size() >= kBacklogBytes) return;
    const size_t before = backlog_.size();
    backlog_.resize(kBacklogBytes);
    backlog_.resize(before + port_->Read(std::span(backlog_).subspan(before)));
    if (!backlog_.empty() && transport().HasRequest(kReceive)) transport().ServeLater(kReceive);
  }
  void Save(SnapshotWriter& out) const override { out.Field("backlog", backlog_); }
  Result<void> Load(SnapshotReader& in) override {
    backlog_ = TRY(in.Bytes("backlog"));
    if (backlog_.size() > kBacklogBytes) return Error{"the snapshot's console input is longer than any"};
    return {};
  }

 private:
  void Print() {
    VirtioChain chain;
    while (transport().Take(kTransmit, chain)) {
      const u64 size = chain.readable.size_bytes();
      if (size > kMostBytes)
        return transport().Break("more console output in one request than memory is meant for");
      std::array<u8, 4096> bytes;
      for (u64 at = 0; at < size; at += bytes.size()) {
        const auto piece =
            std::span(bytes).first(static_cast<size_t>(std::min<u64>(bytes.size(), size - at)));
        chain.readable.CopyOut(transport().bus(), at, piece);
        if (port_ != nullptr) port_->Write(piece);
      }
      transport().Return(kTransmit, chain, 0);
    }
  }
  void Deliver() {
    VirtioChain chain;
    while (!backlog_.empty() && transport().Take(kReceive, chain)) {
      const size_t count = static_cast<size_t>(std::min<u64>(backlog_.size(), chain.writable.size_bytes()));
      chain.writable.CopyIn(transport().bus(), 0, std::span(backlog_).first(count));
      backlog_.erase(backlog_.begin(), backlog_.begin() + static_cast<std::ptrdiff_t>(count));
      transport().Return(kReceive, chain, static_cast<u32>(count));
    }
  }

  SerialPort* port_;
  std::vector<u8> backlog_;  // arrived, and waiting for the driver's buffers
};

constexpr PropertyDef kProperties[] = {
    {"chardev", PropertyType::kSerial, "", "where the characters go"},
};

Result<std::unique_ptr<Device>> Create(const DeviceContext& context) {
  return MakeVirtioMmio(context, std::make_unique<VirtioConsole>(context.serial));
}

}  // namespace

constexpr DeviceType kVirtioConsoleType{
    .name = kTypeName,
    .description = "virtio console, appears as /dev/hvc0",
    .bus = kVirtioMmioBus,
    .properties = kProperties,
    .outputs = kVirtioMmioOutputs,
    .default_window_bytes = kVirtioMmioWindowBytes,
    .fdt = kVirtioMmioFdt,
    .create = Create,
};

}  // namespace emboard
