#include "native-backend/host/gzip.h"

#include <zlib.h>

#include <string>

namespace emboard {
namespace {

constexpr size_t kChunkBytes = 256 * 1024;
constexpr int kGzipWindowBits = 16 + MAX_WBITS;  // zlib.h, inflateInit2: 16 asks for a gzip header

/// Inflates into `out` until the stream ends; the return value is zlib's.
int InflateAll(z_stream& stream, std::vector<u8>& out, u64 max_bytes) {
  std::vector<u8> chunk(kChunkBytes);
  int status = Z_OK;
  while (status == Z_OK && out.size() <= max_bytes) {
    stream.next_out = chunk.data();
    stream.avail_out = static_cast<uInt>(chunk.size());
    status = inflate(&stream, Z_NO_FLUSH);
    out.insert(out.end(), chunk.data(), stream.next_out);
  }
  return status;
}

}  // namespace

Result<std::vector<u8>> Gunzip(std::span<const u8> bytes, u64 max_bytes) {
  z_stream stream{};
  if (bytes.size() > UINT32_MAX || inflateInit2(&stream, kGzipWindowBits) != Z_OK) {
    return Error{"the gzip data is too large to unpack"};
  }
  stream.next_in = const_cast<u8*>(bytes.data());  // zlib does not write to it
  stream.avail_in = static_cast<uInt>(bytes.size());
  std::vector<u8> out;
  const int status = InflateAll(stream, out, max_bytes);
  inflateEnd(&stream);
  if (out.size() > max_bytes)
    return Error{"the gzip data unpacks to more than " + std::to_string(max_bytes >> 20) + " MiB"};
  if (status == Z_BUF_ERROR) return Error{"the gzip data ends too early (is the file truncated?)"};
  if (status != Z_STREAM_END) return Error{"the gzip data is damaged"};
  return out;
}

}  // namespace emboard
