// virtio-blk over an asynchronous BlockPort (Virtual I/O Device Version 1.2, section 5.2).

#include <algorithm>
#include <cstring>
#include <memory>
#include <string>
#include <vector>

#include "core/device/types.h"
#include "core/device/virtio/backend.h"

namespace emboard {
namespace {

constexpr std::string_view kTypeName = "virtio-blk-device";
constexpr u64 kSectorBytes = 512;
constexpr size_t kIdBytes = 20;
constexpr unsigned kMostInFlight = 64;
// A request is carried out in pieces of this size, so that an absurd one cannot exhaust the host's memory.
constexpr u64 kPieceBytes = 1024 * 1024;

// 5.2.3 "Feature bits".
constexpr unsigned kFeatureSegMax = 2, kFeatureGeometry = 4, kFeatureReadOnly = 5, kFeatureBlockSize = 6,
                   kFeatureFlush = 9;
// 5.2.6 "Device Operation".
constexpr u32 kIn = 0, kOut = 1, kFlush = 4, kGetId = 8;
constexpr u8 kOk = 0, kIoError = 1, kUnsupported = 2;

struct Header {
  u32 type;
  u32 reserved;
  u64 sector;
};

// 5.2.4 "Device configuration layout", up to what the features make valid.
struct Config {
  u64 capacity;
  u32 size_max;
  u32 seg_max;
  u16 cylinders;
  u8 heads;
  u8 sectors;
  u32 block_size;
};
static_assert(sizeof(Config) == 24);

struct Request {
  VirtioChain chain;
  unsigned queue = 0;
  u64 generation = 0;
  u32 type = 0;
  u64 disk_offset = 0;
  u64 buffer_offset = 0;  // into the readable (kOut) or writable (kIn) part
  u64 remaining = 0;
  u32 written = 0;  // data bytes given to the driver
  std::vector<u8> piece;
  u8 status = kOk;
  // Who goes on when an operation ends: the loop that began it, while it still runs, or else the completion.
  bool in_call = false;
  bool operation_done = false;
};

class VirtioBlk : public VirtioBackend {
 public:
  VirtioBlk(BlockPort& port, const std::string& serial, u32 block_size);
  std::string_view type_name() const override { return kTypeName; }
  u32 device_id() const override { return 2; }
  u64 features() const override {
    return u64{1} << kFeatureSegMax | u64{1} << kFeatureGeometry | u64{1} << kFeatureBlockSize |
           u64{1} << kFeatureFlush | (port_.read_only() ? u64{1} << kFeatureReadOnly : 0);
  }
  unsigned queue_count() const override { return 1; }
  std::span<const u8> config() const override {
    return {reinterpret_cast<const u8*>(&config_), sizeof config_};
  }
  // Operations under way cannot be called back; they end without anybody noticing.
  void Reset() override { generation_++; }
  void Serve(unsigned queue) override;
  unsigned in_flight() const override { return in_flight_; }

 private:
  using RequestPtr = std::shared_ptr<Request>;

  bool Begin(const RequestPtr& request);
  void GiveId(Request& request);
  void Run(const RequestPtr& request);
  void StartOperation(const RequestPtr& request);
  void EndOperation(Request& request);
  void Finish(Request& request);

