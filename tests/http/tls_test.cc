#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cstdio>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "adapters/byte_stream.h"
#include "adapters/http/client.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "httplib.h"
#include "tests/support/string_sink.h"

namespace videojobs::http {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

template <auto Release>
struct Free {
  template <typename T>
  void operator()(T* object) const {
    Release(object);
  }
};
using Key = std::unique_ptr<EVP_PKEY, Free<EVP_PKEY_free>>;
using Certificate = std::unique_ptr<X509, Free<X509_free>>;

// A certificate that signs itself, for an hour, and is its own authority.
Certificate SelfSigned(EVP_PKEY* key, const std::string& alternative_name) {
  Certificate certificate(X509_new());
  X509_set_version(certificate.get(), 2);
  ASN1_INTEGER_set(X509_get_serialNumber(certificate.get()), 1);
  X509_gmtime_adj(X509_getm_notBefore(certificate.get()), -60);
  X509_gmtime_adj(X509_getm_notAfter(certificate.get()), 3600);
  X509_set_pubkey(certificate.get(), key);
  X509_NAME* name = X509_get_subject_name(certificate.get());
  X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC, reinterpret_cast<const unsigned char*>("test"), -1, -1, 0);
  X509_set_issuer_name(certificate.get(), name);
  for (const auto& [id, value] : {std::pair<int, std::string>{NID_basic_constraints, "critical,CA:TRUE"},
                                  {NID_subject_alt_name, alternative_name}}) {
    X509_EXTENSION* extension = X509V3_EXT_conf_nid(nullptr, nullptr, id, value.c_str());
    X509_add_ext(certificate.get(), extension, -1);
    X509_EXTENSION_free(extension);
  }
  X509_sign(certificate.get(), key, EVP_sha256());
  return certificate;
}

// A TLS server of HTTP/1.1 that remembers which protocols each client offered.
class TlsServer {
 public:
  explicit TlsServer(const std::string& alternative_name)
      : key_(EVP_EC_gen("P-256")),
        certificate_(SelfSigned(key_.get(), alternative_name)),
        server_(certificate_.get(), key_.get()) {
    SSL_CTX_set_alpn_select_cb(server_.ssl_context(), &TlsServer::Select, this);
    server_.Get(".*", [](const httplib::Request& request, httplib::Response& response) {
      response.set_content(request.path, "text/plain");
    });
    server_.Post(".*", [](const httplib::Request& request, httplib::Response& response) {
      response.set_content(request.body, "text/plain");
    });
    server_.set_keep_alive_max_count(1000);
    port_ = server_.bind_to_any_port("127.0.0.1");
    thread_ = std::thread([this] { server_.listen_after_bind(); });
    while (!server_.is_running()) std::this_thread::yield();
    WriteCertificate();
  }

  ~TlsServer() {
    server_.stop();
    thread_.join();
    unlink(ca_file_.c_str());
  }

  std::string Url(absl::string_view path = "/") const { return absl::StrCat("https://127.0.0.1:", port_, path); }
  const std::string& ca_file() const { return ca_file_; }
  std::vector<std::string> offers() {
    std::lock_guard lock(mutex_);
    return offers_;
  }

 private:
  static int Select(SSL*, const unsigned char** chosen, unsigned char* chosen_size, const unsigned char* offer,
                    unsigned offer_size, void* self) {
    auto* server = static_cast<TlsServer*>(self);
    std::lock_guard lock(server->mutex_);
    std::string& names = server->offers_.emplace_back();
    for (unsigned i = 0; i < offer_size; i += 1u + offer[i]) {
      const std::string name(reinterpret_cast<const char*>(offer) + i + 1, offer[i]);
      names += (names.empty() ? "" : " ") + name;
      if (name != "http/1.1") continue;
      *chosen = offer + i + 1;
      *chosen_size = offer[i];
    }
    return *chosen_size == 8 ? SSL_TLSEXT_ERR_OK : SSL_TLSEXT_ERR_NOACK;
  }

