#include "simulator/object_store.h"

#include <openssl/evp.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <iterator>
#include <map>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <utility>

#include "absl/strings/escaping.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "simulator/gemini_files.h"
#include "simulator/operation_id.h"
#include "simulator/serving.h"
#include "simulator/videos.h"

namespace videojobs::simulator {
namespace {

using nlohmann::json;

constexpr Occasion kAtFiles{Call::kFile, {}, {}};
constexpr int kMaxPage = 1000;
constexpr uint64_t kLargestHashed = 16u << 20;  // A padded file's bytes are made on demand, and would be made twice.

std::string Md5(const Video& video) {
  const std::string bytes = video.Bytes();
  std::array<unsigned char, EVP_MAX_MD_SIZE> hash{};
  unsigned size = 0;
  EVP_Digest(bytes.data(), bytes.size(), hash.data(), &size, EVP_md5(), nullptr);
  return absl::Base64Escape({reinterpret_cast<const char*>(hash.data()), size});
}

json Describe(const StoredVideo& stored, const std::string& bucket, const std::string& object) {
  const Video video(stored.operation, stored.sample);
  const std::string made = absl::FormatTime("%Y-%m-%dT%H:%M:%E3SZ", stored.operation.DoneAt(), absl::UTCTimeZone());
  const std::string generation = absl::StrCat(absl::ToUnixMicros(stored.operation.DoneAt()));
  json body = {{"kind", "storage#object"},
               {"id", absl::StrCat(bucket, "/", object, "/", generation)},
               {"name", object},
               {"bucket", bucket},
               {"generation", generation},
               {"contentType", kVideoType},
               {"size", absl::StrCat(video.size())},
               {"timeCreated", made},
               {"updated", made}};
  if (video.size() <= kLargestHashed) body["md5Hash"] = Md5(video);
  return body;
}

class ObjectStore {
 public:
  explicit ObjectStore(Backend& backend) : backend_(backend) {}

  Answer List(const httplib::Request& request, const std::string& bucket) {
    if (auto refusal = backend_.RefuseToken(request, kAtFiles)) return *refusal;
    const std::map<std::string, StoredVideo> objects = ObjectsOf(bucket, request.get_param_value("prefix"));
    int room = kMaxPage;
    if (request.has_param("maxResults") && !absl::SimpleAtoi(request.get_param_value("maxResults"), &room)) {
      return InvalidArgument("Invalid unsigned integer value for maxResults.");
    }
    room = std::clamp(room, 1, kMaxPage);
    json body = {{"kind", "storage#objects"}};
    // The page token is the last name of the page before.
    auto next = objects.upper_bound(request.get_param_value("pageToken"));
    for (; next != objects.end() && room > 0; ++next, --room) {
      body["items"].push_back(Describe(next->second, bucket, next->first));
    }
    if (next != objects.end()) body["nextPageToken"] = std::prev(next)->first;
    return JsonAnswer(body);
  }

  void Get(const httplib::Request& request, const std::string& bucket, const std::string& object,
           httplib::Response& response) {
    if (auto refusal = backend_.RefuseToken(request, kAtFiles)) return Send(*refusal, response);
    const std::optional<StoredVideo> stored = Find(bucket, object);
    if (!IsOneSegment(request) || !stored.has_value()) return Send(NoSuchObject(bucket, object), response);
    if (request.get_param_value("alt") != "media") {
      return Send(JsonAnswer(Describe(*stored, bucket, object)), response);
    }
    backend_.ledger.CountDownload(NameOf(stored->operation));
    const std::string path = request.target.substr(0, request.target.find('?'));
    const Whereabouts where{"/download" + path + "?alt=media", SignedPath(FileId(stored->operation), stored->sample),
                            ErrorAnswer(403, "PERMISSION_DENIED",
                                        "Caller does not have storage.objects.get access to the Google Cloud Storage "
                                        "object.")};
    ServeVideo(backend_, request, Video(stored->operation, stored->sample), where, response);
  }

  void GetRedirected(const httplib::Request& request, const std::string& bucket, const std::string& object,
                     httplib::Response& response) {
    if (auto refusal = backend_.RefuseToken(request, kAtFiles)) return Send(*refusal, response);
    const std::optional<StoredVideo> stored = Find(bucket, object);
    if (!stored.has_value()) return Send(NoSuchObject(bucket, object), response);
    SendVideo(request, Video(stored->operation, stored->sample), response);
  }

 private:
  static Answer NoSuchObject(const std::string& bucket, const std::string& object) {
    return ErrorAnswer(404, "NOT_FOUND", absl::StrCat("No such object: ", bucket, "/", object));
  }

  // An object's name is one segment of the path, its slashes encoded; cpp-httplib has decoded them.
  static bool IsOneSegment(const httplib::Request& request) {
    const std::string path = request.target.substr(0, request.target.find('?'));
    return path.find('/', path.find("/o/") + 3) == std::string::npos;
  }

  bool IsThere(const Operation& operation) const {
    return operation.IsBilled() && operation.outcome != Outcome::kInline && backend_.Now() >= operation.DoneAt();
  }

  std::optional<StoredVideo> Find(const std::string& bucket, const std::string& object) const {
    std::optional<StoredVideo> stored = DecodeObject(bucket, object);
    if (!stored.has_value() || !IsThere(stored->operation)) return std::nullopt;
    return stored;
  }

  // By name, as Google lists them. Only this process's starts can be listed.
  std::map<std::string, StoredVideo> ObjectsOf(const std::string& bucket, const std::string& prefix) const {
    std::map<std::string, StoredVideo> objects;
    for (const PaidStart& start : backend_.ledger.starts()) {
      const std::optional<Operation> operation = DecodeOperationName(start.operation);
      if (!operation.has_value() || operation->storage.bucket != bucket || !IsThere(*operation)) continue;
      for (int sample = 0; sample < operation->samples; ++sample) {
        const std::string name = ObjectName(*operation, sample);
        if (name.substr(0, prefix.size()) == prefix) objects.emplace(name, StoredVideo{*operation, sample});
      }
    }
    return objects;
  }

  // The name of the operation that left a video here; its id alone after a restart, since an object knows no project.
  std::string NameOf(const Operation& operation) const {
    const std::string id = OperationId(operation);
    for (const PaidStart& start : backend_.ledger.starts()) {
      const std::optional<Operation> started = DecodeOperationName(start.operation);
      if (started.has_value() && OperationId(*started) == id) return start.operation;
    }
    return id;
  }

  Backend& backend_;
};

}  // namespace

void AddObjectStore(httplib::Server& server, Backend& backend) {
  using httplib::Request;
  server.Get(R"(/storage/v1/b/([^/]+)/o)", [&backend](const Request& request, auto& response) {
    Send(ObjectStore(backend).List(request, request.matches[1]), response);
  });
  server.Get(R"(/storage/v1/b/([^/]+)/o/(.+))", [&backend](const Request& request, auto& response) {
    ObjectStore(backend).Get(request, request.matches[1], request.matches[2], response);
  });
  server.Get(R"(/download/storage/v1/b/([^/]+)/o/(.+))", [&backend](const Request& request, auto& response) {
    ObjectStore(backend).GetRedirected(request, request.matches[1], request.matches[2], response);
  });
}

}  // namespace videojobs::simulator
