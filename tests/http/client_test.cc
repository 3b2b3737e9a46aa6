#include "adapters/http/client.h"

#include <sys/socket.h>
#include <unistd.h>

#include <atomic>
#include <cstdlib>
#include <functional>
#include <future>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/http/raw_server.h"

namespace videojobs::http {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

constexpr absl::Duration kSoon = absl::Milliseconds(100);

Request Get(const std::string& url) {
  Request request;
  request.url = url;
  return request;
}

Request Post(const std::string& url, const std::string& body) {
  Request request = Get(url);
  request.method = "POST";
  request.body = body;
  return request;
}

std::string Message(const absl::Status& status) { return std::string(status.message()); }

// A server that answers every request alike and remembers them all.
class Recorder {
 public:
  explicit Recorder(std::string answer)
      : server_(RawServer::Answering([this, answer = std::move(answer)](const ReceivedRequest& request) {
          std::lock_guard lock(mutex_);
          requests_.push_back(request);
          return answer;
        })) {}

  RawServer& server() { return server_; }
  std::vector<ReceivedRequest> requests() {
    std::lock_guard lock(mutex_);
    return requests_;
  }

 private:
  std::mutex mutex_;
  std::vector<ReceivedRequest> requests_;
  RawServer server_;
};

// Takes one request on each connection and never answers.
void TakeAndKeepSilent(Connection& connection) {
  if (connection.ReadRequest().has_value()) connection.WaitForClose();
}

TEST(Send, Get_ReturnsStatusHeadersAndBody) {
  Recorder recorder(Answer(200, "hello", "X-One:  1 \r\nx-two:\r\n"));
  Client client;
  const Response response = client.Send(Get(recorder.server().Url("/a/b?c=d"))).value();
  EXPECT_EQ(response.status, 200);
  EXPECT_EQ(response.body, "hello");
  EXPECT_EQ(*response.FindHeader("x-one"), "1");
  EXPECT_EQ(*response.FindHeader("X-Two"), "");
  const ReceivedRequest request = recorder.requests().at(0);
  EXPECT_EQ(request.method, "GET");
  EXPECT_EQ(request.target, "/a/b?c=d");
  EXPECT_THAT(request.headers.at("user-agent"), StartsWith("videojobs/"));
  EXPECT_FALSE(request.Has("content-length"));
  EXPECT_FALSE(request.Has("accept-encoding"));
}

TEST(Send, ErrorStatus_IsAValue) {
  Recorder recorder(Answer(503, "overloaded", "Retry-After: 7\r\n"));
  Client client;
  const Response response = client.Send(Get(recorder.server().Url())).value();
  EXPECT_EQ(response.status, 503);
  EXPECT_EQ(response.body, "overloaded");
  EXPECT_EQ(*response.FindHeader("Retry-After"), "7");
}

TEST(Send, InterimAnswers_AreNotTheAnswer) {
  Recorder recorder("HTTP/1.1 103 Early Hints\r\nX-Early: 1\r\n\r\n" + Answer(404, "no"));
  Client client;
  const Response response = client.Send(Get(recorder.server().Url())).value();
  EXPECT_EQ(response.status, 404);
  EXPECT_EQ(response.FindHeader("X-Early"), nullptr);
}

TEST(Send, BodyAndHeaders_ArriveAsGiven) {
  Recorder recorder(Answer(200, ""));
  Client client;
  Request request = Post(recorder.server().Url(), std::string(3'000'000, 'x'));
  request.headers = {{"Content-Type", "application/json"}, {"X-Empty", ""}};
  request.secret_headers = {{"X-Key", "k"}};
  ASSERT_TRUE(client.Send(request).ok());
  const ReceivedRequest received = recorder.requests().at(0);
  EXPECT_EQ(received.method, "POST");
  EXPECT_TRUE(received.body == request.body);
  EXPECT_EQ(received.headers.at("content-length"), "3000000");
  EXPECT_EQ(received.headers.at("content-type"), "application/json");
  EXPECT_EQ(received.headers.at("x-empty"), "");
  EXPECT_EQ(received.headers.at("x-key"), "k");
  EXPECT_FALSE(received.Has("expect"));
}

TEST(Send, Methods_HaveTheBodyTheyShould) {
  Recorder recorder(Answer(200, ""));
  Client client;
  for (const char* method : {"POST", "PUT", "DELETE", "PATCH"}) {
    Request request = Get(recorder.server().Url());
    request.method = method;
    ASSERT_TRUE(client.Send(request).ok()) << method;
    EXPECT_EQ(recorder.requests().back().method, method);
    EXPECT_EQ(recorder.requests().back().Has("content-length"), std::string(method) != "DELETE") << method;
    request.body = "{}";
    ASSERT_TRUE(client.Send(request).ok()) << method;
    EXPECT_EQ(recorder.requests().back().method, method);
    EXPECT_EQ(recorder.requests().back().body, "{}") << method;
  }
}

TEST(Send, Head_HasNoBody) {
  RawServer server(RawServer::Answering([](const ReceivedRequest& request) {
    return absl::StrCat("HTTP/1.1 200 ", request.method, "\r\nContent-Length: 99\r\n\r\n");
  }));
  Client client;
  Request request = Get(server.Url());
  request.method = "HEAD";
  const Response response = client.Send(request).value();
  EXPECT_EQ(*response.FindHeader("Content-Length"), "99");
  EXPECT_EQ(response.body, "");
}

// ---- Connections

TEST(Send, OneAfterTheOther_ReuseTheConnection) {
  Recorder recorder(Answer(200, ""));
  Client client;
  for (int i = 0; i < 5; ++i) ASSERT_TRUE(client.Send(Get(recorder.server().Url())).ok());
  EXPECT_EQ(recorder.server().connections(), 1);
}

TEST(Send, FreshConnection_IsNeitherReusedNorKept) {
  Recorder recorder(Answer(200, ""));
  Client client;
  Request fresh = Post(recorder.server().Url(), "{}");
  fresh.fresh_connection = true;
  ASSERT_TRUE(client.Send(fresh).ok());
  ASSERT_TRUE(client.Send(Get(recorder.server().Url())).ok());
  EXPECT_EQ(recorder.server().connections(), 2) << "the first is not kept";
  ASSERT_TRUE(client.Send(fresh).ok());
  EXPECT_EQ(recorder.server().connections(), 3);
  ASSERT_TRUE(client.Send(Get(recorder.server().Url())).ok());
  EXPECT_EQ(recorder.server().connections(), 3) << "the second is";
}

// Answers GETs, and hangs up on whatever else it has taken.
class HangsUp {
 public:
  HangsUp() : server_([this](Connection& connection) { Serve(connection); }) {}
  RawServer& server() { return server_; }
  int posts() const { return posts_; }

