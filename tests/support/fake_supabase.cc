#include "tests/support/fake_supabase.h"

#include <httplib.h>
#include <unistd.h>

#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <deque>
#include <map>
#include <memory>
#include <mutex>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "absl/strings/strip.h"
#include "absl/time/time.h"

namespace videojobs {
namespace {

using nlohmann::json;

struct CloseFile {
  void operator()(std::FILE* file) const { std::fclose(file); }
};

// The bytes of an object, in a file without a name.
class Content {
 public:
  void Append(const char* bytes, std::size_t count) {
    std::fwrite(bytes, 1, count, file_.get());
    size_ += static_cast<std::int64_t>(count);
  }
  void Finish() { std::fflush(file_.get()); }
  std::int64_t size() const { return size_; }
  std::size_t ReadAt(std::size_t offset, char* buffer, std::size_t capacity) const {
    const ssize_t count = pread(fileno(file_.get()), buffer, capacity, static_cast<off_t>(offset));
    return count > 0 ? static_cast<std::size_t>(count) : 0;
  }

 private:
  std::unique_ptr<std::FILE, CloseFile> file_{std::tmpfile()};
  std::int64_t size_ = 0;
};

struct Signature {
  std::string object;
  absl::Time expires;
};

// All of Supabase's own errors but those of overload come as HTTP 400.
void Fail(httplib::Response& response, const char* code, const char* name, const char* error, const char* message) {
  response.status = 400;
  const json body = {{"statusCode", code}, {"code", name}, {"error", error}, {"message", message}};
  response.set_content(body.dump(), "application/json");
}

void FailNoBucket(httplib::Response& response) {
  Fail(response, "404", "NoSuchBucket", "Bucket not found", "Bucket not found");
}
void FailNoObject(httplib::Response& response) { Fail(response, "404", "NoSuchKey", "not_found", "Object not found"); }

void Serve(std::shared_ptr<const Content> content, httplib::Response& response) {
  const auto size = static_cast<std::size_t>(content->size());
  response.set_content_provider(
      size, "video/mp4", [content](std::size_t offset, std::size_t length, httplib::DataSink& sink) {
        char buffer[65536];
        const std::size_t count = content->ReadAt(offset, buffer, std::min(length, sizeof(buffer)));
        return count > 0 && sink.write(buffer, count);
      });
}

}  // namespace

class FakeSupabase::Server {
 public:
  Server() {
    Route();
    // A connection serves one request: stopping need not wait for idle ones.
    http_.set_keep_alive_max_count(1);
    http_.set_tcp_nodelay(true);
    port_ = http_.bind_to_any_port("127.0.0.1");
    thread_ = std::thread([this] { http_.listen_after_bind(); });
    // stop() is lost on a server that does not run yet.
    while (!http_.is_running()) std::this_thread::yield();
  }

  ~Server() {
    http_.stop();
    thread_.join();
  }

  int port() const { return port_; }

