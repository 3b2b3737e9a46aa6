#include "server/assembly/generators.h"

#include <unistd.h>

#include <optional>
#include <utility>

#include "absl/strings/str_cat.h"
#include "adapters/google/models.h"
#include "adapters/interactions/interactions_generator.h"
#include "adapters/veo/veo_generator.h"
#include "adapters/vertex/credentials.h"
#include "adapters/vertex/vertex_generator.h"
#include "server/price_file.h"

namespace videojobs {
namespace {

// What every door is opened with.
struct Ingredients {
  const Settings& settings;
  const std::string& mock_url;
  const PriceTable& prices;
  http::Client& paid;
  http::Client& free;
  Clock& clock;

  std::string Key() const { return mock_url.empty() ? settings.google_api_key.Reveal() : "mock"; }
  // Empty: the provider's own.
  const std::string& BaseUrl() const { return mock_url.empty() ? settings.veo_base_url : mock_url; }
};

template <typename Generator>
absl::StatusOr<std::unique_ptr<VideoGenerator>> AsPort(absl::StatusOr<std::unique_ptr<Generator>> opened) {
  if (!opened.ok()) return opened.status();
  return std::unique_ptr<VideoGenerator>(*std::move(opened));
}

// Veo and Omni on the Gemini API differ in their room, not in what they need.
template <typename Generator, typename Options>
absl::StatusOr<std::unique_ptr<VideoGenerator>> OnGeminiApi(const Ingredients& with) {
  Options options;
  options.api_key = with.Key();
  if (!with.BaseUrl().empty()) options.base_url = with.BaseUrl();
  options.prices = with.prices;
  return AsPort(Generator::Create(std::move(options), with.paid, with.free, with.clock));
}

// In the order of Google's own libraries: the file that is named, the one that gcloud left, the metadata server. A key
// alone is Vertex AI's express mode.
absl::StatusOr<std::optional<vertex::Credentials>> FindCredentials(const Settings& settings) {
  const GoogleCloudSettings& cloud = settings.cloud;
  const bool key_alone = !cloud.is_named && !settings.google_api_key.empty();
  if (key_alone) return std::nullopt;
  const bool named = !cloud.credentials_file.empty();
  const std::string& file = named ? cloud.credentials_file : cloud.gcloud_file;
  if (named || (!file.empty() && access(file.c_str(), F_OK) == 0)) {
    auto credentials = vertex::ReadCredentials(file);
    if (credentials.ok()) return *std::move(credentials);
    return absl::InvalidArgumentError(
        absl::StrCat(named ? "GOOGLE_APPLICATION_CREDENTIALS names " : "the credentials file ", file,
                     named ? ", which " : " ", std::string(credentials.status().message())));
  }
  vertex::Credentials credentials;
  credentials.kind = vertex::CredentialKind::kMetadataServer;
  if (!cloud.metadata_host.empty()) credentials.metadata_host = cloud.metadata_host;
  return credentials;
}

absl::StatusOr<std::unique_ptr<VideoGenerator>> OnVertex(const Ingredients& with) {
  const GoogleCloudSettings& cloud = with.settings.cloud;
  vertex::Options options;
  options.location = cloud.location;
  options.base_url = with.BaseUrl();
  options.prices = with.prices;
  auto parameters = vertex::ParseParameters(cloud.parameters);
  if (!parameters.ok()) {
    return absl::InvalidArgumentError(
        absl::StrCat("VIDEOJOBS_VERTEX_PARAMETERS: ", std::string(parameters.status().message())));
  }
  options.parameters = *std::move(parameters);
  if (with.mock_url.empty()) {
    auto credentials = FindCredentials(with.settings);
    if (!credentials.ok()) return credentials.status();
    options.credentials = *std::move(credentials);
    options.project = cloud.project;
    options.output = cloud.output;
    if (!cloud.storage_url.empty()) options.storage_url = cloud.storage_url;
  }
  if (!options.credentials) options.api_key = with.Key();
  auto opened = vertex::VertexGenerator::Create(std::move(options), with.paid, with.free, with.clock);
  if (absl::IsUnavailable(opened.status())) {
    return absl::UnavailableError(
        absl::StrCat("GOOGLE_APPLICATION_CREDENTIALS is not set, there are no credentials of gcloud, and no metadata "
                     "server answers (",
                     std::string(opened.status().message()),
                     "); set it to a service account's key file, or run: gcloud auth application-default login"));
  }
  return AsPort(std::move(opened));
}

absl::StatusOr<std::unique_ptr<VideoGenerator>> OpenDoor(const std::string& provider, const Ingredients& with) {
  if (provider == google::kVertex) return OnVertex(with);
  if (provider == google::kInteractions) {
    return OnGeminiApi<interactions::InteractionsGenerator, interactions::Options>(with);
  }
  return OnGeminiApi<veo::VeoGenerator, veo::Options>(with);
}

bool HasCredentialsFor(const std::string& provider, const Ingredients& with) {
  if (provider == google::kVertex) return !with.mock_url.empty() || with.settings.cloud.is_named;
  return !with.Key().empty();
}

// VEO_MODEL must be of the chosen door: else every video that names no model would be refused.
absl::Status CheckDefaultModel(const Settings& settings, const VideoGenerator& chosen) {
  VideoOptions options;
  options.model = settings.model;
  for (const Violation& wrong : chosen.Check(options, {})) {
    if (wrong.field == "options.model")
      return absl::InvalidArgumentError(absl::StrCat("VEO_MODEL ", wrong.description));
  }
  return absl::OkStatus();
}

}  // namespace

Generators OpenGenerators::All() const {
  std::vector<VideoGenerator*> borrowed;
  for (const auto& other : others) borrowed.push_back(other.get());
  return Generators(*chosen, std::move(borrowed));
}

absl::StatusOr<OpenGenerators> OpenTheGenerators(const Settings& settings, const std::string& mock_url,
                                                 const PriceTable& prices, http::Client& paid, http::Client& free,
                                                 Clock& clock) {
  const Ingredients with{settings, mock_url, prices, paid, free, clock};
  auto chosen = OpenDoor(settings.provider, with);
  if (!chosen.ok()) return chosen.status();
  if (absl::Status checked = CheckDefaultModel(settings, **chosen); !checked.ok()) return checked;
  OpenGenerators opened{*std::move(chosen), {}, {}};
  for (const absl::string_view provider : {google::kGemini, google::kInteractions, google::kVertex}) {
    if (provider == settings.provider || !HasCredentialsFor(std::string(provider), with)) continue;
    auto other = OpenDoor(std::string(provider), with);
    if (other.ok()) {
      opened.others.push_back(*std::move(other));
    } else {
      opened.closed.push_back(absl::StrCat(provider, ": ", std::string(other.status().message())));
    }
  }
  return opened;
}

absl::StatusOr<PriceTable> PricesOf(const Settings& settings) {
  PriceTable table = google::ListPrices();
  if (settings.price_file.empty()) return table;
  auto prices = ReadPrices(settings.price_file);
  if (!prices.ok()) {
    return absl::InvalidArgumentError(absl::StrCat("VIDEOJOBS_PRICE_FILE names ", settings.price_file, ", which ",
                                                   std::string(prices.status().message())));
  }
  for (Price& price : *prices) table.Set(std::move(price));
  return table;
}

}  // namespace videojobs