  void WriteCertificate() {
    char name[] = "/tmp/videojobs-http-tls-XXXXXX";
    std::FILE* file = fdopen(mkstemp(name), "w");
    PEM_write_X509(file, certificate_.get());
    std::fclose(file);
    ca_file_ = name;
  }

  const Key key_;
  const Certificate certificate_;
  httplib::SSLServer server_;
  std::mutex mutex_;
  std::vector<std::string> offers_;
  std::string ca_file_;
  int port_ = 0;
  std::thread thread_;
};

Request Get(const std::string& url) {
  Request request;
  request.url = url;
  return request;
}

TEST(Tls, TrustedServer_IsSpokenToOnOneKeptConnection) {
  TlsServer server("IP:127.0.0.1");
  Client client({.ca_file = server.ca_file()});
  for (int i = 0; i < 3; ++i) {
    const absl::StatusOr<Response> response = client.Send(Get(server.Url("/hello")));
    ASSERT_TRUE(response.ok()) << response.status();
    EXPECT_EQ(response->body, "/hello");
  }
  EXPECT_EQ(server.offers().size(), 1u);
}

void ExpectUntrusted(const absl::StatusOr<Response>& response) {
  EXPECT_EQ(response.status().code(), absl::StatusCode::kFailedPrecondition) << response.status();
  EXPECT_EQ(FailureOf(response.status()), TransportFailure::kNothingSent);
}

TEST(Tls, UnknownAuthority_IsFailedPreconditionAndNothingSent) {
  TlsServer server("IP:127.0.0.1");
  Client client;
  ExpectUntrusted(client.Send(Get(server.Url())));
}

TEST(Tls, CertificateOfAnotherHost_IsFailedPreconditionAndNothingSent) {
  TlsServer server("DNS:example.com");
  Client client({.ca_file = server.ca_file()});
  ExpectUntrusted(client.Send(Get(server.Url())));
}

TEST(Tls, AuthorityFileIsMissing_IsFailedPreconditionAndNothingSent) {
  TlsServer server("IP:127.0.0.1");
  Client client({.ca_file = "/nonexistent/ca.pem"});
  ExpectUntrusted(client.Send(Get(server.Url())));
}

// What may pause must not share an HTTP/2 connection, and a paid request shares with nobody.
TEST(Tls, Http2_IsOfferedButForStreamsAndFreshConnections) {
  TlsServer server("IP:127.0.0.1");
  const auto offered = [&server](const auto& call) {
    Client client({.ca_file = server.ca_file()});
    EXPECT_TRUE(call(client).ok());
    return server.offers().back();
  };
  StringSink sink;
  Request fresh = Get(server.Url("/hello"));
  fresh.fresh_connection = true;
  EXPECT_EQ(offered([&](Client& client) { return client.Send(Get(server.Url("/hello"))); }), "h2 http/1.1");
  EXPECT_EQ(offered([&](Client& client) { return client.Download(Get(server.Url("/hello")), sink); }), "http/1.1");
  EXPECT_EQ(offered([&](Client& client) { return client.Send(fresh); }), "http/1.1");
  EXPECT_EQ(sink.text, "/hello");
}

TEST(Tls, ManyCallersAtOnce_AreAllAnswered) {
  TlsServer server("IP:127.0.0.1");
  Client client({.ca_file = server.ca_file(), .max_calls_per_host = 4});
  std::vector<std::thread> callers;
  for (int i = 0; i < 20; ++i) {
    callers.emplace_back([&client, &server, i] {
      Request request = Get(server.Url());
      request.method = "POST";
      request.body = absl::StrCat(i);
      const absl::StatusOr<Response> response = client.Send(request);
      ASSERT_TRUE(response.ok()) << response.status();
      EXPECT_EQ(response->body, request.body);
    });
  }
  for (std::thread& caller : callers) caller.join();
  EXPECT_LE(server.offers().size(), 4u);
}

}  // namespace
}  // namespace videojobs::http
