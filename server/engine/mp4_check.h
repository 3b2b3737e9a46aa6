#ifndef VIDEOJOBS_SERVER_ENGINE_MP4_CHECK_H_
#define VIDEOJOBS_SERVER_ENGINE_MP4_CHECK_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "adapters/byte_stream.h"
#include "adapters/sha256/sha256.h"

namespace videojobs {

// What an MP4 says about itself.
struct Mp4Facts {
  std::int64_t bytes = 0;
  std::string sha256;       // 64 lower-case hex digits
  absl::Duration duration;  // of the whole presentation, a day at most; zero where the file does not say
  bool has_video = false;
  bool has_audio = false;
};

// Whether a stream of bytes is a whole MP4, seen as it passes by: only a box's header and a few fields are kept,
// whatever sizes the file claims, and any bytes are safe. It looks at the container, not at pictures and sound.
// The boxes are those of ISO/IEC 14496-12; in public: https://developer.apple.com/documentation/quicktime-file-format
// Used by one thread.
class Mp4Check : public ByteSink {
 public:
  Mp4Check();

  // INVALID_ARGUMENT as soon as the bytes cannot be an MP4: another type of file, or boxes that contradict each other.
  // Every later call gives the same error.
  absl::Status Write(absl::string_view bytes) override;

  // Whether the first box is an MP4's: else what came is something else, not a broken video.
  bool BeganAsMp4() const { return began_; }

  // To be called once, after the last byte. DATA_LOSS: nothing came, or the file ends before its boxes do; another
  // download may mend it. INVALID_ARGUMENT: as Write(), or the file has no movie header or no media data.
  absl::StatusOr<Mp4Facts> Finish();

 private:
  // A box whose inside is looked at.
  struct Container {
    std::uint32_t type;
    std::uint64_t end;  // the offset of the first byte after it
  };

  absl::Status Take(absl::string_view& bytes);
  void Skip(absl::string_view& bytes);
  void LeaveEndedContainers();
  absl::Status FieldIsFull();
  absl::Status BeginBox();
  absl::Status OpenBox();
  absl::Status BeginContent(std::size_t size);
  absl::Status ReadMovieHeader();
  void ReadHandler();
  void SkipRest();
  absl::Status NotAnMp4() const;
  absl::Status CheckWhole() const;

  Sha256 hash_;
  absl::Status broken_;
  std::uint64_t offset_ = 0;  // of the next byte

  std::vector<Container> containers_;  // around the next byte, the file itself first: never more than four
  std::uint32_t box_ = 0;              // the box begun last, and the offset after it
  std::uint64_t box_end_ = 0;
  std::uint64_t skip_to_ = 0;  // bytes before this offset are of no interest

  std::array<char, 32> field_{};  // a box's header, or with `in_content_` the beginning of its content
  std::size_t have_ = 0;
  std::size_t want_ = 0;
  bool in_content_ = false;

  bool began_ = false;
  bool has_movie_ = false;
  bool has_movie_header_ = false;
  bool has_media_ = false;
  Mp4Facts facts_;
};

}  // namespace videojobs

#endif  // VIDEOJOBS_SERVER_ENGINE_MP4_CHECK_H_
