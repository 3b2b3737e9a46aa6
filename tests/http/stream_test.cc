#include <unistd.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <fstream>
#include <functional>
#include <future>
#include <optional>
#include <string>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "adapters/byte_stream.h"
#include "adapters/http/client.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/http/raw_server.h"

namespace videojobs::http {
namespace {

using ::testing::HasSubstr;

constexpr size_t kPiece = 65536;

// The bytes that every body here is made of: no two pieces of it look alike.
char ByteAt(uint64_t position) { return static_cast<char>((position * 2654435761u) >> 13); }

void FillPattern(uint64_t from, char* bytes, size_t size) {
  for (size_t i = 0; i < size; ++i) bytes[i] = ByteAt(from + i);
}

std::string Pattern(uint64_t from, size_t size) {
  std::string bytes(size, '\0');
  FillPattern(from, bytes.data(), size);
  return bytes;
}

// Checks what it gets against the pattern, and calls back before it takes each piece.
class PatternSink : public ByteSink {
 public:
  explicit PatternSink(std::function<absl::Status(int64_t so_far)> before = nullptr) : before_(std::move(before)) {}

  absl::Status Write(absl::string_view bytes) override {
    if (before_) {
      if (absl::Status status = before_(size_); !status.ok()) return status;
    }
    for (char byte : bytes) {
      if (byte != ByteAt(static_cast<uint64_t>(size_++))) return absl::InternalError("a wrong byte");
    }
    return absl::OkStatus();
  }

  int64_t size() const { return size_; }

 private:
  std::function<absl::Status(int64_t)> before_;
  int64_t size_ = 0;
};

// Gives `size` bytes of the pattern and then `end`.
class PatternSource : public ByteSource {
 public:
  explicit PatternSource(int64_t size, absl::Status end = absl::OkStatus()) : size_(size), end_(std::move(end)) {}

  absl::StatusOr<size_t> Read(char* buffer, size_t capacity) override {
    if (given_ == size_ && !end_.ok()) return end_;
    const size_t count = std::min(capacity, static_cast<size_t>(size_ - given_));
    FillPattern(static_cast<uint64_t>(given_), buffer, count);
    given_ += static_cast<int64_t>(count);
    return count;
  }

  int64_t given() const { return given_; }

