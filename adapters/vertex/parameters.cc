#include "adapters/vertex/parameters.h"

#include <algorithm>
#include <string>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/string_view.h"
#include "adapters/google/json.h"
#include "adapters/vertex/names.h"

namespace videojobs::vertex {
namespace {

using google::IntOf;
using google::Json;
using google::TextOf;

// https://cloud.google.com/vertex-ai/generative-ai/docs/deploy/labels#label_requirements
constexpr std::size_t kMostLabels = 64;
constexpr std::size_t kLongestLabel = 63;
constexpr int kMostFrames = 120;

absl::Status Wrong(absl::string_view name, absl::string_view right) {
  return absl::InvalidArgumentError(absl::StrCat(name, " must be ", right));
}

bool IsLabelText(absl::string_view text) {
  return text.size() <= kLongestLabel && std::all_of(text.begin(), text.end(), [](char c) {
           return absl::ascii_islower(c) || absl::ascii_isdigit(c) || c == '_' || c == '-';
         });
}

bool IsTopic(const std::string& name) {
  const std::vector<std::string> parts = absl::StrSplit(name, '/');
  return parts.size() == 4 && parts[0] == "projects" && IsProject(parts[1]) && parts[2] == "topics" &&
         !parts[3].empty();
}

absl::Status ReadLabels(const Json& value, Parameters& out) {
  constexpr absl::string_view kRight =
      "an object of at most 64 labels, each of lowercase letters, digits, _ and -, 63 at most, its key led by a letter";
  if (!value.is_object() || value.size() > kMostLabels) return Wrong("labels", kRight);
  for (const auto& [key, text] : value.items()) {
    const bool is_right = !key.empty() && absl::ascii_islower(key[0]) && IsLabelText(key) && text.is_string() &&
                          IsLabelText(TextOf(text));
    if (!is_right) return Wrong("labels", kRight);
    out.labels[key] = TextOf(text);
  }
  return absl::OkStatus();
}

absl::Status Read(const std::string& name, const Json& value, Parameters& out) {
  if (name == "compressionQuality") {
    out.compression_quality = TextOf(value);
    const bool is_right = out.compression_quality == "OPTIMIZED" || out.compression_quality == "LOSSLESS";
    return is_right ? absl::OkStatus() : Wrong(name, "\"OPTIMIZED\" or \"LOSSLESS\"");
  }
  if (name == "enhancePrompt") {
    if (!value.is_boolean()) return Wrong(name, "true or false");
    out.enhance_prompt = value.get<bool>();
    return absl::OkStatus();
  }
  if (name == "fps") {
    out.fps = IntOf(value);
    return *out.fps >= 1 && *out.fps <= kMostFrames ? absl::OkStatus() : Wrong(name, "an integer from 1 to 120");
  }
  if (name == "pubsubTopic") {
    out.pubsub_topic = TextOf(value);
    return IsTopic(out.pubsub_topic) ? absl::OkStatus() : Wrong(name, "like \"projects/PROJECT/topics/TOPIC\"");
  }
  if (name == "labels") return ReadLabels(value, out);
  return absl::InvalidArgumentError(absl::StrCat(
      "\"", google::Repaired(name), "\" is none of compressionQuality, enhancePrompt, fps, pubsubTopic and labels"));
}

}  // namespace

absl::StatusOr<Parameters> ParseParameters(absl::string_view text) {
  Parameters parameters;
  if (text.empty()) return parameters;
  const Json given = google::ParseJson(text);
  if (!given.is_object()) {
    return absl::InvalidArgumentError("is no JSON object; it must be like {\"compressionQuality\": \"LOSSLESS\"}");
  }
  for (const auto& [name, value] : given.items()) {
    if (absl::Status read = Read(name, value, parameters); !read.ok()) return read;
  }
  return parameters;
}

}  // namespace videojobs::vertex
