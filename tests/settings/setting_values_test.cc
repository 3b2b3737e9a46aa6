#include "server/setting_values.h"

#include <cstdint>
#include <optional>
#include <string>

#include "gtest/gtest.h"

namespace videojobs {
namespace {

TEST(ParseYesNo, ItsWordsInAnyCase_AreRead) {
  for (const char* yes : {"true", "TRUE", "yes", "Yes", "1"}) EXPECT_EQ(ParseYesNo(yes), true) << yes;
  for (const char* no : {"false", "False", "no", "0"}) EXPECT_EQ(ParseYesNo(no), false) << no;
  for (const char* neither : {"", "on", "y", "2", " true"}) EXPECT_EQ(ParseYesNo(neither), std::nullopt) << neither;
}

TEST(ParseDollars, Decimals_AreExact) {
  EXPECT_EQ(ParseDollars("25"), 25'000'000);
  EXPECT_EQ(ParseDollars("0.40"), 400'000);
  EXPECT_EQ(ParseDollars("0.1"), 100'000);
  EXPECT_EQ(ParseDollars("0.000001"), 1);
  EXPECT_EQ(ParseDollars("0"), 0);
  EXPECT_EQ(ParseDollars("999999999.999999"), 999'999'999'999'999);
}

TEST(ParseDollars, OtherText_IsNone) {
  for (const char* text :
       {"", ".", "1.", ".5", "-1", "+1", "1e3", "1,5", "$5", "0.0000001", "1000000000", "inf", "1 "}) {
    EXPECT_EQ(ParseDollars(text), std::nullopt) << text;
  }
}

TEST(ParseSpan, LikeGos_IsRead) {
  EXPECT_EQ(ParseSpan("1m30s"), absl::Seconds(90));
  EXPECT_EQ(ParseSpan("0"), absl::ZeroDuration());
  for (const char* text : {"", "15", "-1s", "inf", "1 d"}) EXPECT_EQ(ParseSpan(text), std::nullopt) << text;
}

TEST(ParseHostPort, AddressesOfEveryKind_AreRead) {
  EXPECT_EQ(ParseHostPort("127.0.0.1:50051")->host, "127.0.0.1");
  EXPECT_EQ(ParseHostPort("[::1]:0")->host, "::1");
  EXPECT_EQ(ParseHostPort("localhost:8080")->port, 8080);
  EXPECT_EQ(ParseHostPort(":8080")->host, "");
}

TEST(ParseHostPort, OtherText_IsNone) {
  for (const char* text : {"", "8080", "localhost", "localhost:", "localhost:http", "localhost:65536", "localhost:-1",
                           "::1:80", "[::1", "[::1]80", "a b:80", "http://localhost:80"}) {
    EXPECT_FALSE(ParseHostPort(text)) << text;
  }
}

TEST(IsLoopback, OnlyThisMachine_Is) {
  for (const char* host : {"localhost", "LOCALHOST", "127.0.0.1", "127.9.9.9", "::1"})
    EXPECT_TRUE(IsLoopback(host)) << host;
  for (const char* host : {"", "0.0.0.0", "::", "10.0.0.1", "127.evil.example", "localhost.evil.example"}) {
    EXPECT_FALSE(IsLoopback(host)) << host;
  }
}

TEST(IsEveryAddress, WhatNamesNoAddress_Is) {
  for (const char* host : {"", "0.0.0.0", "0", "::", "::0", "0:0:0:0:0:0:0:0"}) {
    EXPECT_TRUE(IsEveryAddress(host)) << host;
  }
  for (const char* host : {"127.0.0.1", "::1", "10.0.0.0", "localhost", "0.example", "fe80::"}) {
    EXPECT_FALSE(IsEveryAddress(host)) << host;
  }
}

TEST(ParseWebUrl, Parts_AreRead) {
  const auto url = ParseWebUrl("https://proxy.example:8443/veo/");
  ASSERT_TRUE(url);
  EXPECT_TRUE(url->https);
  EXPECT_EQ(url->host, "proxy.example");
  EXPECT_EQ(url->text, "https://proxy.example:8443/veo");
  EXPECT_EQ(ParseWebUrl("http://[::1]:80")->host, "::1");
}

TEST(ParseWebUrl, OtherText_IsNone) {
  for (const char* text :
       {"", "proxy.example", "ftp://a", "https://", "https:///path", "https://user@host", "https://host?q=1",
        "https://host#x", "https://host:port", "https://[::1]x", "https://a b"}) {
    EXPECT_FALSE(ParseWebUrl(text)) << text;
  }
}

}  // namespace
}  // namespace videojobs
