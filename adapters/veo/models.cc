#include "adapters/veo/models.h"

#include <algorithm>
#include <optional>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/strip.h"
#include "adapters/veo/names.h"

namespace videojobs::veo {
namespace {

// Of models that are not in the table, to bound what is put into a request.
constexpr int kLongestDuration = 60;

template <typename List, typename Value>
bool Contains(const List& list, const Value& value) {
  return std::find(list.begin(), list.end(), value) != list.end();
}

std::optional<std::size_t> ResolutionIndex(absl::string_view resolution) {
  const auto found = std::find(kResolutions.begin(), kResolutions.end(), resolution);
  if (found == kResolutions.end()) return std::nullopt;
  return static_cast<std::size_t>(found - kResolutions.begin());
}

std::vector<absl::string_view> ResolutionsOf(const Model& model) {
  std::vector<absl::string_view> resolutions;
  for (std::size_t i = 0; i < kResolutions.size(); ++i) {
    if (model.makes[i]) resolutions.push_back(kResolutions[i]);
  }
  return resolutions;
}

// What is wrong with a length for this model; empty: nothing.
std::string DurationProblem(const Model* model, absl::string_view resolution, int seconds) {
  if (model == nullptr) {
    if (seconds >= 1 && seconds <= kLongestDuration) return "";
    return absl::StrCat("is ", seconds, " seconds; must be 1 to ", kLongestDuration);
  }
  if (!Contains(kDurations, seconds)) {
    return absl::StrCat("is ", seconds, " seconds; ", model->id, " makes ", absl::StrJoin(kDurations, ", "),
                        " seconds");
  }
  if (resolution == "720p" || seconds == 8) return "";
  return absl::StrCat("is ", seconds, " seconds; ", model->id, " makes ", resolution, " in 8 seconds only");
}

void CheckModelsOwn(const Model& model, const VideoOptions& options, std::vector<Violation>& violations) {
  const std::vector<absl::string_view> resolutions = ResolutionsOf(model);
  if (!Contains(resolutions, absl::string_view(options.resolution))) {
    violations.push_back({"options.resolution", absl::StrCat("is \"", options.resolution, "\"; ", model.id, " makes ",
                                                             absl::StrJoin(resolutions, ", "))});
  }
  if (!Contains(kAspectRatios, absl::string_view(options.aspect_ratio))) {
    violations.push_back({"options.aspect_ratio", absl::StrCat("is \"", options.aspect_ratio, "\"; must be ",
                                                               absl::StrJoin(kAspectRatios, " or "))});
  }
  if (!model.negative_prompt && !options.negative_prompt.empty()) {
    violations.push_back({"options.negative_prompt", absl::StrCat(model.id, " takes none; leave it out")});
  }
}

}  // namespace

const Model* FindModel(absl::string_view name) {
  absl::ConsumePrefix(&name, "models/");
  const auto found = std::find_if(kModels.begin(), kModels.end(),
                                  [&](const Model& model) { return model.short_name == name || model.id == name; });
  return found == kModels.end() ? nullptr : &*found;
}

std::string ModelId(absl::string_view name) {
  if (const Model* model = FindModel(name)) return std::string(model->id);
  return std::string(absl::StripPrefix(name, "models/"));
}

std::vector<Violation> Check(const VideoOptions& options, const std::vector<Scene>& scenes) {
  std::vector<Violation> violations;
  const Model* model = FindModel(options.model);
  if (!IsModelId(ModelId(options.model))) {
    violations.push_back(
        {"options.model", "is not a model's name; must be one as \"veo-3.1\" or \"veo-3.1-generate-preview\""});
  }
  if (model != nullptr) CheckModelsOwn(*model, options, violations);
  if (options.seed) {
    // Google's own SDK refuses a seed on this API: https://github.com/googleapis/js-genai
    violations.push_back({"options.seed", "Veo on the Gemini API takes none; leave it out"});
  }
  if (std::string problem = DurationProblem(model, options.resolution, options.duration_seconds); !problem.empty()) {
    violations.push_back({"options.duration_seconds", std::move(problem)});
  }
  for (std::size_t i = 0; i < scenes.size(); ++i) {
    if (scenes[i].prompt.empty()) {
      violations.push_back({absl::StrCat("scenes[", i, "].prompt"), "is empty; must say what to show"});
    }
    if (std::string problem = DurationProblem(model, options.resolution, scenes[i].duration_seconds);
        !problem.empty()) {
      violations.push_back({absl::StrCat("scenes[", i, "].duration_seconds"), std::move(problem)});
    }
  }
  return violations;
}

absl::Duration UsualTime(const VideoOptions& options) {
  const Model* model = FindModel(options.model);
  const std::size_t resolution = ResolutionIndex(options.resolution).value_or(0);
  return absl::Seconds((model != nullptr ? *model : kModels.front()).usual_seconds[resolution]);
}

}  // namespace videojobs::veo
