#ifndef VIDEOJOBS_ADAPTERS_GOOGLE_BASE64_DECODER_H_
#define VIDEOJOBS_ADAPTERS_GOOGLE_BASE64_DECODER_H_

#include <array>
#include <cstdint>
#include <string>

#include "absl/status/status.h"
#include "adapters/byte_stream.h"

namespace videojobs::google {

// What is wrong with text that is no base64.
absl::Status NotBase64();

// Decodes standard padded base64 (https://www.rfc-editor.org/rfc/rfc4648#section-4), which is what protocol buffers
// write for bytes in JSON (https://protobuf.dev/programming-guides/json/), character by character into a sink. Strict:
// no white space, no other alphabet, padding where it belongs, no stray bits. Used by one thread.
class Base64Decoder {
 public:
  // `sink` is borrowed; null: the bytes are checked, counted and forgotten.
  explicit Base64Decoder(ByteSink* sink) : sink_(sink) {}

  // DATA_LOSS: not base64. Else what the sink says.
  absl::Status Put(char c);
  // The text is complete. DATA_LOSS: it breaks off.
  absl::Status Finish();

  std::int64_t decoded_bytes() const { return decoded_bytes_; }

 private:
  absl::Status DecodeGroup();
  absl::Status Flush();

  ByteSink* sink_;
  std::array<char, 4> group_{};
  int in_group_ = 0;
  bool padded_ = false;  // after "=" nothing may follow
  std::string pending_;
  std::int64_t decoded_bytes_ = 0;
};

}  // namespace videojobs::google

#endif  // VIDEOJOBS_ADAPTERS_GOOGLE_BASE64_DECODER_H_
