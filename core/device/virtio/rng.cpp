// virtio-rng: fills the driver's buffers with random bytes (Virtual I/O Device Version 1.2, section 5.4).

#include <algorithm>
#include <array>

#include "core/device/types.h"
#include "core/device/virtio/backend.h"

namespace emboard {
namespace {

constexpr std::string_view kTypeName = "virtio-rng-device";
constexpr u64 kMostBytes = 64 * 1024;  // of one request; 5.4.6.1 asks for at least one

class VirtioRng : public VirtioBackend {
 public:
  explicit VirtioRng(EntropyPort& entropy) : entropy_(entropy) {}
  std::string_view type_name() const override { return kTypeName; }
  u32 device_id() const override { return 4; }
  unsigned queue_count() const override { return 1; }

  void Serve(unsigned queue) override {
    VirtioChain chain;
    while (transport().Take(queue, chain)) {
      const u64 wanted = std::min(chain.writable.size_bytes(), kMostBytes);
      std::array<u8, 4096> bytes;
      for (u64 at = 0; at < wanted; at += bytes.size()) {
        const auto piece =
            std::span(bytes).first(static_cast<size_t>(std::min<u64>(bytes.size(), wanted - at)));
        entropy_.Fill(piece);
        chain.writable.CopyIn(transport().bus(), at, piece);
      }
      transport().Return(queue, chain, static_cast<u32>(wanted));
    }
  }

 private:
  EntropyPort& entropy_;
};

Result<std::unique_ptr<Device>> Create(const DeviceContext& context) {
  if (context.entropy == nullptr) return Error{context.name + ": there is no source of random bytes"};
  return MakeVirtioMmio(context, std::make_unique<VirtioRng>(*context.entropy));
}

}  // namespace

constexpr DeviceType kVirtioRngType{
    .name = kTypeName,
    .description = "virtio entropy source",
    .bus = kVirtioMmioBus,
    .outputs = kVirtioMmioOutputs,
    .default_window_bytes = kVirtioMmioWindowBytes,
    .fdt = kVirtioMmioFdt,
    .create = Create,
};

}  // namespace emboard
