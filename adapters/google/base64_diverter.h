#ifndef VIDEOJOBS_ADAPTERS_GOOGLE_BASE64_DIVERTER_H_
#define VIDEOJOBS_ADAPTERS_GOOGLE_BASE64_DIVERTER_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "adapters/byte_stream.h"
#include "adapters/google/base64_decoder.h"

namespace videojobs::google {

// The members in which an answer may carry whole videos: Veo's on either door, and Omni's.
inline constexpr absl::string_view kVeoVideoKeys[] = {"encodedVideo", "bytesBase64Encoded"};
inline constexpr absl::string_view kOmniVideoKeys[] = {"data"};

// Takes a JSON text as it arrives and keeps it small: the values of such members are taken out ("" is left in their
// place) and decoded, the first one into a sink. One is not the video where its object has said before that its "type"
// is something else, as Omni's contents do; what says so after its bytes cannot be told in time, and is for the check
// of the MP4 to refuse. It knows as much of JSON as strings and keys need
// (https://www.rfc-editor.org/rfc/rfc8259#section-7): what is left is for a parser to judge. Used by one thread.
class Base64Diverter : public ByteSink {
 public:
  // `video` is borrowed; null: videos are checked and forgotten.
  explicit Base64Diverter(ByteSink* video, std::size_t max_json_bytes = std::size_t{1} << 20,
                          absl::Span<const absl::string_view> video_keys = kVeoVideoKeys);

  // DATA_LOSS: a video is not base64. RESOURCE_EXHAUSTED: the rest is longer than `max_json_bytes`. Else what the sink
  // says.
  absl::Status Write(absl::string_view bytes) override;

  // The text without its videos. Whether it is complete only a parser can say: a broken-off video leaves it broken.
  const std::string& json() const { return json_; }
  // The first video's size; 0 where there was none.
  std::int64_t video_bytes() const { return first_.decoded_bytes(); }

 private:
  enum class State {
    kBetween,  // outside of strings
    kString,   // in a string that stays
    kVideo,    // in a string that is taken out
  };

  absl::Status Keep(char c);
  absl::Status Between(char c);
  absl::Status InString(char c);
  absl::Status InVideo(char c);
  absl::Status EscapedInVideo(char c);
  void BeginVideo();
  Base64Decoder& Decoder() { return into_first_ ? first_ : others_; }

  bool IsVideoKey(absl::string_view key) const;

  const std::size_t max_json_bytes_;
  const absl::Span<const absl::string_view> video_keys_;
  std::string json_;
  State state_ = State::kBetween;
  bool escaped_ = false;        // the character before was a backslash
  int hex_digits_missing_ = 0;  // of \uXXXX in a video
  unsigned code_point_ = 0;
  std::string last_string_;                 // what a ':' would make a key, as far as it can matter
  bool after_string_ = false;               // only white space since that string
  bool value_of_video_ = false;             // a ':' after a key of a video, only white space since
  bool value_of_type_ = false;              // likewise after the key "type"
  std::vector<bool> of_other_type_{false};  // for each open object, the outermost first: its type is no video's
  bool first_seen_ = false;
  bool into_first_ = false;
  Base64Decoder first_;
  Base64Decoder others_;
};

}  // namespace videojobs::google

#endif  // VIDEOJOBS_ADAPTERS_GOOGLE_BASE64_DIVERTER_H_
