#include "server/doors/host_names.h"

#include "gtest/gtest.h"

namespace videojobs {
namespace {

TEST(HostNames, LoopbackListener_AllowsLoopbacksNamesWithAnyPort) {
  const HostNames names("127.0.0.1", "", {});
  for (const char* host : {"127.0.0.1", "127.0.0.1:8080", "localhost:99", "LOCALHOST", "[::1]:8080"}) {
    EXPECT_TRUE(names.Allow(host, "127.0.0.1")) << host;
  }
}

TEST(HostNames, StrangeNames_AreRefused) {
  const HostNames names("127.0.0.1", "", {});
  for (const char* host : {"", ":8080", "evil.example", "localhost.evil.example", "127.0.0.1.evil.example", "[::2]"}) {
    EXPECT_FALSE(names.Allow(host, "127.0.0.1")) << host;
  }
}

TEST(HostNames, PublicUrlAndFurtherNames_AreAllowed) {
  const HostNames names("10.0.0.1", "https://videos.example.org:8443/base", {"jobs.internal"});
  EXPECT_TRUE(names.Allow("videos.example.org", "10.0.0.1"));
  EXPECT_TRUE(names.Allow("jobs.internal:80", "10.0.0.1"));
  EXPECT_FALSE(names.Allow("localhost", "10.0.0.1"));
}

TEST(HostNames, AddressTheConnectionCameInOn_IsAllowed) {
  const HostNames names("0.0.0.0", "", {});
  EXPECT_TRUE(names.Allow("10.1.2.3:8080", "10.1.2.3"));
  EXPECT_FALSE(names.Allow("10.1.2.4:8080", "10.1.2.3"));
}

}  // namespace
}  // namespace videojobs
