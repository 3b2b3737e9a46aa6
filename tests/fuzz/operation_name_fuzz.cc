// A name that is accepted, at any door, is safe as a URL's path as it is, and so are folders of the object store.

#include <string>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "adapters/google/gemini_api.h"
#include "adapters/google/names.h"
#include "adapters/http/url.h"
#include "adapters/interactions/names.h"
#include "adapters/veo/names.h"
#include "adapters/vertex/names.h"
#include "tests/fuzz/fuzz.h"

namespace {

void ExpectSafeInPath(absl::string_view path) {
  const auto url = videojobs::http::ParseUrl(absl::StrCat("https://example.com/v1beta/", path));
  FUZZ_EXPECT(url.ok());
  FUZZ_EXPECT(url->host == "example.com" && url->query.empty());
  FUZZ_EXPECT(url->path == absl::StrCat("/v1beta/", path));
}

// The location becomes a part of a host's name, the folder one of a path in the object store.
void ExpectVertexNamesSound(absl::string_view text) {
  using namespace videojobs;
  if (const auto name = vertex::ParseOperationName(text)) {
    FUZZ_EXPECT(text.size() <= google::kMaxOperationName);
    FUZZ_EXPECT(vertex::IsLocation(name->location) && vertex::IsProject(name->project));
    FUZZ_EXPECT(text == absl::StrCat("projects/", name->project, "/locations/", name->location,
                                     "/publishers/google/models/", name->model, "/operations/", name->id));
    ExpectSafeInPath(text);
    const auto host = http::ParseUrl(vertex::BaseUrlOf(name->location));
    FUZZ_EXPECT(host.ok() && host->scheme == "https" && absl::EndsWith(host->host, "googleapis.com"));
  }
  if (const auto folder = vertex::ParseFolder(text)) {
    FUZZ_EXPECT(!folder->bucket.empty() && (folder->prefix.empty() || absl::EndsWith(folder->prefix, "/")));
    const auto again = vertex::ParseFolder(vertex::ToString(*folder));
    FUZZ_EXPECT(again && again->bucket == folder->bucket && again->prefix == folder->prefix);
    FUZZ_EXPECT(absl::StartsWith(vertex::FolderOf(*folder, "start-1").prefix, folder->prefix));
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace videojobs;
  const absl::string_view text = fuzz::AsText(data, size);
  if (veo::IsOperationName(text)) {
    FUZZ_EXPECT(text.size() <= google::kMaxOperationName);
    ExpectSafeInPath(text);
  }
  if (interactions::IsOperationName(text)) {
    FUZZ_EXPECT(text.size() <= google::kMaxOperationName);
    ExpectSafeInPath(text);
  }
  ExpectVertexNamesSound(text);
  if (google::IsModelId(text)) ExpectSafeInPath(absl::StrCat("models/", text));
  if (const auto id = google::FileIdIn(text)) ExpectSafeInPath(absl::StrCat("files/", *id));
  return 0;
}
