#include "tests/support/tiny_mp4.h"

#include <cstdint>
#include <string>

#include "absl/strings/str_cat.h"

namespace videojobs {
namespace {

constexpr std::uint32_t kTimescale = 1000;
constexpr std::uint32_t kWidth = 1280;
constexpr std::uint32_t kHeight = 720;

std::string U16(std::uint32_t value) { return {static_cast<char>(value >> 8), static_cast<char>(value)}; }
std::string U32(std::uint32_t value) { return U16(value >> 16) + U16(value & 0xffff); }
std::string Zeros(std::size_t count) { return std::string(count, '\0'); }

std::string Box(absl::string_view type, absl::string_view body) {
  return absl::StrCat(U32(static_cast<std::uint32_t>(8 + body.size())), type, body);
}

std::string FullBox(absl::string_view type, std::uint32_t flags, absl::string_view body) {
  return Box(type, absl::StrCat(U32(flags), body));
}

std::string UnityMatrix() { return absl::StrCat(U32(0x10000), Zeros(12), U32(0x10000), Zeros(12), U32(0x40000000)); }

std::string MovieHeader(std::uint32_t duration) {
  return FullBox("mvhd", 0,
                 absl::StrCat(Zeros(8), U32(kTimescale), U32(duration), U32(0x10000), U16(0x100), Zeros(10),
                              UnityMatrix(), Zeros(24), U32(2)));
}

std::string TrackHeader(std::uint32_t duration) {
  constexpr std::uint32_t kEnabledAndInMovie = 3;
  return FullBox("tkhd", kEnabledAndInMovie,
                 absl::StrCat(Zeros(8), U32(1), Zeros(4), U32(duration), Zeros(16), UnityMatrix(), U32(kWidth << 16),
                              U32(kHeight << 16)));
}

// Motion JPEG, because its sample entry needs no decoder configuration.
std::string SampleEntry() {
  constexpr std::uint32_t k72Dpi = 0x480000;
  return Box("jpeg", absl::StrCat(Zeros(6), U16(1), Zeros(16), U16(kWidth), U16(kHeight), U32(k72Dpi), U32(k72Dpi),
                                  Zeros(4), U16(1), Zeros(32), U16(24), U16(0xffff)));
}

std::string EmptySampleTable() {
  return Box("stbl",
             absl::StrCat(FullBox("stsd", 0, U32(1) + SampleEntry()), FullBox("stts", 0, U32(0)),
                          FullBox("stsc", 0, U32(0)), FullBox("stsz", 0, Zeros(8)), FullBox("stco", 0, U32(0))));
}

std::string VideoTrack(std::uint32_t duration) {
  const std::string media_header =
      FullBox("mdhd", 0, absl::StrCat(Zeros(8), U32(kTimescale), U32(duration), U16(0x55c4), Zeros(2)));
  const std::string handler = FullBox("hdlr", 0, absl::StrCat(Zeros(4), "vide", Zeros(12), Zeros(1)));
  constexpr std::uint32_t kInThisFile = 1;
  const std::string data = Box("dinf", FullBox("dref", 0, absl::StrCat(U32(1), FullBox("url ", kInThisFile, ""))));
  const std::string information = Box("minf", absl::StrCat(FullBox("vmhd", 1, Zeros(8)), data, EmptySampleTable()));
  return Box("trak",
             absl::StrCat(TrackHeader(duration), Box("mdia", absl::StrCat(media_header, handler, information))));
}

}  // namespace

std::string TinyMp4(absl::Duration duration, absl::string_view mark) {
  const auto ticks = static_cast<std::uint32_t>(absl::ToInt64Milliseconds(duration));
  return absl::StrCat(Box("ftyp", absl::StrCat("isom", U32(0x200), "isommp42")),
                      Box("moov", absl::StrCat(MovieHeader(ticks), VideoTrack(ticks))), Box("mdat", mark));
}

}  // namespace videojobs