 private:
  const int64_t size_;
  const absl::Status end_;
  int64_t given_ = 0;
};

// Sends `size` bytes of the pattern as a 200, to every request.
RawServer::Handler Serving(int64_t size) {
  return [size](Connection& connection) {
    std::string bytes(kPiece, '\0');
    while (connection.ReadRequest().has_value()) {
      if (!connection.Send(absl::StrCat("HTTP/1.1 200 OK\r\nContent-Length: ", size, "\r\n\r\n"))) return;
      for (int64_t sent = 0; sent < size; sent += kPiece) {
        const size_t piece = static_cast<size_t>(std::min<int64_t>(kPiece, size - sent));
        FillPattern(static_cast<uint64_t>(sent), bytes.data(), piece);
        if (!connection.Send(absl::string_view(bytes).substr(0, piece))) return;
      }
    }
  };
}

Request Get(const std::string& url) {
  Request request;
  request.url = url;
  return request;
}

Request Put(const std::string& url, ByteSource& source, std::optional<int64_t> size) {
  Request request = Get(url);
  request.method = "PUT";
  request.upload = Upload{&source, size};
  return request;
}

int64_t ResidentBytes() {
  int64_t total = 0, resident = 0;
  std::ifstream("/proc/self/statm") >> total >> resident;
  return resident * sysconf(_SC_PAGESIZE);
}

// AddressSanitizer holds on to what was freed (https://github.com/google/sanitizers/wiki/AddressSanitizer#faq).
#ifdef __SANITIZE_ADDRESS__
constexpr int64_t kMostGrowth = 64 << 20;
#else
constexpr int64_t kMostGrowth = 16 << 20;
#endif

// ---- Downloads

TEST(Download, Of200MiB_ArrivesWholeInBoundedMemory) {
  constexpr int64_t kSize = 200 << 20;
  RawServer server(Serving(kSize));
  RawServer small(Serving(3 << 20));
  Client client;
  // What the first transfer of a process costs once is not at issue.
  PatternSink first;
  ASSERT_TRUE(client.Download(Get(small.Url()), first).ok());
  const int64_t before = ResidentBytes();
  int64_t peak = before;
  PatternSink sink([&](int64_t) {
    peak = std::max(peak, ResidentBytes());
    return absl::OkStatus();
  });
  const absl::StatusOr<Response> response = client.Download(Get(server.Url()), sink);
  ASSERT_TRUE(response.ok()) << response.status();
  EXPECT_EQ(response->status, 200);
  EXPECT_EQ(response->body, "");
  EXPECT_EQ(sink.size(), kSize);
  EXPECT_LT(peak - before, kMostGrowth);
}

TEST(Download, SmallRing_KeepsOrder) {
  RawServer server(Serving(3'000'001));
  Client client({.ring_bytes = 1});
  for (int i = 0; i < 3; ++i) {
    PatternSink sink;
    ASSERT_TRUE(client.Download(Get(server.Url()), sink).ok());
    EXPECT_EQ(sink.size(), 3'000'001);
  }
  EXPECT_EQ(server.connections(), 1);
}

TEST(Download, Empty_WritesNothing) {
  RawServer server(Serving(0));
  Client client;
  PatternSink sink;
  EXPECT_EQ(client.Download(Get(server.Url()), sink).value().status, 200);
  EXPECT_EQ(sink.size(), 0);
}

TEST(Download, ErrorBody_IsNotForTheSink) {
  RawServer server(RawServer::Answering([](const ReceivedRequest&) { return Answer(403, "expired"); }));
  Client client;
  PatternSink sink;
  const Response response = client.Download(Get(server.Url()), sink).value();
  EXPECT_EQ(response.status, 403);
  EXPECT_EQ(response.body, "expired");
  EXPECT_EQ(sink.size(), 0);
}

TEST(Download, Redirected_WritesTheLastBodyOnly) {
  RawServer server(RawServer::Answering([](const ReceivedRequest& request) {
    return request.target == "/there" ? Answer(200, Pattern(0, 100)) : Answer(302, "moved", "Location: /there\r\n");
  }));
  Client client;
  PatternSink sink;
  Request request = Get(server.Url());
  request.max_redirects = 5;
  EXPECT_EQ(client.Download(request, sink).value().body, "");
  EXPECT_EQ(sink.size(), 100);
}

TEST(Download, SlowSink_HoldsUpNoOtherCallAndIsNoStall) {
  RawServer silent([](Connection& connection) { connection.WaitForClose(); });
  RawServer server(Serving(8 << 20));
  Client client;
  PatternSink sink([&](int64_t so_far) {
    if (so_far > 0) return absl::OkStatus();
    // Another call of the same client runs into its own limit while this sink takes nothing, and nothing moves.
    Request request = Get(silent.Url());
    request.limits.first_byte = absl::Milliseconds(300);
    EXPECT_EQ(client.Send(request).status().code(), absl::StatusCode::kDeadlineExceeded);
    return absl::OkStatus();
  });
  Request request = Get(server.Url());
  request.limits.stall = absl::Milliseconds(100);
  const absl::StatusOr<Response> response = client.Download(request, sink);
  ASSERT_TRUE(response.ok()) << response.status();
  EXPECT_EQ(sink.size(), 8 << 20);
}

TEST(Download, SinkFails_EndsTheTransferWithItsError) {
  std::promise<void> hung_up;
  RawServer server([&hung_up](Connection& connection) {
    connection.ReadRequest();
    connection.Send("HTTP/1.1 200 OK\r\n\r\n");
    while (connection.Send(std::string(kPiece, 'x'))) {
    }
    hung_up.set_value();
  });
  Client client;
  PatternSink sink([](int64_t) { return absl::ResourceExhaustedError("disk full"); });
  const absl::Status status = client.Download(Get(server.Url()), sink).status();
  EXPECT_EQ(status.code(), absl::StatusCode::kResourceExhausted);
  EXPECT_EQ(status.message(), "disk full");
  EXPECT_EQ(FailureOf(status), TransportFailure::kMaybeSent);
  hung_up.get_future().wait();
}

TEST(Download, Truncated_IsDataLoss) {
  RawServer server([](Connection& connection) {
    connection.ReadRequest();
    connection.Send("HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n" + Pattern(0, 99'999));
  });
  Client client;
  PatternSink sink;
  EXPECT_EQ(client.Download(Get(server.Url()), sink).status().code(), absl::StatusCode::kDataLoss);
}

TEST(Download, OverItsLimit_IsResourceExhausted) {
  RawServer counted(Serving(1001));
  RawServer endless([](Connection& connection) {
    connection.ReadRequest();
    connection.Send("HTTP/1.1 200 OK\r\n\r\n");
    while (connection.Send(std::string(kPiece, 'x'))) {
    }
  });
  class Counter : public ByteSink {
   public:
    absl::Status Write(absl::string_view bytes) override {
      size += bytes.size();
      return absl::OkStatus();
    }
    size_t size = 0;
  } sink;
  Client client;
  Request request = Get(counted.Url());
  request.max_stream_bytes = 1000;
  const absl::Status status = client.Download(request, sink).status();
  EXPECT_EQ(status.code(), absl::StatusCode::kResourceExhausted);
  EXPECT_THAT(std::string(status.message()), HasSubstr("exceeds 1000 bytes"));
  EXPECT_EQ(sink.size, 0u);

  request.url = endless.Url();
  request.max_stream_bytes = 3'000'000;
  EXPECT_EQ(client.Download(request, sink).status().code(), absl::StatusCode::kResourceExhausted);
  EXPECT_LE(sink.size, 3'000'000u);

  request.url = counted.Url();
  request.max_stream_bytes = 1001;
  EXPECT_TRUE(client.Download(request, sink).ok());
}

TEST(Download, ShutDownUnderWay_IsCancelled) {
  RawServer server([](Connection& connection) {
    connection.ReadRequest();
    connection.Send("HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n" + Pattern(0, 10));
    connection.WaitForClose();
  });
  Client client;
  PatternSink sink([&client](int64_t) {
    client.Shutdown();
    return absl::OkStatus();
  });
  EXPECT_EQ(client.Download(Get(server.Url()), sink).status().code(), absl::StatusCode::kCancelled);
}

// ---- Uploads

// Reads one whole request and tells it, or that it never was whole.
class UploadServer {
 public:
  UploadServer()
      : server_([this](Connection& connection) {
          std::optional<ReceivedRequest> request = connection.ReadRequest();
          connection.Send(Answer(200, "stored"));
          received_.set_value(std::move(request));
        }) {}

  std::string Url() const { return server_.Url(); }
  std::optional<ReceivedRequest> received() { return received_.get_future().get(); }

 private:
  std::promise<std::optional<ReceivedRequest>> received_;
  RawServer server_;
};

TEST(Upload, SizeKnown_HasContentLength) {
  UploadServer server;
  Client client({.ring_bytes = 1});
  PatternSource source(5'000'001);
  const absl::StatusOr<Response> response = client.Send(Put(server.Url(), source, 5'000'001));
  ASSERT_TRUE(response.ok()) << response.status();
  EXPECT_EQ(response->body, "stored");
  const std::optional<ReceivedRequest> request = server.received();
  EXPECT_EQ(request->method, "PUT");
  EXPECT_EQ(request->headers.at("content-length"), "5000001");
  EXPECT_TRUE(request->body == Pattern(0, 5'000'001));
}

TEST(Upload, SizeUnknown_GoesInChunks) {
  UploadServer server;
  Client client;
  PatternSource source(3'000'001);
  ASSERT_TRUE(client.Send(Put(server.Url(), source, std::nullopt)).ok());
  const std::optional<ReceivedRequest> request = server.received();
  EXPECT_EQ(request->headers.at("transfer-encoding"), "chunked");
  EXPECT_FALSE(request->Has("content-length"));
  EXPECT_TRUE(request->body == Pattern(0, 3'000'001));
}

TEST(Upload, OfNothing_Arrives) {
  UploadServer server;
  Client client;
  PatternSource source(0);
  ASSERT_TRUE(client.Send(Put(server.Url(), source, 0)).ok());
  EXPECT_EQ(server.received()->headers.at("content-length"), "0");
}

TEST(Upload, Of200MiB_GoesOutInBoundedMemory) {
  constexpr int64_t kSize = 200 << 20;
  RawServer server([](Connection& connection) {
    const std::optional<ReceivedRequest> head = connection.ReadHead();
    if (head->Has("expect")) connection.Send("HTTP/1.1 100 Continue\r\n\r\n");
    uint64_t taken = 0;
    while (taken < kSize) {
      const absl::string_view bytes = connection.ReadSome();
      if (bytes.empty()) return;
      taken += bytes.size();
    }
    connection.Send(Answer(200, absl::StrCat(taken)));
  });
  Client client;
  const int64_t before = ResidentBytes();
  class Measured : public PatternSource {
   public:
    using PatternSource::PatternSource;
    absl::StatusOr<size_t> Read(char* buffer, size_t capacity) override {
      peak = std::max(peak, ResidentBytes());
      return PatternSource::Read(buffer, capacity);
    }
    int64_t peak = 0;
  } source(kSize);
  const absl::StatusOr<Response> response = client.Send(Put(server.Url(), source, kSize));
  ASSERT_TRUE(response.ok()) << response.status();
  EXPECT_EQ(response->body, absl::StrCat(kSize));
  EXPECT_LT(source.peak - before, kMostGrowth);
}

TEST(Upload, SourceFails_EndsTheTransferWithItsError) {
  UploadServer server;
  Client client;
  PatternSource source(2'000'000, absl::DataLossError("the file is broken"));
  const absl::Status status = client.Send(Put(server.Url(), source, 3'000'000)).status();
  EXPECT_EQ(status.code(), absl::StatusCode::kDataLoss);
  EXPECT_EQ(status.message(), "the file is broken");
  EXPECT_FALSE(server.received().has_value());
}

TEST(Upload, SourceDoesNotKeepToItsSize_NeverArrivesWhole) {
  for (const int64_t announced : {2'000'001, 1'999'999}) {
    UploadServer server;
    Client client;
    PatternSource source(2'000'000);
    const absl::Status status = client.Send(Put(server.Url(), source, announced)).status();
    EXPECT_EQ(status.code(), absl::StatusCode::kFailedPrecondition);
    EXPECT_THAT(std::string(status.message()), HasSubstr(absl::StrCat("announced were ", announced)));
    EXPECT_FALSE(server.received().has_value());
  }
}

TEST(Upload, RefusedBeforeItsBody_IsAnsweredAndNotReadOn) {
  RawServer server([](Connection& connection) {
    connection.ReadHead();
    connection.Send(Answer(413, "too large", "Connection: close\r\n"));
    connection.WaitForClose();
  });
  Client client;
  PatternSource source(100'000'000);
  const absl::StatusOr<Response> response = client.Send(Put(server.Url(), source, 100'000'000));
  ASSERT_TRUE(response.ok()) << response.status();
  EXPECT_EQ(response->status, 413);
  EXPECT_LE(source.given(), 2 << 20);
}

TEST(Upload, AfterAnotherCall_TakesAConnectionOfItsOwn) {
  RawServer server(RawServer::Answering([](const ReceivedRequest&) { return Answer(200, ""); }));
  Client client;
  ASSERT_TRUE(client.Send(Get(server.Url())).ok());
  PatternSource source(10);
  ASSERT_TRUE(client.Send(Put(server.Url(), source, 10)).ok());
  EXPECT_EQ(server.connections(), 2);
}

TEST(Upload, WithAnAnswerToDownload_StreamsBothWays) {
  RawServer server(RawServer::Answering([](const ReceivedRequest& request) { return Answer(200, request.body); }));
  Client client;
  PatternSource source(3'000'000);
  PatternSink sink;
  ASSERT_TRUE(client.Download(Put(server.Url(), source, 3'000'000), sink).ok());
  EXPECT_EQ(sink.size(), 3'000'000);
}

}  // namespace
}  // namespace videojobs::http
