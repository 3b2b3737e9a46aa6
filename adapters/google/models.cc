#include "adapters/google/models.h"

#include <algorithm>
#include <array>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/strip.h"
#include "adapters/google/names.h"

namespace videojobs::google {
namespace {

// Of models that are not in the table, to bound what is put into a request.
constexpr int kLongestDuration = 60;

constexpr std::array<absl::string_view, 2> kAspectRatios = {"16:9", "9:16"};
constexpr std::array kVeoSeconds = {4, 6, 8};
constexpr std::array kOmniSeconds = {3, 4, 5, 6, 7, 8, 9, 10};
// On the Gemini API text-to-video takes allow_all, in some countries allow_adult only.
constexpr std::array<absl::string_view, 2> kGeminiPersons = {"allow_all", "allow_adult"};
constexpr std::array<absl::string_view, 3> kVertexPersons = {"allow_adult", "allow_all", "dont_allow"};

// Sound included, billed for what was made and only that. Waiting: Google says 11 s to 6 min; single values are what
// users report.
constexpr std::array kVeo = {Quality{"720p", 400'000, 90}, Quality{"1080p", 400'000, 120, true},
                             Quality{"4k", 600'000, 330, true}};
constexpr std::array kVeoFast = {Quality{"720p", 100'000, 60}, Quality{"1080p", 120'000, 110, true},
                                 Quality{"4k", 300'000, 330, true}};
constexpr std::array kVeoLite = {Quality{"720p", 50'000, 60}, Quality{"1080p", 80'000, 110, true}};
// 5,792 tokens a second at $17.50 a million; of other resolutions no figure is public. The few tokens of its thoughts
// and of the prompt are not in it.
constexpr std::array kOmni = {Quality{"360p", 0, 25}, Quality{"720p", 101'360, 25}, Quality{"1080p", 0, 60},
                              Quality{"4k", 0, 180}};

constexpr absl::string_view kVideoGuide = "https://ai.google.dev/gemini-api/docs/video";
constexpr absl::string_view kPricing = "https://ai.google.dev/gemini-api/docs/pricing";
constexpr absl::string_view kVertexModel =
    "https://cloud.google.com/vertex-ai/generative-ai/docs/models/veo/3-1-generate";
constexpr absl::string_view kVertexPricing = "https://cloud.google.com/vertex-ai/generative-ai/pricing";
constexpr absl::string_view kOmniSource = "https://github.com/TanStack/ai/issues/886";

// Since then starts are refused with 404: https://docs.apiyi.com/en/live/2026-10/veo-3-1-preview-retired.md
// (unverified).
constexpr absl::string_view kGeminiVeoGone = "2026-10-22";

// Veo's prices on Vertex are believed to be those of the other door (unverified); without sound it asks less, which is
// not reckoned with.
constexpr std::array kModels = {
    Model{kGemini, "veo-3.1", "veo-3.1-generate-preview", kVeoSeconds, kVeo, kGeminiPersons, true, false, false,
          "2026-10-22", kPricing, kVideoGuide, kGeminiVeoGone},
    Model{kGemini, "veo-3.1-fast", "veo-3.1-fast-generate-preview", kVeoSeconds, kVeoFast, kGeminiPersons, true, false,
          false, "2026-10-22", kPricing, kVideoGuide, kGeminiVeoGone},
    Model{kGemini, "veo-3.1-lite", "veo-3.1-lite-generate-preview", kVeoSeconds, kVeoLite, kGeminiPersons, false, false,
          false, "2026-10-22", kPricing, kVideoGuide, kGeminiVeoGone},
    Model{kVertex, "veo-3.1", "veo-3.1-generate-001", kVeoSeconds, kVeo, kVertexPersons, true, true, true, "2026-11-22",
          kVertexPricing, kVertexModel},
    Model{kVertex, "veo-3.1-fast", "veo-3.1-fast-generate-001", kVeoSeconds, kVeoFast, kVertexPersons, true, true, true,
          "2026-11-22", kVertexPricing, kVertexModel},
    Model{kVertex, "veo-3.1-lite", "veo-3.1-lite-generate-001", kVeoSeconds, kVeoLite, kVertexPersons, false, true,
          true, "2026-11-22", kVertexPricing, kVertexModel},
    Model{kInteractions,
          "omni",
          "gemini-omni-1.1-flash",
          kOmniSeconds,
          kOmni,
          {},
          false,
          false,
          false,
          "2026-11-22",
          kPricing,
          kOmniSource},
};

template <typename List, typename Value>
bool Contains(const List& list, const Value& value) {
  return std::find(list.begin(), list.end(), value) != list.end();
}

const Quality* FindQuality(const Model& model, absl::string_view resolution) {
  const auto found = std::find_if(model.qualities.begin(), model.qualities.end(),
                                  [&](const Quality& quality) { return quality.resolution == resolution; });
  return found == model.qualities.end() ? nullptr : &*found;
}

std::string ResolutionsOf(const Model& model) {
  return absl::StrJoin(model.qualities, ", ",
                       [](std::string* out, const Quality& quality) { absl::StrAppend(out, quality.resolution); });
}

std::string NamesOf(absl::string_view provider) {
  std::vector<absl::string_view> names;
  for (const Model& model : kModels) {
    if (model.provider == provider) names.push_back(model.short_name);
  }
  return absl::StrJoin(names, ", ");
}

// The door whose row `name` is, other than `provider`; null: none.
const Model* ElsewhereThan(absl::string_view provider, absl::string_view name) {
  for (const Model& model : kModels) {
    if (model.provider != provider && FindModel(model.provider, name) == &model) return &model;
  }
  return nullptr;
}

// What is wrong with a length for this model; empty: nothing.
std::string DurationProblem(const Model* model, absl::string_view resolution, int seconds) {
  if (model == nullptr) {
    if (seconds >= 1 && seconds <= kLongestDuration) return "";
    return absl::StrCat("is ", seconds, " seconds; must be 1 to ", kLongestDuration);
  }
  if (!Contains(model->seconds, seconds)) {
    return absl::StrCat("is ", seconds, " seconds; ", model->id, " makes ", absl::StrJoin(model->seconds, ", "),
                        " seconds");
  }
  const Quality* quality = FindQuality(*model, resolution);
  const int longest = model->seconds.back();
  if (quality == nullptr || !quality->longest_only || seconds == longest) return "";
  return absl::StrCat("is ", seconds, " seconds; ", model->id, " makes ", resolution, " in ", longest, " seconds only");
}

void CheckName(absl::string_view provider, const std::string& name, std::vector<Violation>& violations) {
  if (FindModel(provider, name) != nullptr) return;
  if (!IsModelId(ModelId(provider, name))) {
    violations.push_back({"options.model", absl::StrCat("is not a model's name; must be one as ", NamesOf(provider),
                                                        ", or a full id as ", kModels.front().id)});
  } else if (const Model* other = ElsewhereThan(provider, name)) {
    violations.push_back(
        {"options.model", absl::StrCat("is \"", name, "\", which VIDEO_PROVIDER=", other->provider,
                                       " has; this server asks ", provider, ", which has ", NamesOf(provider))});
  }
}

void CheckModelsOwn(const Model& model, const VideoOptions& options, std::vector<Violation>& violations) {
  if (FindQuality(model, options.resolution) == nullptr) {
    violations.push_back({"options.resolution", absl::StrCat("is \"", options.resolution, "\"; ", model.id, " makes ",
                                                             ResolutionsOf(model))});
  }
  if (!Contains(kAspectRatios, absl::string_view(options.aspect_ratio))) {
    violations.push_back({"options.aspect_ratio", absl::StrCat("is \"", options.aspect_ratio, "\"; must be ",
                                                               absl::StrJoin(kAspectRatios, " or "))});
  }
  if (!model.negative_prompt && !options.negative_prompt.empty()) {
    violations.push_back({"options.negative_prompt", absl::StrCat(model.id, " takes none; leave it out")});
  }
  if (!model.seed && options.seed) {
    violations.push_back({"options.seed", absl::StrCat(model.id, " takes none here; leave it out")});
  }
  if (!options.person_generation.empty() && !Contains(model.persons, absl::string_view(options.person_generation))) {
    violations.push_back({"options.person_generation",
                          model.persons.empty() ? absl::StrCat(model.id, " takes none; leave it out")
                                                : absl::StrCat("is \"", options.person_generation, "\"; ", model.id,
                                                               " takes ", absl::StrJoin(model.persons, ", "))});
  }
  if (!model.silence && options.generate_audio) {
    violations.push_back({"options.generate_audio", absl::StrCat(model.id, " always makes sound; leave it out")});
  }
}

std::string Offer(absl::string_view lead, absl::string_view provider, absl::string_view refused) {
  std::vector<absl::string_view> ids;
  std::vector<absl::string_view> names;
  for (const Model& model : kModels) {
    if (model.provider != provider || model.id == refused || !model.gone_since.empty()) continue;
    ids.push_back(model.id);
    names.push_back(model.short_name);
  }
  if (ids.empty()) return "";
  return absl::StrCat(lead, absl::StrJoin(ids, ", "), " (VIDEO_PROVIDER=", provider,
                      ", VEO_MODEL=", absl::StrJoin(names, " or "), ").");
}

}  // namespace

absl::Span<const Model> Models() { return kModels; }

const Model* FindModel(absl::string_view provider, absl::string_view name) {
  absl::ConsumePrefix(&name, "models/");
  const auto found = std::find_if(kModels.begin(), kModels.end(), [&](const Model& model) {
    return model.provider == provider && (model.short_name == name || model.id == name);
  });
  return found == kModels.end() ? nullptr : &*found;
}

std::string ModelId(absl::string_view provider, absl::string_view name) {
  if (const Model* model = FindModel(provider, name)) return std::string(model->id);
  return std::string(absl::StripPrefix(name, "models/"));
}

std::vector<std::string> ModelIdsOf(absl::string_view name) {
  std::vector<std::string> ids;
  for (const Model& model : kModels) {
    if (model.short_name == name) ids.emplace_back(model.id);
  }
  if (ids.empty()) ids.emplace_back(absl::StripPrefix(name, "models/"));
  return ids;
}

std::vector<Violation> Check(absl::string_view provider, const VideoOptions& options,
                             const std::vector<Scene>& scenes) {
  std::vector<Violation> violations;
  CheckName(provider, options.model, violations);
  const Model* model = FindModel(provider, options.model);
  if (model != nullptr) CheckModelsOwn(*model, options, violations);
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

absl::Duration UsualTime(absl::string_view provider, const VideoOptions& options) {
  const Model* model = FindModel(provider, options.model);
  if (model == nullptr) model = &kModels.front();
  const Quality* quality = FindQuality(*model, options.resolution);
  return absl::Seconds((quality == nullptr ? model->qualities.front() : *quality).usual_seconds);
}

PriceTable ListPrices() {
  std::vector<Price> prices;
  for (const Model& model : kModels) {
    for (const Quality& quality : model.qualities) {
      if (quality.micros_per_second == 0) continue;
      prices.push_back({std::string(model.id), std::string(quality.resolution), quality.micros_per_second,
                        std::string(model.as_of), std::string(model.price_source)});
    }
  }
  return PriceTable(std::move(prices));
}

std::string Alternatives(absl::string_view provider, absl::string_view refused) {
  return Offer("Open here: ", provider, refused);
}

std::string OfferOf(absl::string_view provider) { return Offer("Not open here: ", provider, ""); }

std::string HowToOpen(absl::string_view provider) {
  if (provider == kVertex) {
    return "set GOOGLE_APPLICATION_CREDENTIALS to the key file of a service account of Google Cloud, or run gcloud "
           "auth "
           "application-default login and set GOOGLE_CLOUD_PROJECT";
  }
  return "set GOOGLE_GENAI_API_KEY to a key of the Gemini API (https://aistudio.google.com/apikey)";
}

}  // namespace videojobs::google
