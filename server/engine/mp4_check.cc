#include "server/engine/mp4_check.h"

#include <algorithm>
#include <cstdint>
#include <limits>
#include <string>

#include "absl/status/status.h"
#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"

namespace videojobs {
namespace {

constexpr std::uint64_t kToTheEnd = std::numeric_limits<std::uint64_t>::max();

constexpr std::uint32_t Type(const char (&name)[5]) {
  std::uint32_t type = 0;
  for (int i = 0; i < 4; ++i) type = type << 8 | static_cast<unsigned char>(name[i]);
  return type;
}

constexpr std::uint32_t kFile = 0;
constexpr std::uint32_t kFtyp = Type("ftyp");
constexpr std::uint32_t kMoov = Type("moov");
constexpr std::uint32_t kMvhd = Type("mvhd");
constexpr std::uint32_t kTrak = Type("trak");
constexpr std::uint32_t kMdia = Type("mdia");
constexpr std::uint32_t kHdlr = Type("hdlr");
constexpr std::uint32_t kMdat = Type("mdat");

// No generator makes more. A file may claim any number, and what it claims is stored, shown and sent on.
constexpr absl::Duration kLongestDuration = absl::Hours(24);

constexpr std::size_t kHeader = 8;
constexpr std::size_t kLongHeader = 16;   // with a size of 64 bits
constexpr std::size_t kMovieHeader = 20;  // up to the duration
constexpr std::size_t kLongMovieHeader = 32;
constexpr std::size_t kHandler = 12;  // up to the handler's type

std::uint64_t BigEndian(const char* bytes, int count) {
  std::uint64_t value = 0;
  for (int i = 0; i < count; ++i) value = value << 8 | static_cast<unsigned char>(bytes[i]);
  return value;
}

std::string Name(std::uint32_t type) {
  std::string name;
  for (int shift = 24; shift >= 0; shift -= 8) name.push_back(static_cast<char>(type >> shift & 0xff));
  return absl::StrCat("\"", absl::CHexEscape(name), "\"");
}

// Only these have an inside that matters here. Each lies in one parent, so that nesting is bounded.
bool IsContainer(std::uint32_t type, std::uint32_t parent) {
  return (type == kMoov && parent == kFile) || (type == kTrak && parent == kMoov) || (type == kMdia && parent == kTrak);
}

absl::Status Damaged(std::uint64_t offset, absl::string_view what) {
  return absl::InvalidArgumentError(absl::StrCat("damaged MP4: at byte ", offset, ", ", what));
}

absl::Status CutOff(std::uint64_t offset, std::uint32_t type, std::uint64_t end) {
  return absl::DataLossError(
      absl::StrCat("truncated MP4: it ends at byte ", offset, ", but its box ", Name(type), " goes to byte ", end));
}

}  // namespace

Mp4Check::Mp4Check() : containers_{{kFile, kToTheEnd}}, want_(kHeader) {}

absl::Status Mp4Check::Write(absl::string_view bytes) {
  if (broken_.ok()) hash_.Update(bytes);
  while (broken_.ok() && !bytes.empty()) broken_ = Take(bytes);
  return broken_;
}

absl::Status Mp4Check::Take(absl::string_view& bytes) {
  if (offset_ < skip_to_) {
    Skip(bytes);
    return absl::OkStatus();
  }
  if (have_ == 0 && !in_content_) LeaveEndedContainers();
  const std::size_t count = std::min(want_ - have_, bytes.size());
  std::copy_n(bytes.data(), count, field_.data() + have_);
  have_ += count;
  offset_ += count;
  bytes.remove_prefix(count);
  return have_ == want_ ? FieldIsFull() : absl::OkStatus();
}

void Mp4Check::Skip(absl::string_view& bytes) {
  const std::uint64_t count = std::min<std::uint64_t>(skip_to_ - offset_, bytes.size());
  if (box_ == kMdat && containers_.size() == 1) has_media_ = true;
  offset_ += count;
  bytes.remove_prefix(count);
}

void Mp4Check::LeaveEndedContainers() {
  while (containers_.back().end <= offset_) containers_.pop_back();
}

absl::Status Mp4Check::FieldIsFull() {
  if (!in_content_) return BeginBox();
  if (box_ == kMvhd) return ReadMovieHeader();
  ReadHandler();
  return absl::OkStatus();
}

absl::Status Mp4Check::BeginBox() {
  const std::uint64_t begin = offset_ - have_;
  const std::uint64_t parent_end = containers_.back().end;
  std::uint64_t size = BigEndian(field_.data(), 4);
  box_ = static_cast<std::uint32_t>(BigEndian(field_.data() + 4, 4));
  if (begin == 0 && box_ != kFtyp) return NotAnMp4();
  began_ = true;
  if (size == 1 && have_ == kHeader) {
    want_ = kLongHeader;
    return absl::OkStatus();
  }
  if (have_ == kLongHeader) size = BigEndian(field_.data() + kHeader, 8);
  if (size == 0 && have_ == kHeader && containers_.size() == 1 && box_ != 0) {
    box_end_ = kToTheEnd;
    return OpenBox();
  }
  if (size < have_) return Damaged(begin, absl::StrCat("the box ", Name(box_), " is smaller than its own header"));
  if (size > parent_end - begin)
    return Damaged(begin, absl::StrCat("the box ", Name(box_), " leaves the one around it"));
  box_end_ = std::min(begin + size, kToTheEnd - 1);
  return OpenBox();
}

absl::Status Mp4Check::OpenBox() {
  const std::uint32_t parent = containers_.back().type;
  if (box_ == kMoov && parent == kFile) {
    if (has_movie_) return Damaged(offset_ - have_, "a second box \"moov\" begins");
    has_movie_ = true;
  }
  if (box_ == kMvhd && parent == kMoov) return BeginContent(kMovieHeader);
  if (box_ == kHdlr && parent == kMdia) return BeginContent(kHandler);
  if (IsContainer(box_, parent)) {
    containers_.push_back({box_, box_end_});
    skip_to_ = offset_;
  } else {
    skip_to_ = box_end_;
  }
  have_ = 0;
  want_ = kHeader;
  return absl::OkStatus();
}

absl::Status Mp4Check::BeginContent(std::size_t size) {
  if (box_end_ - offset_ < size) return Damaged(offset_, absl::StrCat("the box ", Name(box_), " is too short"));
  have_ = 0;
  want_ = size;
  in_content_ = true;
  return absl::OkStatus();
}

absl::Status Mp4Check::ReadMovieHeader() {
  const int version = static_cast<unsigned char>(field_[0]);
  if (version > 1) return Damaged(offset_ - have_, absl::StrCat("the box \"mvhd\" has the unknown version ", version));
  if (version == 1 && have_ == kMovieHeader) {
    if (box_end_ - offset_ < kLongMovieHeader - kMovieHeader) return Damaged(offset_, "the box \"mvhd\" is too short");
    want_ = kLongMovieHeader;
    return absl::OkStatus();
  }
  const std::uint64_t scale = BigEndian(field_.data() + (version == 1 ? 20 : 12), 4);
  const std::uint64_t units = version == 1 ? BigEndian(field_.data() + 24, 8) : BigEndian(field_.data() + 16, 4);
  if (scale == 0) return Damaged(offset_ - have_, "the box \"mvhd\" has a time scale of zero");
  const std::uint64_t unknown = version == 1 ? kToTheEnd : std::numeric_limits<std::uint32_t>::max();
  if (units != unknown) {
    const absl::Duration said =
        absl::Seconds(static_cast<std::int64_t>(std::min(units / scale, kToTheEnd >> 1))) +
        absl::Seconds(1) * static_cast<std::int64_t>(units % scale) / static_cast<std::int64_t>(scale);
    facts_.duration = std::min(said, kLongestDuration);
  }
  has_movie_header_ = true;
  SkipRest();
  return absl::OkStatus();
}

void Mp4Check::ReadHandler() {
  const auto handler = static_cast<std::uint32_t>(BigEndian(field_.data() + 8, 4));
  facts_.has_video |= handler == Type("vide");
  facts_.has_audio |= handler == Type("soun");
  SkipRest();
}

void Mp4Check::SkipRest() {
  skip_to_ = box_end_;
  have_ = 0;
  want_ = kHeader;
  in_content_ = false;
}

absl::Status Mp4Check::NotAnMp4() const {
  const absl::string_view head(field_.data(), have_);
  const absl::string_view guess = head[0] == '<' ? " (HTML or XML)" : head[0] == '{' ? " (JSON)" : "";
  return absl::InvalidArgumentError(absl::StrCat("not an MP4: it begins with \"", absl::CHexEscape(head), "\"", guess,
                                                 "; an MP4's first box is \"ftyp\""));
}

absl::Status Mp4Check::CheckWhole() const {
  if (offset_ == 0) return absl::DataLossError("empty file: not a byte came");
  if (have_ > 0 && !in_content_) {
    return absl::DataLossError(absl::StrCat("truncated MP4: it ends at byte ", offset_, ", in a box's header"));
  }
  if (in_content_ || (offset_ < skip_to_ && skip_to_ != kToTheEnd)) return CutOff(offset_, box_, box_end_);
  for (const Container& container : containers_) {
    if (container.end > offset_ && container.end != kToTheEnd) return CutOff(offset_, container.type, container.end);
  }
  return absl::OkStatus();
}

absl::StatusOr<Mp4Facts> Mp4Check::Finish() {
  if (!broken_.ok()) return broken_;
  if (const absl::Status whole = CheckWhole(); !whole.ok()) return whole;
  if (!has_movie_header_) return absl::InvalidArgumentError("unusable MP4: it has no movie header (moov/mvhd)");
  if (!has_media_) return absl::InvalidArgumentError("unusable MP4: it has no media data (mdat)");
  facts_.bytes = static_cast<std::int64_t>(offset_);
  facts_.sha256 = hash_.FinishHex();
  return facts_;
}

}  // namespace videojobs
