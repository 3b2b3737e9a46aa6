#include "simulator/retiming.h"

#include <cstddef>
#include <cstdint>
#include <utility>

namespace videojobs::simulator {
namespace {

constexpr size_t kHeader = 8;  // A box's size and type.

uint32_t Read32(const std::string& bytes, size_t at) {
  uint32_t value = 0;
  for (size_t i = 0; i < 4; ++i) value = value << 8 | static_cast<unsigned char>(bytes[at + i]);
  return value;
}

void Write32(std::string& bytes, size_t at, uint32_t value) {
  for (size_t i = 0; i < 4; ++i) bytes[at + i] = static_cast<char>(value >> (24 - 8 * i));
}

class Index {
 public:
  Index(std::string bytes, int seconds, int shrink)
      : bytes_(std::move(bytes)),
        milliseconds_(static_cast<uint32_t>(seconds) * 1000),
        shrink_(static_cast<uint32_t>(shrink)) {}

  std::string Change() {
    ChangeBoxes(0, bytes_.size());
    return std::move(bytes_);
  }

 private:
  void ChangeBoxes(size_t begin, size_t end) {
    for (size_t at = begin; at + kHeader <= end; at += Read32(bytes_, at)) {
      const size_t size = Read32(bytes_, at);
      if (size < kHeader) return;
      ChangeBox(std::string_view(bytes_).substr(at + 4, 4), at + kHeader, at + size);
    }
  }

  void ChangeBox(std::string_view type, size_t body, size_t end) {
    for (const std::string_view container : {"moov", "trak", "mdia", "edts"}) {
      if (type == container) return ChangeBoxes(body, end);
    }
    if (type == "mvhd") {
      old_milliseconds_ = Read32(bytes_, body + 16);
      Write32(bytes_, body + 16, milliseconds_);
    }
    if (type == "tkhd") ChangeTrack(body);
    if (type == "elst") Write32(bytes_, body + 8, milliseconds_);
    // The samples keep their durations in ticks, and the ticks change.
    if (type == "mdhd") {
      const uint64_t ticks = Read32(bytes_, body + 12);
      Write32(bytes_, body + 12, static_cast<uint32_t>(ticks * old_milliseconds_ / milliseconds_));
    }
  }

  void ChangeTrack(size_t body) {
    Write32(bytes_, body + 20, milliseconds_);
    for (const size_t side : {76, 80}) Write32(bytes_, body + side, Read32(bytes_, body + side) / shrink_);
  }

  std::string bytes_;
  const uint32_t milliseconds_;
  const uint32_t shrink_;
  uint32_t old_milliseconds_ = 0;
};

size_t EndOfIndex(const std::string& video) {
  size_t at = 0;
  while (at + kHeader <= video.size()) {
    const bool is_index = video.compare(at + 4, 4, "moov") == 0;
    at += Read32(video, at);
    if (is_index) return at;
  }
  return 0;
}

}  // namespace

std::string Retimed(std::string_view video, int seconds, int shrink) {
  std::string bytes(video);
  bytes.resize(EndOfIndex(bytes));
  return Index(std::move(bytes), seconds, shrink).Change();
}

}  // namespace videojobs::simulator
