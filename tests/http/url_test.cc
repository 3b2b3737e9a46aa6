#include "adapters/http/url.h"

#include <string>

#include "absl/status/status.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace videojobs::http {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

TEST(ParseUrl, Whole_TakesItApart) {
  const Url url = ParseUrl("HTTPS://API.Example.com:8443/v1beta/files/a:download?alt=media&x=%2F#top").value();
  EXPECT_EQ(url.scheme, "https");
  EXPECT_EQ(url.host, "api.example.com");
  EXPECT_EQ(url.port, 8443);
  EXPECT_EQ(url.path, "/v1beta/files/a:download");
  EXPECT_EQ(url.query, "alt=media&x=%2F");
  EXPECT_EQ(ToString(url), "https://api.example.com:8443/v1beta/files/a:download?alt=media&x=%2F");
  EXPECT_EQ(Describe(url), "https://api.example.com:8443/v1beta/files/a:download");
}

TEST(ParseUrl, Bare_HasDefaultPortAndRootPath) {
  EXPECT_EQ(ParseUrl("http://h").value().port, 80);
  EXPECT_EQ(ParseUrl("https://h").value().port, 443);
  EXPECT_EQ(ToString(ParseUrl("https://h:443").value()), "https://h/");
  EXPECT_EQ(ToString(ParseUrl("http://[::1]:8080/a").value()), "http://[::1]:8080/a");
}

TEST(ParseUrl, Unusable_IsInvalidArgumentAndNeverRepeatsTheText) {
  for (const char* text : {"", "secret", "/secret", "ftp://h/secret", "file:///secret", "http://", "http://h:0/secret",
                           "http://h:65536/secret", "http://me:secret@h/", "http://secret@h/", "http://h /secret"}) {
    const absl::Status status = ParseUrl(text).status();
    EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument) << text;
    EXPECT_THAT(std::string(status.message()), HasSubstr("expected http(s)://host")) << text;
    EXPECT_THAT(std::string(status.message()), Not(HasSubstr("secret"))) << text;
  }
  EXPECT_FALSE(ParseUrl(std::string("http://h/a\0b", 12)).ok());
}

TEST(ResolveUrl, Reference_IsReadAtItsBase) {
  const Url base = ParseUrl("https://h:8443/a/b?c=d").value();
  const auto resolved = [&](const char* reference) { return ToString(ResolveUrl(base, reference).value()); };
  EXPECT_EQ(resolved("/x?y=z"), "https://h:8443/x?y=z");
  EXPECT_EQ(resolved("x"), "https://h:8443/a/x");
  EXPECT_EQ(resolved("../x"), "https://h:8443/x");
  EXPECT_EQ(resolved("?y"), "https://h:8443/a/b?y");
  EXPECT_EQ(resolved("//other/x"), "https://other/x");
  EXPECT_EQ(resolved("http://other:81/x"), "http://other:81/x");
  EXPECT_FALSE(ResolveUrl(base, "javascript:alert(1)").ok());
  EXPECT_FALSE(ResolveUrl(base, "//user@other/x").ok());
}

TEST(SameOrigin, SchemeHostPort_AllCount) {
  const Url url = ParseUrl("https://h/a").value();
  EXPECT_TRUE(SameOrigin(url, ParseUrl("https://H:443/b?c").value()));
  EXPECT_FALSE(SameOrigin(url, ParseUrl("http://h/a").value()));
  EXPECT_FALSE(SameOrigin(url, ParseUrl("https://h:444/a").value()));
  EXPECT_FALSE(SameOrigin(url, ParseUrl("https://h.evil/a").value()));
}

TEST(IsLoopback, TextOfTheHost_Decides) {
  for (const char* text : {"http://localhost", "http://LOCALHOST:1", "http://127.0.0.1", "http://127.255.0.9",
                           "http://[::1]", "http://2130706433", "http://0x7f.1", "http://[0:0:0:0:0:0:0:1]"}) {
    EXPECT_TRUE(IsLoopback(ParseUrl(text).value())) << text;
  }
  for (const char* text : {"http://127.0.0.1.evil.com", "http://127.evil", "http://localhost.evil", "http://128.0.0.1",
                           "http://10.0.0.1", "http://[::2]", "http://example.com"}) {
    EXPECT_FALSE(IsLoopback(ParseUrl(text).value())) << text;
  }
}

TEST(EncodePathSegment, Text_StaysOneSegment) {
  EXPECT_EQ(EncodePathSegment("aZ09-._~"), "aZ09-._~");
  EXPECT_EQ(EncodePathSegment("a/b c?d#e%f"), "a%2Fb%20c%3Fd%23e%25f");
  EXPECT_EQ(EncodePathSegment("\xC3\xA9"), "%C3%A9");
  EXPECT_EQ(EncodePathSegment(""), "");
}

}  // namespace
}  // namespace videojobs::http
