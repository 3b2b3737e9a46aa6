#include <curl/curl.h>

#include <cstddef>
#include <optional>
#include <string>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "adapters/http/curl_failure.h"
#include "adapters/http/failure.h"
#include "adapters/http/message.h"
#include "adapters/http/redirect.h"
#include "adapters/http/retry_after.h"
#include "adapters/http/ring.h"
#include "adapters/http/url.h"
#include "gtest/gtest.h"

namespace videojobs::http {
namespace {

struct FailureRow {
  CURLcode code;
  Progress progress;
  absl::StatusCode status;
  TransportFailure failure;
};

TEST(FailureFromCurl, CodeAndProgress_GiveCodeAndMark) {
  using Code = absl::StatusCode;
  constexpr auto kNone = TransportFailure::kNothingSent;
  constexpr auto kMaybe = TransportFailure::kMaybeSent;
  const FailureRow rows[] = {
      {CURLE_COULDNT_RESOLVE_HOST, Progress::kNothingSent, Code::kUnavailable, kNone},
      {CURLE_COULDNT_RESOLVE_PROXY, Progress::kNothingSent, Code::kUnavailable, kNone},
      {CURLE_COULDNT_CONNECT, Progress::kNothingSent, Code::kUnavailable, kNone},
      {CURLE_PROXY, Progress::kNothingSent, Code::kUnavailable, kNone},
      {CURLE_NO_CONNECTION_AVAILABLE, Progress::kNothingSent, Code::kUnavailable, kNone},
      {CURLE_SSL_CONNECT_ERROR, Progress::kNothingSent, Code::kUnavailable, kNone},
      {CURLE_SSL_CERTPROBLEM, Progress::kNothingSent, Code::kFailedPrecondition, kNone},
      {CURLE_SSL_ISSUER_ERROR, Progress::kNothingSent, Code::kFailedPrecondition, kNone},
      {CURLE_PEER_FAILED_VERIFICATION, Progress::kNothingSent, Code::kFailedPrecondition, kNone},
      {CURLE_SSL_CACERT_BADFILE, Progress::kNothingSent, Code::kFailedPrecondition, kNone},
      {CURLE_OPERATION_TIMEDOUT, Progress::kNothingSent, Code::kDeadlineExceeded, kNone},
      {CURLE_RECV_ERROR, Progress::kNothingSent, Code::kUnavailable, kNone},
      {CURLE_URL_MALFORMAT, Progress::kNothingSent, Code::kInvalidArgument, kNone},
      {CURLE_OUT_OF_MEMORY, Progress::kNothingSent, Code::kResourceExhausted, kNone},
      // A code that says "not connected" counts for nothing once the request was begun: libcurl may have sent it on a
      // kept connection, and failed to connect when it tried again.
      {CURLE_COULDNT_CONNECT, Progress::kRequestBegun, Code::kUnavailable, kMaybe},
      {CURLE_SSL_CONNECT_ERROR, Progress::kRequestBegun, Code::kUnavailable, kMaybe},
      {CURLE_OPERATION_TIMEDOUT, Progress::kRequestBegun, Code::kDeadlineExceeded, kMaybe},
      {CURLE_SEND_ERROR, Progress::kRequestBegun, Code::kUnavailable, kMaybe},
      {CURLE_SEND_FAIL_REWIND, Progress::kRequestBegun, Code::kUnavailable, kMaybe},
      {CURLE_RECV_ERROR, Progress::kRequestBegun, Code::kUnavailable, kMaybe},
      {CURLE_GOT_NOTHING, Progress::kRequestBegun, Code::kUnavailable, kMaybe},
      {CURLE_HTTP2, Progress::kRequestBegun, Code::kUnavailable, kMaybe},
      {CURLE_HTTP2_STREAM, Progress::kRequestBegun, Code::kUnavailable, kMaybe},
      {CURLE_WEIRD_SERVER_REPLY, Progress::kRequestBegun, Code::kUnavailable, kMaybe},
      {CURLE_HTTP2, Progress::kAnswerBegun, Code::kDataLoss, kMaybe},
      {CURLE_RECV_ERROR, Progress::kAnswerBegun, Code::kDataLoss, kMaybe},
      {CURLE_HTTP2_STREAM, Progress::kAnswerBegun, Code::kDataLoss, kMaybe},
      {CURLE_PARTIAL_FILE, Progress::kAnswerBegun, Code::kDataLoss, kMaybe},
      {CURLE_OPERATION_TIMEDOUT, Progress::kAnswerBegun, Code::kDeadlineExceeded, kMaybe},
      {CURLE_BAD_FUNCTION_ARGUMENT, Progress::kRequestBegun, Code::kInternal, kMaybe},
  };
  for (const FailureRow& row : rows) {
    const absl::Status status = FailureFromCurl(row.code, row.progress, "detail");
    EXPECT_EQ(status.code(), row.status) << row.code;
    EXPECT_EQ(FailureOf(status), row.failure) << row.code;
    EXPECT_EQ(status.message(), "detail");
  }
}

TEST(FailureOf, StatusOfAnotherOrigin_IsNothing) {
  EXPECT_EQ(FailureOf(absl::OkStatus()), std::nullopt);
  EXPECT_EQ(FailureOf(absl::UnavailableError("not ours")), std::nullopt);
}

TEST(ParseRetryAfter, SecondsOrDate_BecomesDuration) {
  const absl::Time now = absl::FromCivil(absl::CivilSecond(2026, 11, 22, 12, 0, 0), absl::UTCTimeZone());
  EXPECT_EQ(ParseRetryAfter("0", now), absl::ZeroDuration());
  EXPECT_EQ(ParseRetryAfter(" 34 ", now), absl::Seconds(34));
  EXPECT_EQ(ParseRetryAfter("99999999999999999999", now), absl::InfiniteDuration());
  EXPECT_EQ(ParseRetryAfter("Sun, 22 Nov 2026 12:01:30 GMT", now), absl::Seconds(90));
  EXPECT_EQ(ParseRetryAfter("Sunday, 22-Nov-26 12:01:30 GMT", now), absl::Seconds(90));
  EXPECT_EQ(ParseRetryAfter("Sun Nov 22 12:01:30 2026", now), absl::Seconds(90));
  EXPECT_EQ(ParseRetryAfter("Sun, 22 Nov 2026 11:00:00 GMT", now), absl::ZeroDuration());
  for (const char* bad : {"", "soon", "-1", "1.5", "34s", "2026-11-22T12:00:00Z"}) {
    EXPECT_EQ(ParseRetryAfter(bad, now), std::nullopt) << bad;
  }
}

TEST(Ring, WritesAndReads_KeepOrderAcrossItsEnd) {
  Ring ring(8);
  EXPECT_EQ(ring.Write("abcdef"), 6u);
  EXPECT_EQ(ring.Readable(), "abcdef");
  ring.Consume(4);
  EXPECT_EQ(ring.Write("ghijklmn"), 6u);
  EXPECT_EQ(ring.free(), 0u);
  EXPECT_TRUE(ring.Writable().empty());
  EXPECT_EQ(ring.Readable(), "efgh");
  char bytes[16];
  EXPECT_EQ(std::string(bytes, ring.Read(bytes, sizeof bytes)), "efghijkl");
  EXPECT_EQ(ring.size(), 0u);
  EXPECT_EQ(ring.Read(bytes, sizeof bytes), 0u);
}

Response Redirect(int status, const std::string& location) {
  Response response;
  response.status = status;
  if (!location.empty()) response.headers = {{"location", location}};
  return response;
}

TEST(NextHop, RedirectOfAGet_IsFollowedFromThere) {
  const Url here = ParseUrl("https://a/x/y").value();
  for (int status : {301, 302, 303, 307, 308}) {
    EXPECT_EQ(ToString(**NextHop("GET", here, Redirect(status, "z?q"))), "https://a/x/z?q") << status;
  }
  EXPECT_EQ(ToString(**NextHop("HEAD", here, Redirect(302, "https://b/"))), "https://b/");
}

TEST(NextHop, AnythingElse_IsTheAnswerItself) {
  const Url here = ParseUrl("https://a/").value();
  for (int status : {200, 300, 304, 305, 306, 404}) {
    EXPECT_EQ(NextHop("GET", here, Redirect(status, "https://b/")).value(), std::nullopt) << status;
  }
  EXPECT_EQ(NextHop("GET", here, Redirect(302, "")).value(), std::nullopt);
  EXPECT_EQ(NextHop("POST", here, Redirect(307, "https://b/")).value(), std::nullopt);
}

struct RefusedHop {
  const char* from;
  const char* to;
};

TEST(NextHop, IntoClearTextOrIntoThisMachine_IsRefused) {
  const RefusedHop rows[] = {{"https://a/", "http://a/?key=secret"},   {"http://a/", "http://a/b"},
                             {"http://127.0.0.1/", "http://a/"},       {"https://a/", "http://127.0.0.1/"},
                             {"https://a/", "https://localhost/"},     {"https://a/", "file:///etc/passwd"},
                             {"https://a/", "https://user:secret@b/"}, {"https://a/", "http://[::1]/"}};
  for (const RefusedHop& row : rows) {
    const absl::Status status = NextHop("GET", ParseUrl(row.from).value(), Redirect(302, row.to)).status();
    EXPECT_EQ(status.code(), absl::StatusCode::kFailedPrecondition) << row.from << " to " << row.to;
    EXPECT_EQ(std::string(status.message()).find("secret"), std::string::npos) << status;
  }
  EXPECT_TRUE(NextHop("GET", ParseUrl("http://127.0.0.1/").value(), Redirect(302, "http://localhost:99/")).ok());
  EXPECT_TRUE(NextHop("GET", ParseUrl("http://127.0.0.1/").value(), Redirect(302, "https://a/")).ok());
}

TEST(FindHeader, AnyCase_IsFound) {
  const Response response{.status = 200, .headers = {{"Retry-After", "5"}, {"retry-after", "6"}}, .body = ""};
  ASSERT_NE(response.FindHeader("RETRY-AFTER"), nullptr);
  EXPECT_EQ(*response.FindHeader("RETRY-AFTER"), "5");
  EXPECT_EQ(response.FindHeader("Retry"), nullptr);
}

}  // namespace
}  // namespace videojobs::http