  mutable std::mutex mutex;
  std::map<std::string, Bucket> buckets;
  std::deque<httplib::Response> answers;
  bool lose_next_answer = false;
  bool break_next_upload = false;
  absl::Time now = absl::FromUnixSeconds(1'800'000'000);
  std::map<std::string, std::shared_ptr<Content>> objects;  // by bucket/name
  std::vector<std::string> requests;
  httplib::Headers last_upload_headers;

 private:
  using Request = httplib::Request;
  using Response = httplib::Response;

  void Route();
  void Upload(const Request& request, Response& response, const httplib::ContentReader& read);
  void Sign(const Request& request, Response& response);
  void ServeSigned(const Request& request, Response& response);
  void ServePublic(const Request& request, Response& response);
  void Info(const Request& request, Response& response);
  void Remove(const Request& request, Response& response);
  void DescribeBucket(const Request& request, Response& response);

  bool AnswerQueued(const Request& request, Response& response);
  bool Refuse(const Request& request, Response& response);
  bool RefuseUpload(const Request& request, const Content& content, Response& response);
  // Null where it is missing, or hidden from the key by row-level security.
  std::shared_ptr<Content> Visible(const Request& request) const;
  static std::string ObjectOf(const Request& request) { return absl::StrCat(Part(request, 1), "/", Part(request, 2)); }
  static std::string Part(const Request& request, std::size_t index) { return request.matches[index].str(); }
  static bool IsAnon(const Request& request) { return request.get_header_value("apikey") == kAnonKey; }

  httplib::Server http_;
  int port_ = 0;
  std::thread thread_;
  std::map<std::string, Signature> signatures_;  // by token
};

void FakeSupabase::Server::Route() {
  using Method = void (Server::*)(const Request&, Response&);
  const auto handle = [this](Method method) {
    return [this, method](const Request& request, Response& response) {
      const std::lock_guard lock(mutex);
      if (!AnswerQueued(request, response)) (this->*method)(request, response);
    };
  };
  const std::string object = "([^/]+)/(.+)";
  http_.Post("/storage/v1/object/sign/" + object, handle(&Server::Sign));
  http_.Post("/storage/v1/object/(?!sign/)" + object,
             [this](const Request& request, Response& response, const httplib::ContentReader& read) {
               Upload(request, response, read);
             });
  http_.Get("/storage/v1/object/sign/" + object, handle(&Server::ServeSigned));
  http_.Get("/storage/v1/object/public/" + object, handle(&Server::ServePublic));
  http_.Get("/storage/v1/object/info/" + object, handle(&Server::Info));
  http_.Delete("/storage/v1/object/" + object, handle(&Server::Remove));
  http_.Get("/storage/v1/bucket/([^/]+)", handle(&Server::DescribeBucket));
}

bool FakeSupabase::Server::AnswerQueued(const Request& request, Response& response) {
  requests.push_back(absl::StrCat(request.method, " ", request.path));
  if (answers.empty()) return false;
  response = answers.front();
  answers.pop_front();
  return true;
}

bool FakeSupabase::Server::Refuse(const Request& request, Response& response) {
  const std::string key = request.get_header_value("apikey");
  if (request.get_header_value("Authorization") == "Bearer " + key && (key == kServiceKey || key == kAnonKey)) {
    return false;
  }
  Fail(response, "403", "AccessDenied", "Unauthorized", "Invalid Compact JWS");
  return true;
}

void FakeSupabase::Server::Upload(const Request& request, Response& response, const httplib::ContentReader& read) {
  std::int64_t break_after = -1;
  {
    const std::lock_guard lock(mutex);
    last_upload_headers = request.headers;
    if (std::exchange(break_next_upload, false)) {
      break_after = std::stoll(request.get_header_value("Content-Length")) / 2;
    }
  }
  const auto content = std::make_shared<Content>();
  const bool whole = read([&](const char* bytes, std::size_t count) {
    content->Append(bytes, count);
    return break_after < 0 || content->size() < break_after;
  });
  const std::lock_guard lock(mutex);
  if (AnswerQueued(request, response)) return;
  if (!whole) {
    response.status = 502;
    response.set_content("<html>502 Bad Gateway</html>", "text/html");
    return;
  }
  if (Refuse(request, response) || RefuseUpload(request, *content, response)) return;
  content->Finish();
  objects.insert_or_assign(ObjectOf(request), content);
  if (std::exchange(lose_next_answer, false)) {
    // A body that ends before its length.
    const auto hang_up = [](std::size_t, std::size_t, httplib::DataSink&) { return false; };
    return response.set_content_provider(100, "application/json", hang_up);
  }
  const json body = {{"Key", ObjectOf(request)}, {"Id", "00000000-0000-4000-8000-000000000000"}};
  response.set_content(body.dump(), "application/json");
}

bool FakeSupabase::Server::RefuseUpload(const Request& request, const Content& content, Response& response) {
  const auto bucket = buckets.find(Part(request, 1));
  if (bucket == buckets.end()) {
    FailNoBucket(response);
  } else if (IsAnon(request)) {
    Fail(response, "403", "AccessDenied", "Unauthorized", "new row violates row-level security policy");
  } else if (!bucket->second.allowed_mime_type.empty() &&
             request.get_header_value("Content-Type") != bucket->second.allowed_mime_type) {
    Fail(response, "415", "InvalidMimeType", "invalid_mime_type", "mime type video/mp4 is not supported");
  } else if (content.size() > bucket->second.largest_object) {
    Fail(response, "413", "EntityTooLarge", "Payload too large", "The object exceeded the maximum allowed size");
  } else if (objects.count(ObjectOf(request)) > 0 && request.get_header_value("x-upsert") != "true") {
    Fail(response, "409", "KeyAlreadyExists", "Duplicate", "The resource already exists");
  } else {
    return false;
  }
  return true;
}

std::shared_ptr<Content> FakeSupabase::Server::Visible(const Request& request) const {
  const auto found = objects.find(ObjectOf(request));
  return found == objects.end() || IsAnon(request) ? nullptr : found->second;
}

void FakeSupabase::Server::Sign(const Request& request, Response& response) {
  if (Refuse(request, response)) return;
  if (Visible(request) == nullptr) return FailNoObject(response);
  const int seconds = json::parse(request.body).at("expiresIn").get<int>();
  const std::string token = absl::StrCat("token-", signatures_.size());
  signatures_[token] = {ObjectOf(request), now + absl::Seconds(seconds)};
  // As the path was asked for, so still encoded.
  const absl::string_view path = absl::StripPrefix(request.target, "/storage/v1");
  const json body = {{"signedURL", absl::StrCat(path, "?token=", token)}};
  response.set_content(body.dump(), "application/json");
}

void FakeSupabase::Server::ServeSigned(const Request& request, Response& response) {
  const auto signature = signatures_.find(request.get_param_value("token"));
  if (signature == signatures_.end() || signature->second.object != ObjectOf(request)) {
    return Fail(response, "400", "InvalidJWT", "InvalidJWT", "signature verification failed");
  }
  if (signature->second.expires < now) {
    return Fail(response, "400", "InvalidJWT", "InvalidJWT", "\"exp\" claim timestamp check failed");
  }
  const auto object = objects.find(ObjectOf(request));
  object == objects.end() ? FailNoObject(response) : Serve(object->second, response);
}

void FakeSupabase::Server::ServePublic(const Request& request, Response& response) {
  const auto bucket = buckets.find(Part(request, 1));
  if (bucket == buckets.end() || !bucket->second.is_public) return FailNoBucket(response);
  const auto object = objects.find(ObjectOf(request));
  object == objects.end() ? FailNoObject(response) : Serve(object->second, response);
}

void FakeSupabase::Server::Info(const Request& request, Response& response) {
  if (Refuse(request, response)) return;
  const std::shared_ptr<Content> object = Visible(request);
  if (object == nullptr) return FailNoObject(response);
  const json body = {{"name", Part(request, 2)}, {"bucket_id", Part(request, 1)}, {"size", object->size()}};
  response.set_content(body.dump(), "application/json");
}

void FakeSupabase::Server::Remove(const Request& request, Response& response) {
  if (Refuse(request, response)) return;
  if (Visible(request) == nullptr) return FailNoObject(response);
  objects.erase(ObjectOf(request));
  response.set_content(R"({"message":"Successfully deleted"})", "application/json");
}

void FakeSupabase::Server::DescribeBucket(const Request& request, Response& response) {
  if (Refuse(request, response)) return;
  const auto bucket = buckets.find(Part(request, 1));
  if (bucket == buckets.end() || IsAnon(request)) return FailNoBucket(response);
  json body = {{"id", bucket->first}, {"name", bucket->first}, {"public", bucket->second.is_public}};
  const bool limited = bucket->second.largest_object < Bucket().largest_object;
  body["file_size_limit"] = limited ? json(bucket->second.largest_object) : json(nullptr);
  response.set_content(body.dump(), "application/json");
}

FakeSupabase::FakeSupabase() : server_(std::make_unique<Server>()) {}
FakeSupabase::~FakeSupabase() = default;

std::string FakeSupabase::url() const { return absl::StrCat("http://127.0.0.1:", server_->port()); }

void FakeSupabase::SetBucket(const std::string& name, const Bucket& bucket) {
  const std::lock_guard lock(server_->mutex);
  server_->buckets[name] = bucket;
}

void FakeSupabase::AnswerNext(int http_status, const std::string& body, const std::string& content_type) {
  httplib::Response response;
  response.status = http_status;
  response.set_content(body, content_type.c_str());
  const std::lock_guard lock(server_->mutex);
  server_->answers.push_back(std::move(response));
}

void FakeSupabase::LoseNextAnswer() {
  const std::lock_guard lock(server_->mutex);
  server_->lose_next_answer = true;
}

void FakeSupabase::BreakNextUpload() {
  const std::lock_guard lock(server_->mutex);
  server_->break_next_upload = true;
}

void FakeSupabase::AdvanceTime(absl::Duration by) {
  const std::lock_guard lock(server_->mutex);
  server_->now += by;
}

std::size_t FakeSupabase::ObjectCount() const {
  const std::lock_guard lock(server_->mutex);
  return server_->objects.size();
}

std::vector<std::string> FakeSupabase::Requests() const {
  const std::lock_guard lock(server_->mutex);
  return server_->requests;
}

std::multimap<std::string, std::string> FakeSupabase::LastUploadHeaders() const {
  const std::lock_guard lock(server_->mutex);
  return {server_->last_upload_headers.begin(), server_->last_upload_headers.end()};
}

FakeSupabase::Page FakeSupabase::Browse(const std::string& url, const std::string& range) {
  const std::size_t path = url.find('/', url.find("://") + 3);
  httplib::Client client(url.substr(0, path));
  const httplib::Headers headers = range.empty() ? httplib::Headers() : httplib::Headers{{"Range", range}};
  const httplib::Result result = client.Get(url.substr(path).c_str(), headers);
  return result ? Page{result->status, result->body} : Page{};
}

}  // namespace videojobs
