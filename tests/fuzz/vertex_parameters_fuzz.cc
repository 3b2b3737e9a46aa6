// VIDEOJOBS_VERTEX_PARAMETERS: what is read is within its bounds, and a start that says it is JSON.

#include "absl/strings/match.h"
#include "adapters/google/json.h"
#include "adapters/vertex/parameters.h"
#include "adapters/vertex/wire.h"
#include "tests/fuzz/fuzz.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace videojobs;
  const auto parameters = vertex::ParseParameters(fuzz::AsText(data, size));
  if (!parameters.ok()) {
    FUZZ_EXPECT(absl::IsInvalidArgument(parameters.status()) && !parameters.status().message().empty());
    return 0;
  }
  FUZZ_EXPECT(!parameters->fps || (*parameters->fps >= 1 && *parameters->fps <= 120));
  FUZZ_EXPECT(parameters->labels.size() <= 64);
  const google::Json body = google::ParseJson(vertex::StartBody({"start-1", {}, {"a scene", 6}, ""}, "", *parameters));
  FUZZ_EXPECT(body.is_object() && body.contains("parameters"));
  FUZZ_EXPECT(!body["parameters"].contains("sampleCount") || body["parameters"]["sampleCount"] == 1);
  return 0;
}
