// The names that Veo's operations have on Vertex AI, and the hosts that serve them. Pure.
#ifndef VIDEOJOBS_ADAPTERS_VERTEX_NAMES_H_
#define VIDEOJOBS_ADAPTERS_VERTEX_NAMES_H_

#include <optional>
#include <string>

#include "absl/strings/string_view.h"

namespace videojobs::vertex {

// "projects/{project}/locations/{location}/publishers/google/models/{model}/operations/{id}", taken apart.
struct OperationName {
  std::string project;
  std::string location;
  std::string model;
  std::string id;
};
std::optional<OperationName> ParseOperationName(absl::string_view name);
// The {model} of such a name; empty: it is none.
std::string ModelOf(absl::string_view name);

// Letters, digits and '-', e.g. "us-central1", "global": safe as a part of a host's name.
bool IsLocation(absl::string_view text);
// As Google's are, also "example.com:name".
bool IsProject(absl::string_view text);

// Of regions ("us-central1"), multi-regions ("us", "eu") and "global".
// https://cloud.google.com/vertex-ai/generative-ai/docs/learn/locations
std::string BaseUrlOf(absl::string_view location);

// A folder in Google's object store: "gs://{bucket}/{prefix}/", also without a prefix.
struct Folder {
  std::string bucket;
  std::string prefix;  // empty, or ends with '/'
};
std::optional<Folder> ParseFolder(absl::string_view uri);
std::string ToString(const Folder& folder);

// The folder into which a start of this id writes: below `output`, and nobody else's.
Folder FolderOf(const Folder& output, absl::string_view start_id);

}  // namespace videojobs::vertex

#endif  // VIDEOJOBS_ADAPTERS_VERTEX_NAMES_H_