  BlockPort& port_;
  std::array<u8, kIdBytes> id_{};
  Config config_{};
  unsigned in_flight_ = 0;
  u64 generation_ = 0;
  std::shared_ptr<char> alive_ = std::make_shared<char>();  // completions may come after the device is gone
};

VirtioBlk::VirtioBlk(BlockPort& port, const std::string& serial, u32 block_size) : port_(port) {
  std::memcpy(id_.data(), serial.data(), std::min(serial.size(), kIdBytes));
  constexpr u32 kHeads = 16, kSectorsPerTrack = 63;
  config_.capacity = port.size_bytes() / kSectorBytes;
  config_.seg_max = 254;  // a full queue less the header and the status
  config_.cylinders = static_cast<u16>(std::min<u64>(config_.capacity / (kHeads * kSectorsPerTrack), 16383));
  config_.heads = kHeads;
  config_.sectors = kSectorsPerTrack;
  config_.block_size = block_size;
}

void VirtioBlk::Serve(unsigned queue) {
  while (in_flight_ < kMostInFlight) {
    auto request = std::make_shared<Request>();
    if (!transport().Take(queue, request->chain)) return;
    request->queue = queue;
    request->generation = generation_;
    if (!Begin(request)) return;
    in_flight_++;
    Run(request);
  }
  transport().ServeLater(queue);
}

// Reads the header; false when the request is no request at all.
bool VirtioBlk::Begin(const RequestPtr& request) {
  const VirtioChain& chain = request->chain;
  Header header;
  if (chain.readable.size_bytes() < sizeof header || chain.writable.size_bytes() == 0) {
    transport().Break("a block request without header or status");
    return false;
  }
  u8 bytes[sizeof header];
  chain.readable.CopyOut(transport().bus(), 0, bytes);
  std::memcpy(&header, bytes, sizeof header);
  request->type = header.type;
  if (header.type == kIn) request->remaining = chain.writable.size_bytes() - 1;
  if (header.type == kOut) {
    request->remaining = chain.readable.size_bytes() - sizeof header;
    request->buffer_offset = sizeof header;
    if (port_.read_only()) request->status = kIoError;
  }
  if (header.type == kIn || header.type == kOut) {
    const u64 sectors = request->remaining / kSectorBytes;
    if (request->remaining % kSectorBytes != 0 || header.sector > config_.capacity ||
        sectors > config_.capacity - header.sector) {
      request->status = kIoError;
    }
    request->disk_offset = header.sector * kSectorBytes;
  } else if (header.type == kGetId) {
    GiveId(*request);
  } else if (header.type != kFlush) {
    request->status = kUnsupported;
  }
  return true;
}

void VirtioBlk::GiveId(Request& request) {
  const size_t count = static_cast<size_t>(std::min<u64>(request.chain.writable.size_bytes() - 1, kIdBytes));
  request.chain.writable.CopyIn(transport().bus(), 0, std::span(id_).first(count));
  request.written = static_cast<u32>(count);
}

// Carries a request out, one operation after the other, without recursion when they complete at once.
void VirtioBlk::Run(const RequestPtr& request) {
  bool flush = request->type == kFlush && !request->operation_done;
  for (;;) {
    if (request->operation_done) EndOperation(*request);
    request->operation_done = false;
    if (request->status != kOk || request->generation != generation_ || (request->remaining == 0 && !flush))
      break;
    flush = false;
    request->in_call = true;
    StartOperation(request);
    request->in_call = false;
    if (!request->operation_done) return;  // the completion goes on from here
  }
  Finish(*request);
}

void VirtioBlk::StartOperation(const RequestPtr& request) {
  const auto done = [this, request, alive = std::weak_ptr(alive_)](BlockStatus status) {
    if (alive.expired()) return;
    if (status != BlockStatus::kOk) request->status = kIoError;
    request->operation_done = true;
    if (!request->in_call) Run(request);
  };
  if (request->type == kFlush) return port_.Flush(done);
  request->piece.resize(static_cast<size_t>(std::min(request->remaining, kPieceBytes)));
  if (request->type == kIn) return port_.Read(request->disk_offset, request->piece, done);
  request->chain.readable.CopyOut(transport().bus(), request->buffer_offset, request->piece);
  port_.Write(request->disk_offset, request->piece, done);
}

void VirtioBlk::EndOperation(Request& request) {
  const u64 count = request.piece.size();
  if (request.type == kIn && request.status == kOk && request.generation == generation_) {
    request.chain.writable.CopyIn(transport().bus(), request.buffer_offset, request.piece);
    request.written += static_cast<u32>(count);
  }
  request.disk_offset += count;
  request.buffer_offset += count;
  request.remaining -= count;
}

void VirtioBlk::Finish(Request& request) {
  in_flight_--;
  if (request.generation != generation_) return;
  const VirtioBuffer& writable = request.chain.writable;
  writable.CopyIn(transport().bus(), writable.size_bytes() - 1, {&request.status, 1});
  transport().Return(request.queue, request.chain, request.written + 1);
}

constexpr PropertyDef kProperties[] = {
    {"drive", PropertyType::kDrive, "", "the -drive whose contents the disk has"},
    {"serial", PropertyType::kText, "", "serial number, at most 20 characters"},
    {"logical_block_size", PropertyType::kSize, "512", "512 or 4096"},
};

Result<std::unique_ptr<Device>> Create(const DeviceContext& context) {
  if (context.block == nullptr) return Error{context.name + ": drive= must name a -drive"};
  const std::string& serial = context.properties.text("serial");
  if (serial.size() > kIdBytes) return Error{context.name + ": serial= has at most 20 characters"};
  const u64 block_size = context.properties.number("logical_block_size");
  if (block_size != 512 && block_size != 4096)
    return Error{context.name + ": logical_block_size= is 512 or 4096"};
  return MakeVirtioMmio(context,
                        std::make_unique<VirtioBlk>(*context.block, serial, static_cast<u32>(block_size)));
}

}  // namespace

constexpr DeviceType kVirtioBlkType{
    .name = kTypeName,
    .description = "virtio disk",
    .bus = kVirtioMmioBus,
    .properties = kProperties,
    .outputs = kVirtioMmioOutputs,
    .default_window_bytes = kVirtioMmioWindowBytes,
    .fdt = kVirtioMmioFdt,
    .create = Create,
};

}  // namespace emboard