 private:
  void Serve(Connection& connection) {
    while (std::optional<ReceivedRequest> request = connection.ReadRequest()) {
      if (request->method == "POST") {
        ++posts_;
        return;
      }
      if (!connection.Send(Answer(200, ""))) return;
    }
  }

  std::atomic<int> posts_ = 0;
  RawServer server_;
};

// Why fresh_connection is there: this is libcurl's own doing.
TEST(Send, PostOnKeptConnectionThatCloses_ArrivesTwice) {
  HangsUp hangs_up;
  Client client;
  ASSERT_TRUE(client.Send(Get(hangs_up.server().Url())).ok());
  EXPECT_FALSE(client.Send(Post(hangs_up.server().Url(), "{}")).ok());
  EXPECT_EQ(hangs_up.posts(), 2);
}

TEST(Send, FreshPostOnConnectionThatCloses_ArrivesOnceAndIsMaybeSent) {
  HangsUp hangs_up;
  Client client;
  ASSERT_TRUE(client.Send(Get(hangs_up.server().Url())).ok());
  Request paid = Post(hangs_up.server().Url(), "{}");
  paid.fresh_connection = true;
  const absl::Status status = client.Send(paid).status();
  EXPECT_EQ(status.code(), absl::StatusCode::kUnavailable) << status;
  EXPECT_EQ(FailureOf(status), TransportFailure::kMaybeSent);
  EXPECT_EQ(hangs_up.posts(), 1);
}

TEST(Send, GetOnKeptConnectionThatCloses_Survives) {
  std::atomic<int> taken = 0;
  RawServer server([&taken](Connection& connection) {
    // Every connection is closed upon its second request.
    for (int i = 0; i < 2 && connection.ReadRequest().has_value(); ++i) {
      ++taken;
      if (i == 0) connection.Send(Answer(200, "polled"));
    }
  });
  Client client;
  for (int i = 0; i < 3; ++i) {
    const absl::StatusOr<Response> response = client.Send(Get(server.Url()));
    ASSERT_TRUE(response.ok()) << response.status();
    EXPECT_EQ(response->body, "polled");
  }
  EXPECT_EQ(taken, 5);
  EXPECT_EQ(server.connections(), 3);
}

TEST(Send, MoreCallsThanAllowedAtOnce_WaitForTheirTurn) {
  Recorder recorder(Answer(200, ""));
  Client client({.max_calls_per_host = 2});
  std::vector<std::thread> callers;
  for (int i = 0; i < 12; ++i) {
    callers.emplace_back([&] {
      for (int j = 0; j < 20; ++j) EXPECT_TRUE(client.Send(Get(recorder.server().Url())).ok());
    });
  }
  for (std::thread& caller : callers) caller.join();
  EXPECT_LE(recorder.server().connections(), 2);
}

TEST(Send, TurnDoesNotCome_IsDeadlineExceededAndNothingSent) {
  std::promise<void> taken;
  RawServer server([&taken](Connection& connection) {
    if (connection.ReadRequest().has_value()) taken.set_value();
    connection.WaitForClose();
  });
  Client client({.max_calls_per_host = 1});
  std::thread first([&] { EXPECT_EQ(client.Send(Get(server.Url())).status().code(), absl::StatusCode::kCancelled); });
  taken.get_future().wait();
  Request second = Get(server.Url());
  second.limits.total = kSoon;
  const absl::Status status = client.Send(second).status();
  EXPECT_EQ(status.code(), absl::StatusCode::kDeadlineExceeded) << status;
  EXPECT_EQ(FailureOf(status), TransportFailure::kNothingSent);
  EXPECT_EQ(server.connections(), 1);
  client.Shutdown();
  first.join();
}

TEST(Send, FiftyCallersAtOnce_EachGetsItsOwnAnswer) {
  RawServer server(RawServer::Answering([](const ReceivedRequest& request) { return Answer(200, request.target); }));
  Client client;
  std::vector<std::thread> callers;
  for (int i = 0; i < 50; ++i) {
    callers.emplace_back([&client, &server, i] {
      for (int j = 0; j < 10; ++j) {
        const std::string path = absl::StrCat("/", i, "/", j);
        const absl::StatusOr<Response> response = client.Send(Get(server.Url(path)));
        ASSERT_TRUE(response.ok()) << response.status();
        EXPECT_EQ(response->body, path);
      }
    });
  }
  for (std::thread& caller : callers) caller.join();
}

// ---- Failures before a connection stands

void ExpectNothingSent(const absl::Status& status, absl::StatusCode code) {
  EXPECT_EQ(status.code(), code) << status;
  EXPECT_EQ(FailureOf(status), TransportFailure::kNothingSent) << status;
}

TEST(Send, NobodyListens_IsUnavailableAndNothingSent) {
  int port = 0;
  close(Listen(1, &port));
  Client client;
  ExpectNothingSent(client.Send(Get(absl::StrCat("http://127.0.0.1:", port, "/"))).status(),
                    absl::StatusCode::kUnavailable);
}

TEST(Send, HostCannotBeResolved_IsUnavailableAndNothingSent) {
  Client client;
  // A label of more than 63 characters never reaches a name server.
  const std::string url = absl::StrCat("http://", std::string(64, 'a'), ".invalid/");
  ExpectNothingSent(client.Send(Get(url)).status(), absl::StatusCode::kUnavailable);
}

TEST(Send, ConnectionIsNotAccepted_IsDeadlineExceededAndNothingSent) {
  int port = 0;
  const int listener = Listen(0, &port);
  // Linux lets backlog + 1 connections in and drops what comes after.
  sockaddr_storage address{};
  socklen_t size = sizeof address;
  ASSERT_EQ(getsockname(listener, reinterpret_cast<sockaddr*>(&address), &size), 0);
  const int filler = socket(AF_INET, SOCK_STREAM, 0);
  ASSERT_EQ(connect(filler, reinterpret_cast<sockaddr*>(&address), size), 0);

  Client client;
  Request request = Get(absl::StrCat("http://127.0.0.1:", port, "/"));
  request.limits.connect = kSoon;
  ExpectNothingSent(client.Send(request).status(), absl::StatusCode::kDeadlineExceeded);
  close(filler);
  close(listener);
}

TEST(Send, TlsHandshakeBreaksOff_IsUnavailableAndNothingSent) {
  RawServer server([](Connection&) {});
  Client client;
  const std::string url = absl::StrCat("https://127.0.0.1:", server.port(), "/");
  ExpectNothingSent(client.Send(Get(url)).status(), absl::StatusCode::kUnavailable);
}

TEST(Send, TlsHandshakeIsNotAnswered_IsDeadlineExceededAndNothingSent) {
  RawServer server([](Connection& connection) { connection.WaitForClose(); });
  Client client;
  Request request = Get(absl::StrCat("https://127.0.0.1:", server.port(), "/"));
  request.limits.connect = kSoon;
  ExpectNothingSent(client.Send(request).status(), absl::StatusCode::kDeadlineExceeded);
}

struct InvalidRow {
  const char* field;
  std::function<void(Request&)> spoil;
};

TEST(Send, InvalidRequest_NamesTheFieldAndNothingIsSent) {
  const InvalidRow rows[] = {
      {"URL", [](Request& r) { r.url = "ftp://127.0.0.1/"; }},
      {"URL", [](Request& r) { r.url = "http://me:hidden@127.0.0.1/"; }},
      {"method", [](Request& r) { r.method = "GET /other HTTP/1.1\r\nX:"; }},
      {"method", [](Request& r) { r.method = ""; }},
      {"headers",
       [](Request& r) {
         r.headers = {{"bad name", "x"}};
       }},
      {"headers[X]",
       [](Request& r) {
         r.headers = {{"X", "hidden\r\nInjected: 1"}};
       }},
      {"headers[content-length]",
       [](Request& r) {
         r.headers = {{"content-length", "5"}};
       }},
      {"secret_headers[X-Key]",
       [](Request& r) {
         r.secret_headers = {{"X-Key", "hidden\n"}};
       }},
      {"max_redirects", [](Request& r) { r.max_redirects = 6; }},
      {"limits", [](Request& r) { r.limits.stall = absl::ZeroDuration(); }},
      {"max_body_bytes", [](Request& r) { r.max_body_bytes = -1; }},
      {"upload.source",
       [](Request& r) {
         r.method = "PUT", r.upload = Upload{nullptr, 5};
       }},
      {"body", [](Request& r) { r.method = "HEAD", r.body = "hidden"; }},
  };
  Recorder recorder(Answer(200, ""));
  Client client;
  for (const InvalidRow& row : rows) {
    Request request = Get(recorder.server().Url());
    row.spoil(request);
    const absl::Status status = client.Send(request).status();
    ExpectNothingSent(status, absl::StatusCode::kInvalidArgument);
    EXPECT_THAT(Message(status), AllOf(StartsWith(row.field), HasSubstr("expected"), Not(HasSubstr("hidden"))));
  }
  EXPECT_EQ(recorder.server().connections(), 0);
}

// ---- Failures after it

void ExpectMaybeSent(const absl::Status& status, absl::StatusCode code, const std::string& words) {
  EXPECT_EQ(status.code(), code) << status;
  EXPECT_EQ(FailureOf(status), TransportFailure::kMaybeSent) << status;
  EXPECT_THAT(Message(status), HasSubstr(words));
}

TEST(Send, NoFirstByte_IsDeadlineExceeded) {
  RawServer server(TakeAndKeepSilent);
  Client client;
  Request request = Post(server.Url(), "{}");
  request.limits.first_byte = kSoon;
  ExpectMaybeSent(client.Send(request).status(), absl::StatusCode::kDeadlineExceeded,
                  "no byte of an answer within 100ms");
}

TEST(Send, AnswerStalls_IsDeadlineExceeded) {
  RawServer server([](Connection& connection) {
    if (!connection.ReadRequest().has_value()) return;
    connection.Send("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf");
    connection.WaitForClose();
  });
  Client client;
  Request request = Get(server.Url());
  request.limits.stall = kSoon;
  ExpectMaybeSent(client.Send(request).status(), absl::StatusCode::kDeadlineExceeded,
                  "nothing more of the answer came for 100ms");
}

TEST(Send, RequestStalls_IsDeadlineExceeded) {
  Client client;
  int port = 0;
  // The kernel connects and takes what its buffers hold; nobody reads it.
  const int never_accepts = Listen(1, &port);
  Request request = Post(absl::StrCat("http://127.0.0.1:", port, "/"), std::string(64'000'000, 'x'));
  request.limits.stall = kSoon;
  ExpectMaybeSent(client.Send(request).status(), absl::StatusCode::kDeadlineExceeded,
                  "nothing of the request could be sent for 100ms");
  close(never_accepts);
}

TEST(Send, WholeCallTakesTooLong_IsDeadlineExceeded) {
  RawServer server(TakeAndKeepSilent);
  Client client;
  Request request = Get(server.Url());
  request.limits.total = kSoon;
  ExpectMaybeSent(client.Send(request).status(), absl::StatusCode::kDeadlineExceeded, "GET http://127.0.0.1");
}

struct BrokenRow {
  const char* name;
  const char* bytes;
  bool reset;
};

TEST(Send, AnswerBreaksOff_IsDataLoss) {
  const BrokenRow rows[] = {{"fin", "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf", false},
                            {"reset", "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf", true},
                            {"chunks", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nhalf\r\n", false}};
  for (const BrokenRow& row : rows) {
    RawServer server([&row](Connection& connection) {
      if (!connection.ReadRequest().has_value()) return;
      connection.Send(row.bytes);
      if (row.reset) connection.Reset();
    });
    Client client;
    ExpectMaybeSent(client.Send(Get(server.Url())).status(), absl::StatusCode::kDataLoss, "GET ");
  }
}

TEST(Send, NoHttp_IsAnErrorAndMaybeSent) {
  RawServer server([](Connection& connection) {
    if (connection.ReadRequest().has_value()) connection.Send("SSH-2.0-OpenSSH_9.2\r\n");
  });
  Client client;
  const absl::Status status = client.Send(Post(server.Url(), "{}")).status();
  EXPECT_FALSE(status.ok());
  EXPECT_EQ(FailureOf(status), TransportFailure::kMaybeSent);
}

TEST(Send, HeadersWithoutEnd_AreResourceExhausted) {
  RawServer server([](Connection& connection) {
    if (!connection.ReadRequest().has_value() || !connection.Send("HTTP/1.1 200 OK\r\n")) return;
    while (connection.Send(absl::StrCat("X-More: ", std::string(1000, 'x'), "\r\n"))) {
    }
  });
  Client client;
  ExpectMaybeSent(client.Send(Get(server.Url())).status(), absl::StatusCode::kResourceExhausted, "64 KiB");
}

TEST(Send, BodyOverLimit_IsResourceExhausted) {
  RawServer server(RawServer::Answering([](const ReceivedRequest& request) {
    if (request.target == "/counted") return Answer(200, "0123456789");
    return std::string("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\na\r\n0123456789\r\n0\r\n\r\n");
  }));
  Client client;
  for (const char* path : {"/counted", "/chunked"}) {
    Request request = Get(server.Url(path));
    request.max_body_bytes = 10;
    EXPECT_EQ(client.Send(request).value().body, "0123456789");
    request.max_body_bytes = 9;
    ExpectMaybeSent(client.Send(request).status(), absl::StatusCode::kResourceExhausted, "exceeds 9 bytes");
  }
}

TEST(Send, ErrorBodyOverLimit_IsCutAndTheStatusKept) {
  Recorder recorder(Answer(429, std::string(100'000, 'x'), "Retry-After: 9\r\n"));
  Client client;
  Request request = Get(recorder.server().Url());
  request.max_body_bytes = 100;
  const Response response = client.Send(request).value();
  EXPECT_EQ(response.status, 429);
  EXPECT_EQ(response.body, std::string(100, 'x'));
  EXPECT_TRUE(response.body_truncated);
  EXPECT_EQ(*response.FindHeader("Retry-After"), "9");
}

TEST(Send, AnyFailure_NeverShowsQueryOrHeaders) {
  RawServer server([](Connection& connection) { connection.ReadRequest(); });
  Client client;
  Request request = Get(server.Url("/path?token=secret"));
  request.headers = {{"X-Id", "secret"}};
  request.secret_headers = {{"X-Key", "secret"}};
  const absl::Status status = client.Send(request).status();
  EXPECT_THAT(status.ToString(), AllOf(HasSubstr("/path: "), Not(HasSubstr("secret")), Not(HasSubstr("token"))));
}

// ---- Redirects

// Answers /N with a redirect to /N-1, and /0 with "there".
std::string CountDown(const ReceivedRequest& request) {
  const int left = std::atoi(request.target.c_str() + 1);
  if (left == 0) return Answer(200, "there");
  return Answer(302, "elsewhere", absl::StrCat("Location: /", left - 1, "\r\n"));
}

Request Following(const std::string& url) {
  Request request = Get(url);
  request.max_redirects = 5;
  return request;
}

TEST(Redirect, FiveHops_AreFollowed) {
  RawServer server(RawServer::Answering(CountDown));
  Client client;
  EXPECT_EQ(client.Send(Following(server.Url("/5"))).value().body, "there");
}

TEST(Redirect, SixHopsOrALoop_IsFailedPrecondition) {
  RawServer server(RawServer::Answering(CountDown));
  Recorder loop(Answer(301, "", "Location: ?again\r\n"));
  Client client;
  ExpectMaybeSent(client.Send(Following(server.Url("/6"))).status(), absl::StatusCode::kFailedPrecondition,
                  "redirected more than 5 times");
  ExpectMaybeSent(client.Send(Following(loop.server().Url())).status(), absl::StatusCode::kFailedPrecondition,
                  "redirected more than 5 times");
  EXPECT_EQ(loop.requests().size(), 6u);
}

TEST(Redirect, NotAskedFor_IsTheAnswer) {
  RawServer server(RawServer::Answering(CountDown));
  Client client;
  const Response response = client.Send(Get(server.Url("/1"))).value();
  EXPECT_EQ(response.status, 302);
  EXPECT_EQ(*response.FindHeader("Location"), "/0");
}

TEST(Redirect, OfAPost_IsTheAnswer) {
  Recorder recorder(Answer(307, "", "Location: /again\r\n"));
  Client client;
  Request request = Following(recorder.server().Url());
  request.method = "POST";
  EXPECT_EQ(client.Send(request).value().status, 307);
  EXPECT_EQ(recorder.requests().size(), 1u);
}

TEST(Redirect, ToTheSameOrigin_KeepsTheSecret) {
  Recorder recorder(Answer(302, "", "Location: /again\r\n"));
  Client client;
  Request request = Following(recorder.server().Url());
  request.max_redirects = 1;
  request.secret_headers = {{"X-Key", "k"}};
  EXPECT_FALSE(client.Send(request).ok());
  ASSERT_EQ(recorder.requests().size(), 2u);
  EXPECT_EQ(recorder.requests()[1].target, "/again");
  EXPECT_EQ(recorder.requests()[1].headers.at("x-key"), "k");
}

TEST(Redirect, ToAnotherOrigin_LosesTheSecretForGood) {
  std::mutex mutex;
  std::vector<std::string> seen;
  const auto record = [&](const ReceivedRequest& request) {
    std::lock_guard lock(mutex);
    seen.push_back(absl::StrCat(request.target, request.Has("x-key") ? " key" : "",
                                request.Has("authorization") ? " bearer" : "", request.Has("accept") ? " accept" : ""));
  };
  std::string home;
  RawServer other(RawServer::Answering([&](const ReceivedRequest& request) {
    record(request);
    return Answer(302, "", absl::StrCat("Location: ", home, "\r\n"));
  }));
  RawServer server(RawServer::Answering([&](const ReceivedRequest& request) {
    record(request);
    return request.target == "/start" ? Answer(302, "", absl::StrCat("Location: ", other.Url("/other"), "\r\n"))
                                      : Answer(200, "there");
  }));
  home = server.Url("/home");
  Client client;
  Request request = Following(server.Url("/start"));
  request.headers = {{"Accept", "video/mp4"}};
  request.secret_headers = {{"X-Key", "k"}, {"Authorization", "Bearer t"}};
  EXPECT_EQ(client.Send(request).value().body, "there");
  EXPECT_THAT(seen, ElementsAre("/start key bearer accept", "/other accept", "/home accept"));
}

TEST(Redirect, IntoClearTextElsewhere_IsNotFollowed) {
  Recorder recorder(Answer(302, "", "Location: http://example.com/file?sig=secret\r\n"));
  Client client;
  const absl::Status status = client.Send(Following(recorder.server().Url())).status();
  ExpectMaybeSent(status, absl::StatusCode::kFailedPrecondition, "redirected to http://example.com/file, ");
  EXPECT_THAT(Message(status), Not(HasSubstr("secret")));
}

TEST(Redirect, WhoseTargetFails_IsMaybeSent) {
  int port = 0;
  close(Listen(1, &port));
  Recorder recorder(Answer(302, "", absl::StrCat("Location: http://127.0.0.1:", port, "/\r\n")));
  Client client;
  ExpectMaybeSent(client.Send(Following(recorder.server().Url())).status(), absl::StatusCode::kUnavailable, "GET ");
}

// ---- Proxies

class ProxyVariables : public ::testing::Test {
 protected:
  void SetUp() override {
    for (const char* name : kNames) setenv(name, proxy_.server().Url().c_str(), 1);
  }
  void TearDown() override {
    for (const char* name : kNames) unsetenv(name);
  }

  static constexpr const char* kNames[] = {"http_proxy", "https_proxy"};

  Recorder proxy_{Answer(503, "from the proxy")};
};

TEST_F(ProxyVariables, OtherHosts_GoThroughTheProxy) {
  Client client;
  EXPECT_EQ(client.Send(Get("http://example.invalid/a")).value().body, "from the proxy");
  EXPECT_EQ(proxy_.requests().at(0).target, "http://example.invalid/a");
}

TEST_F(ProxyVariables, ProxyRefusesTheTunnel_IsNothingSent) {
  Client client;
  Request request = Get("https://example.invalid/a");
  request.secret_headers = {{"X-Key", "k"}};
  ExpectNothingSent(client.Send(request).status(), absl::StatusCode::kUnavailable);
  EXPECT_EQ(proxy_.requests().at(0).method, "CONNECT");
  EXPECT_FALSE(proxy_.requests().at(0).Has("x-key"));
}

TEST_F(ProxyVariables, Loopback_DoesNot) {
  Recorder recorder(Answer(200, "direct"));
  Client client;
  EXPECT_EQ(client.Send(Get(recorder.server().Url())).value().body, "direct");
  EXPECT_EQ(proxy_.requests().size(), 0u);
}

// 0.0.0.0 leads to this machine as well, but is no name of its loopback: the proxy would be asked for it.
TEST_F(ProxyVariables, DirectRequest_DoesNotEither) {
  Recorder recorder(Answer(200, "direct"));
  Client client;
  Request request = Get(absl::StrCat("http://0.0.0.0:", recorder.server().port(), "/"));
  request.direct = true;
  EXPECT_EQ(client.Send(request).value().body, "direct");
  EXPECT_EQ(proxy_.requests().size(), 0u);
  request.direct = false;
  EXPECT_EQ(client.Send(request).value().body, "from the proxy");
}

// ---- Shutdown

TEST(Shutdown, CallsUnderWay_AreCancelled) {
  std::promise<void> taken;
  RawServer server([&taken](Connection& connection) {
    if (connection.ReadRequest().has_value()) taken.set_value();
    connection.WaitForClose();
  });
  Client client;
  std::future<absl::Status> call =
      std::async(std::launch::async, [&] { return client.Send(Get(server.Url())).status(); });
  taken.get_future().wait();
  client.Shutdown();
  ExpectMaybeSent(call.get(), absl::StatusCode::kCancelled, "shut down");
}

TEST(Shutdown, LaterCalls_AreCancelledWithNothingSent) {
  RawServer server(TakeAndKeepSilent);
  Client client;
  client.Shutdown();
  client.Shutdown();
  ExpectNothingSent(client.Send(Get(server.Url())).status(), absl::StatusCode::kCancelled);
  EXPECT_EQ(server.connections(), 0);
}

TEST(Shutdown, ClientDestroyedUnderCalls_LetsThemReturn) {
  std::promise<void> taken;
  std::atomic<int> count = 0;
  RawServer server([&](Connection& connection) {
    if (connection.ReadRequest().has_value() && ++count == 8) taken.set_value();
    connection.WaitForClose();
  });
  auto client = std::make_unique<Client>();
  std::vector<std::future<absl::Status>> calls;
  for (int i = 0; i < 8; ++i) {
    calls.push_back(
        std::async(std::launch::async, [&server, c = client.get()] { return c->Send(Get(server.Url())).status(); }));
  }
  taken.get_future().wait();
  client.reset();
  for (std::future<absl::Status>& call : calls) EXPECT_EQ(call.get().code(), absl::StatusCode::kCancelled);
}

}  // namespace
}  // namespace videojobs::http
