#include "server/provider_choice.h"

#include "absl/strings/match.h"

namespace videojobs {
namespace {

// Of a name that only one door has; empty: several do, or none that is known.
std::string DoorOfModel(const std::string& model) {
  if (model == "omni" || absl::StartsWith(model, "gemini-omni")) return "interactions";
  if (!absl::StartsWith(model, "veo-")) return "";
  if (absl::EndsWith(model, "-preview")) return "gemini";
  return absl::EndsWith(model, "-001") ? "vertex" : "";
}

}  // namespace

std::string ChooseProvider(const ProviderHints& hints) {
  if (std::string door = DoorOfModel(hints.model); !door.empty()) return door;
  if (hints.mock) return "gemini";
  if (hints.has_cloud) return "vertex";
  return hints.has_key && hints.model.empty() ? "interactions" : "gemini";
}

std::string DefaultModel(const std::string& provider) { return provider == "interactions" ? "omni" : "veo-3.1"; }

}  // namespace videojobs
