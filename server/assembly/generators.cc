#include "server/assembly/generators.h"

#include <unistd.h>

#include <utility>

#include "absl/strings/str_cat.h"
#include "adapters/google/models.h"
#include "adapters/interactions/interactions_generator.h"
#include "adapters/interactions/names.h"
#include "adapters/veo/names.h"
#include "adapters/veo/veo_generator.h"
#include "adapters/vertex/credentials.h"
#include "adapters/vertex/names.h"
#include "adapters/vertex/vertex_generator.h"
#include "server/assembly/spare_door.h"
#include "server/price_file.h"

namespace videojobs {
namespace {

using Opened = absl::StatusOr<std::unique_ptr<VideoGenerator>>;

// What every door is opened with. Borrows settings, clients and clock.
struct Ingredients {
  const Settings& settings;
  const std::string mock_url;
  const PriceTable prices;
  http::Client& paid;
  http::Client& free;
  Clock& clock;

  bool is_mock() const { return !mock_url.empty(); }
  std::string Key() const { return is_mock() ? "mock" : settings.google_api_key.Reveal(); }
  // Empty: Google's own.
  const std::string& BaseUrlOf(absl::string_view provider) const {
    if (is_mock()) return mock_url;
    return provider == google::kVertex ? settings.vertex_base_url : settings.gemini_base_url;
  }
};

template <typename Generator>
Opened AsPort(absl::StatusOr<std::unique_ptr<Generator>> opened) {
  if (!opened.ok()) return opened.status();
  return std::unique_ptr<VideoGenerator>(*std::move(opened));
}

// Veo and Omni on the Gemini API differ in their room, not in what they need.
template <typename Generator, typename Options>
Opened OnGeminiApi(const Ingredients& with) {
  Options options;
  options.api_key = with.Key();
  if (const std::string& url = with.BaseUrlOf(google::kGemini); !url.empty()) options.base_url = url;
  options.plain_http = with.settings.insecure;
  options.prices = with.prices;
  return AsPort(Generator::Create(std::move(options), with.paid, with.free, with.clock));
}

// Where the credentials for Vertex AI come from.
enum class Source {
  kFile,            // GOOGLE_APPLICATION_CREDENTIALS, or what gcloud left
  kMetadataServer,  // of a machine of Google's
  kKey,             // express mode
};

const std::string& CredentialsFile(const GoogleCloudSettings& cloud) {
  return cloud.credentials_file.empty() ? cloud.gcloud_file : cloud.credentials_file;
}

bool HasFile(const GoogleCloudSettings& cloud) {
  if (!cloud.credentials_file.empty()) return true;  // if it cannot be read, that is an error
  return !cloud.gcloud_file.empty() && access(cloud.gcloud_file.c_str(), F_OK) == 0;
}

// In the order of Google's own libraries: the file that is named, the one that gcloud left, the metadata server. A key
// alone is Vertex AI's express mode.
Source ChosenSource(const Ingredients& with) {
  const bool key_alone = !with.settings.cloud.is_named && !with.Key().empty();
  if (with.is_mock() || key_alone) return Source::kKey;
  return HasFile(with.settings.cloud) ? Source::kFile : Source::kMetadataServer;
}

absl::StatusOr<vertex::Credentials> ReadFile(const GoogleCloudSettings& cloud) {
  const std::string& file = CredentialsFile(cloud);
  auto credentials = vertex::ReadCredentials(file);
  if (credentials.ok()) return credentials;
  const bool named = !cloud.credentials_file.empty();
  return absl::InvalidArgumentError(
      absl::StrCat(named ? "GOOGLE_APPLICATION_CREDENTIALS names " : "the credentials file ", file,
                   named ? ", which " : " ", std::string(credentials.status().message())));
}

absl::StatusOr<vertex::Credentials> CredentialsFrom(Source source, const GoogleCloudSettings& cloud) {
  vertex::Credentials credentials;
  credentials.kind = vertex::CredentialKind::kMetadataServer;
  if (!cloud.metadata_host.empty()) credentials.metadata_host = cloud.metadata_host;
  if (source == Source::kFile) {
    auto read = ReadFile(cloud);
    if (!read.ok()) return read.status();
    credentials = *std::move(read);
  }
  if (!cloud.quota_project.empty()) credentials.quota_project = cloud.quota_project;
  return credentials;
}

absl::Status NoMetadataServer(const absl::Status& status) {
  return absl::InvalidArgumentError(
      absl::StrCat("GOOGLE_APPLICATION_CREDENTIALS is not set, there are no credentials of gcloud, and no metadata "
                   "server answers (",
                   std::string(status.message()),
                   "): set it to a service account's key file, or run gcloud auth application-default login, or run "
                   "on Google Cloud"));
}

// One that starts nothing writes nowhere.
Opened OnVertex(Source source, const Ingredients& with, bool starts = true) {
  const GoogleCloudSettings& cloud = with.settings.cloud;
  vertex::Options options;
  options.location = cloud.location;
  options.base_url = with.BaseUrlOf(google::kVertex);
  options.plain_http = with.settings.insecure;
  options.prices = with.prices;
  auto parameters = vertex::ParseParameters(cloud.parameters);
  if (!parameters.ok()) {
    return absl::InvalidArgumentError(
        absl::StrCat("VIDEOJOBS_VERTEX_PARAMETERS: ", std::string(parameters.status().message())));
  }
  options.parameters = *std::move(parameters);
  if (!with.is_mock()) {
    if (starts) options.output = cloud.output;
    if (!cloud.storage_url.empty()) options.storage_url = cloud.storage_url;
  }
  if (source == Source::kKey) {
    options.api_key = with.Key();
  } else {
    auto credentials = CredentialsFrom(source, cloud);
    if (!credentials.ok()) return credentials.status();
    options.credentials = *std::move(credentials);
    options.project = cloud.project;
  }
  auto opened = vertex::VertexGenerator::Create(std::move(options), with.paid, with.free, with.clock);
  return absl::IsUnavailable(opened.status()) ? NoMetadataServer(opened.status()) : AsPort(std::move(opened));
}

Opened OpenDoor(absl::string_view provider, const Ingredients& with) {
  if (provider == google::kInteractions) {
    return OnGeminiApi<interactions::InteractionsGenerator, interactions::Options>(with);
  }
  if (provider == google::kGemini) return OnGeminiApi<veo::VeoGenerator, veo::Options>(with);
  return OnVertex(ChosenSource(with), with);
}

// Whether a door beside the chosen one is opened when the server starts: not where that would ask the network on behalf
// of somebody who never named Google Cloud.
bool HasCredentialsFor(absl::string_view provider, const Ingredients& with) {
  if (provider != google::kVertex) return !with.Key().empty();
  return with.is_mock() || with.settings.cloud.is_named || HasFile(with.settings.cloud);
}

Opened OpenSide(absl::string_view provider, const Ingredients& with) {
  const bool by_gcloud = provider == google::kVertex && !with.is_mock() && !with.settings.cloud.is_named;
  return by_gcloud ? OnVertex(Source::kFile, with) : OpenDoor(provider, with);
}

// Jobs of Vertex AI that were started by a key, or by the account of the machine, are brought home by them.
std::unique_ptr<VideoGenerator> SpareOnVertex(const std::shared_ptr<const Ingredients>& with) {
  std::vector<SpareDoor::Open> ways;
  if (!with->Key().empty()) ways.push_back([with] { return OnVertex(Source::kKey, *with, /*starts=*/false); });
  ways.push_back([with] { return OnVertex(Source::kMetadataServer, *with, /*starts=*/false); });
  return std::make_unique<SpareDoor>(std::string(google::kVertex), google::HowToOpen(google::kVertex), std::move(ways),
                                     with->clock);
}

// What a start of the default model will meet, by what is reported of it.
std::string WarningOf(const Ingredients& with, const Generators& doors) {
  const google::Model* model = google::FindModel(with.settings.provider, with.settings.model);
  const bool of_google = with.BaseUrlOf(with.settings.provider).empty();
  if (model == nullptr || model->gone_since.empty() || !of_google) return "";
  return absl::StrCat("VEO_MODEL=", with.settings.model, " at VIDEO_PROVIDER=", model->provider, " is ", model->id,
                      ", which Google is reported to have shut down on ", model->gone_since,
                      ": jobs will probably wait with MODEL_UNAVAILABLE, at no cost. ",
                      doors.AlternativesTo(with.settings.provider, std::string(model->id)));
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

// By the names' forms alone: what the web app had started is followed as soon as somebody has its credentials.
std::string ModelOfOperation(absl::string_view provider, const std::string& operation_name) {
  if (provider == google::kVertex) return vertex::ModelOf(operation_name);
  if (provider == google::kGemini) return veo::ModelOf(operation_name);
  return interactions::IsOperationName(operation_name) ? google::ModelId(provider, "omni") : "";
}

// A door beside the chosen one; where there are no credentials that were meant for it, what is known of it.
void OpenBeside(absl::string_view provider, const std::shared_ptr<const Ingredients>& with, OpenGenerators& opened) {
  if (HasCredentialsFor(provider, *with)) {
    auto door = OpenSide(provider, *with);
    if (door.ok()) return opened.others.push_back(*std::move(door));
    // What gcloud left may be of another errand.
    if (provider != google::kVertex || with->settings.cloud.is_named) {
      opened.closed.push_back(absl::StrCat(provider, ": ", std::string(door.status().message())));
    }
  }
  ClosedDoor closed{google::HowToOpen(provider), google::OfferOf(provider)};
  closed.model_of = [provider](const std::string& operation_name) {
    return ModelOfOperation(provider, operation_name);
  };
  if (provider == google::kVertex) {
    opened.spares.push_back(SpareOnVertex(with));
    closed.spare = opened.spares.back().get();
  }
  opened.not_open[std::string(provider)] = std::move(closed);
}

}  // namespace

Generators OpenGenerators::All() const {
  std::vector<VideoGenerator*> borrowed;
  for (const auto& other : others) borrowed.push_back(other.get());
  return Generators(*chosen, std::move(borrowed), not_open);
}

absl::StatusOr<OpenGenerators> OpenTheGenerators(const Settings& settings, const std::string& mock_url,
                                                 const PriceTable& prices, http::Client& paid, http::Client& free,
                                                 Clock& clock) {
  // Shared with the spare doors, which are opened later or never.
  const auto with = std::make_shared<const Ingredients>(Ingredients{settings, mock_url, prices, paid, free, clock});
  auto chosen = OpenDoor(settings.provider, *with);
  if (!chosen.ok()) return chosen.status();
  if (absl::Status checked = CheckDefaultModel(settings, **chosen); !checked.ok()) return checked;
  OpenGenerators opened;
  opened.chosen = *std::move(chosen);
  for (const absl::string_view provider : {google::kGemini, google::kInteractions, google::kVertex}) {
    if (provider != settings.provider) OpenBeside(provider, with, opened);
  }
  opened.warning = WarningOf(*with, opened.All());
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
  for (Price& price : *prices) {
    for (std::string& id : google::ModelIdsOf(price.model)) {
      price.model = std::move(id);
      table.Set(price);
    }
  }
  return table;
}

}  // namespace videojobs
