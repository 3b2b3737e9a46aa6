// A listing of the object store: the video that is taken out of it lies in the folder that was asked for.

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "adapters/vertex/object_store.h"
#include "tests/fuzz/fuzz.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace videojobs;
  const vertex::Folder folder{"bucket", "videos/start-1/"};
  const auto video = vertex::FirstVideoIn(folder, fuzz::AsText(data, size));
  if (!video.ok()) {
    FUZZ_EXPECT(absl::IsNotFound(video.status()) || absl::IsUnavailable(video.status()));
    return 0;
  }
  FUZZ_EXPECT(absl::StartsWith(*video, "gs://bucket/videos/start-1/") && absl::EndsWith(*video, ".mp4"));
  for (const char c : *video) FUZZ_EXPECT(absl::ascii_isgraph(static_cast<unsigned char>(c)));
  return 0;
}
