#include "adapters/google/base64_diverter.h"

#include <algorithm>

#include "absl/strings/ascii.h"

namespace videojobs::google {
namespace {

constexpr std::size_t kLongestKey = 18;

bool IsJsonSpace(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }

}  // namespace

Base64Diverter::Base64Diverter(ByteSink* video, std::size_t max_json_bytes,
                               absl::Span<const absl::string_view> video_keys)
    : max_json_bytes_(max_json_bytes), video_keys_(video_keys), first_(video), others_(nullptr) {}

bool Base64Diverter::IsVideoKey(absl::string_view key) const {
  return std::find(video_keys_.begin(), video_keys_.end(), key) != video_keys_.end();
}

absl::Status Base64Diverter::Write(absl::string_view bytes) {
  for (const char c : bytes) {
    const absl::Status taken = state_ == State::kBetween  ? Between(c)
                               : state_ == State::kString ? InString(c)
                                                          : InVideo(c);
    if (!taken.ok()) return taken;
  }
  return absl::OkStatus();
}

absl::Status Base64Diverter::Keep(char c) {
  if (json_.size() >= max_json_bytes_) {
    return absl::ResourceExhaustedError("the answer is far longer than an answer about an operation");
  }
  json_.push_back(c);
  return absl::OkStatus();
}

absl::Status Base64Diverter::Between(char c) {
  if (c == '"') {
    state_ = value_of_video_ ? State::kVideo : State::kString;
    if (value_of_video_) BeginVideo();
    last_string_.clear();
    value_of_video_ = after_string_ = false;
  } else if (c == ':') {
    value_of_video_ = after_string_ && IsVideoKey(last_string_);
    value_of_type_ = after_string_ && last_string_ == "type";
    after_string_ = false;
  } else if (!IsJsonSpace(c)) {
    value_of_video_ = value_of_type_ = after_string_ = false;
    if (c == '{') of_other_type_.push_back(false);
    if (c == '}' && of_other_type_.size() > 1) of_other_type_.pop_back();
  }
  return Keep(c);
}

void Base64Diverter::BeginVideo() {
  into_first_ = !first_seen_ && !of_other_type_.back();
  first_seen_ = first_seen_ || into_first_;
  if (!into_first_) others_ = Base64Decoder(nullptr);
}

absl::Status Base64Diverter::InString(char c) {
  if (escaped_) {
    escaped_ = false;
  } else if (c == '\\') {
    escaped_ = true;
  } else if (c == '"') {
    state_ = State::kBetween;
    if (value_of_type_) of_other_type_.back() = last_string_ != "video";
    value_of_type_ = false;
    after_string_ = true;
    return Keep(c);
  }
  if (last_string_.size() <= kLongestKey) last_string_.push_back(c);
  return Keep(c);
}

absl::Status Base64Diverter::InVideo(char c) {
  if (escaped_ || hex_digits_missing_ > 0) return EscapedInVideo(c);
  if (c == '\\') {
    escaped_ = true;
    return absl::OkStatus();
  }
  if (c != '"') return Decoder().Put(c);
  state_ = State::kBetween;
  if (absl::Status finished = Decoder().Finish(); !finished.ok()) return finished;
  return Keep(c);
}

// Of JSON's escapes base64 can meet "\/", and "=" or "+" written as \u003d or \u002b for the sake of HTML.
absl::Status Base64Diverter::EscapedInVideo(char c) {
  if (escaped_) {
    escaped_ = false;
    if (c == '/') return Decoder().Put(c);
    if (c != 'u') return NotBase64();
    hex_digits_missing_ = 4;
    code_point_ = 0;
    return absl::OkStatus();
  }
  if (!absl::ascii_isxdigit(static_cast<unsigned char>(c))) return NotBase64();
  const unsigned digit = absl::ascii_isdigit(static_cast<unsigned char>(c))
                             ? static_cast<unsigned>(c - '0')
                             : static_cast<unsigned>(absl::ascii_tolower(static_cast<unsigned char>(c)) - 'a') + 10;
  code_point_ = code_point_ * 16 + digit;
  if (--hex_digits_missing_ > 0) return absl::OkStatus();
  return code_point_ < 0x80 ? Decoder().Put(static_cast<char>(code_point_)) : NotBase64();
}

}  // namespace videojobs::google
