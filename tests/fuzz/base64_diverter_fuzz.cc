// Cutting a text anywhere changes nothing, and a video comes out as it went in.

#include <string>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "adapters/google/base64_diverter.h"
#include "tests/fuzz/fuzz.h"
#include "tests/support/string_sink.h"

namespace videojobs::google {
namespace {

struct Diverted {
  absl::StatusCode code = absl::StatusCode::kOk;
  std::string json;
  std::string video;
  std::int64_t video_bytes = 0;

  bool operator==(const Diverted&) const = default;
};

Diverted Divert(absl::string_view text, std::size_t piece) {
  StringSink video;
  Base64Diverter diverter(&video, 4096);
  Diverted diverted;
  while (!text.empty() && diverted.code == absl::StatusCode::kOk) {
    diverted.code = diverter.Write(text.substr(0, piece)).code();
    text.remove_prefix(std::min(piece, text.size()));
  }
  if (diverted.code != absl::StatusCode::kOk) return {diverted.code, "", "", 0};
  return {diverted.code, diverter.json(), video.text, diverter.video_bytes()};
}

}  // namespace
}  // namespace videojobs::google

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace videojobs;
  const absl::string_view text = fuzz::AsText(data, size);
  const google::Diverted whole = google::Divert(text, text.size() + 1);
  FUZZ_EXPECT(google::Divert(text, 1) == whole);
  FUZZ_EXPECT(google::Divert(text, 7) == whole);
  FUZZ_EXPECT(whole.json.size() <= text.size() && whole.video.size() <= text.size());

  const google::Diverted video =
      google::Divert(absl::StrCat(R"({"encodedVideo":")", absl::Base64Escape(text), R"("})"), 5);
  FUZZ_EXPECT(video.video == text && video.video_bytes == static_cast<std::int64_t>(size));
  FUZZ_EXPECT(video.json == R"({"encodedVideo":""})");
  return 0;
}
