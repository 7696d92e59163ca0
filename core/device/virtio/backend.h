#pragma once
// The two halves of a virtio device: the transport, which the guest's bus driver sees, and the backend, which
// knows what the device is for. Neither knows more of the other than this.

#include <memory>
#include <span>
#include <string_view>

#include "core/base/result.h"
#include "core/base/types.h"
#include "core/device/device_type.h"
#include "core/device/virtio/virtqueue.h"

namespace emboard {

class SnapshotReader;
class SnapshotWriter;

/// What a backend may ask of its transport.
class VirtioTransport {
 public:
  virtual ~VirtioTransport() = default;
  /// Takes the next request of a queue. False when there is none (for now), or when the queue is broken.
  virtual bool Take(unsigned queue, VirtioChain& chain) = 0;
  virtual bool HasRequest(unsigned queue) = 0;
  /// Returns a request and interrupts the driver if it wants that. Ignored when the driver has let go of the
  /// queue.
  virtual void Return(unsigned queue, const VirtioChain& chain, u32 written_bytes) = 0;
  /// Calls Serve(queue) again at the next Poll.
  virtual void ServeLater(unsigned queue) = 0;
  /// The driver has broken a rule: nothing works until it resets the device.
  virtual void Break(std::string_view why) = 0;
  virtual PhysMap& bus() = 0;
};

class VirtioBackend {
 public:
  virtual ~VirtioBackend() = default;
  virtual std::string_view type_name() const = 0;
  /// Section 5 "Device Types".
  virtual u32 device_id() const = 0;
  /// Of the device type; the transport adds its own.
  virtual u64 features() const { return 0; }
  virtual unsigned queue_count() const = 0;
  /// The device-specific configuration space.
  virtual std::span<const u8> config() const { return {}; }
  void Attach(VirtioTransport& transport) { transport_ = &transport; }
  /// Forgets everything the driver has asked for.
  virtual void Reset() {}
  /// There may be requests in `queue`.
  virtual void Serve(unsigned queue) = 0;
  virtual void Poll() {}
  virtual unsigned in_flight() const { return 0; }
  virtual void Save(SnapshotWriter&) const {}
  virtual Result<void> Load(SnapshotReader&) { return {}; }

 protected:
  VirtioTransport& transport() { return *transport_; }

 private:
  VirtioTransport* transport_ = nullptr;
};

/// A virtio-mmio slot with `backend` in it; an empty slot when that is null.
std::unique_ptr<Device> MakeVirtioMmio(const DeviceContext& context, std::unique_ptr<VirtioBackend> backend);

// What every type on this bus has in common.
inline constexpr u64 kVirtioMmioWindowBytes = 0x1000;
inline constexpr OutputDef kVirtioMmioOutputs[] = {{"irq"}};
inline constexpr std::string_view kVirtioMmioCompatible[] = {"virtio,mmio"};
inline constexpr FdtDescription kVirtioMmioFdt = {.node = "virtio_mmio", .compatible = kVirtioMmioCompatible};

}  // namespace emboard
