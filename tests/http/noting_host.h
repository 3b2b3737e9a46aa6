#ifndef VIDEOJOBS_TESTS_HTTP_NOTING_HOST_H_
#define VIDEOJOBS_TESTS_HTTP_NOTING_HOST_H_

#include <map>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "tests/http/raw_server.h"

namespace videojobs::http {

// A server that notes what it is asked, and answers as it was told to. Thread-safe.
class NotingHost {
 public:
  // `otherwise` answers what nothing else was said of.
  explicit NotingHost(std::string otherwise = Answer(404, ""))
      : server_(RawServer::Answering([this, otherwise = std::move(otherwise)](const ReceivedRequest& request) {
          const std::lock_guard lock(mutex_);
          requests_.push_back(request);
          const auto found = answers_.find(absl::StrCat(request.method, " ", request.target));
          return found == answers_.end() ? otherwise : found->second;
        })) {}

  // From now on, to each such call: "GET /v1beta/files/abc".
  void On(const std::string& call, std::string answer) {
    const std::lock_guard lock(mutex_);
    answers_[call] = std::move(answer);
  }

  std::string Url(absl::string_view path = "") const { return server_.Url(path); }
  // "127.0.0.1:PORT"
  std::string Authority() const { return absl::StrCat("127.0.0.1:", server_.port()); }
  int connections() const { return server_.connections(); }

  std::vector<ReceivedRequest> requests() {
    const std::lock_guard lock(mutex_);
    return requests_;
  }
  // "POST /token" and so on, in order.
  std::vector<std::string> calls() {
    const std::lock_guard lock(mutex_);
    std::vector<std::string> calls;
    for (const ReceivedRequest& request : requests_) {
      calls.push_back(absl::StrCat(request.method, " ", request.target));
    }
    return calls;
  }

 private:
  std::mutex mutex_;
  std::map<std::string, std::string> answers_;
  std::vector<ReceivedRequest> requests_;
  RawServer server_;
};

}  // namespace videojobs::http

#endif  // VIDEOJOBS_TESTS_HTTP_NOTING_HOST_H_
