#include "adapters/google/base64_decoder.h"

#include <cstddef>

#include "absl/strings/string_view.h"

namespace videojobs::google {
namespace {

constexpr std::size_t kFlushBytes = std::size_t{48} << 10;
constexpr int kPadding = -2;

constexpr std::array<int, 256> MakeValues() {
  std::array<int, 256> values{};
  for (int& value : values) value = -1;
  constexpr char kAlphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  for (int i = 0; i < 64; ++i) values[static_cast<unsigned char>(kAlphabet[i])] = i;
  values['='] = kPadding;
  return values;
}

constexpr std::array<int, 256> kValues = MakeValues();

int ValueOf(char c) { return kValues[static_cast<unsigned char>(c)]; }

}  // namespace

absl::Status NotBase64() { return absl::DataLossError("the video inside the answer is not proper base64"); }

absl::Status Base64Decoder::Put(char c) {
  if (padded_ || ValueOf(c) == -1) return NotBase64();
  group_[static_cast<std::size_t>(in_group_++)] = c;
  if (in_group_ < 4) return absl::OkStatus();
  in_group_ = 0;
  return DecodeGroup();
}

absl::Status Base64Decoder::DecodeGroup() {
  const int a = ValueOf(group_[0]), b = ValueOf(group_[1]), c = ValueOf(group_[2]), d = ValueOf(group_[3]);
  padded_ = d == kPadding;
  const bool two_missing = c == kPadding;
  if (a < 0 || b < 0 || (two_missing && !padded_)) return NotBase64();
  const bool stray_bits = two_missing ? (b & 0xf) != 0 : padded_ && (c & 0x3) != 0;
  if (stray_bits) return NotBase64();
  pending_.push_back(static_cast<char>(a << 2 | b >> 4));
  if (!two_missing) pending_.push_back(static_cast<char>((b & 0xf) << 4 | c >> 2));
  if (!padded_) pending_.push_back(static_cast<char>((c & 0x3) << 6 | d));
  return pending_.size() >= kFlushBytes ? Flush() : absl::OkStatus();
}

absl::Status Base64Decoder::Finish() {
  if (in_group_ != 0) return NotBase64();
  return Flush();
}

absl::Status Base64Decoder::Flush() {
  decoded_bytes_ += static_cast<std::int64_t>(pending_.size());
  absl::Status written = absl::OkStatus();
  if (sink_ != nullptr && !pending_.empty()) written = sink_->Write(pending_);
  pending_.clear();
  return written;
}

}  // namespace videojobs::google
