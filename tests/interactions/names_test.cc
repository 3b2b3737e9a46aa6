#include "adapters/interactions/names.h"

#include <string>

#include "gtest/gtest.h"

namespace videojobs::interactions {
namespace {

TEST(OperationName, AnId_IsItsPath) { EXPECT_EQ(OperationName("v1_ChdpQ3M2"), "interactions/v1_ChdpQ3M2"); }

TEST(IsOperationName, Forms_OnlyTheProvidersOwn) {
  for (const char* name :
       {"interactions/v1_ChdpQ3M2", "interactions/a", "interactions/v1_Q2g-aQ3.M2~==", "interactions/9"}) {
    EXPECT_TRUE(IsOperationName(name)) << name;
  }
  for (const char* name : {"",
                           "interactions",
                           "interactions/",
                           "interactions/.",
                           "interactions/..",
                           "interactions/../files/a",
                           "interactions/a/b",
                           "interactions/a/cancel",
                           "interactions/a?x=1",
                           "interactions/a#b",
                           "interactions/a%2Fb",
                           "interactions/a:cancel",
                           "interactions/a b",
                           "interactions/a\n",
                           "interactions/ä",
                           "interactions/=a",
                           "/interactions/a",
                           "v1_ChdpQ3M2",
                           "models/m/operations/a",
                           "projects/p/locations/l/publishers/google/models/m/operations/a"}) {
    EXPECT_FALSE(IsOperationName(name)) << name;
  }
}

TEST(IsOperationName, Length_At512TheLast) {
  const std::string prefix = "interactions/";
  EXPECT_TRUE(IsOperationName(prefix + std::string(512 - prefix.size(), 'a')));
  EXPECT_FALSE(IsOperationName(prefix + std::string(513 - prefix.size(), 'a')));
}

}  // namespace
}  // namespace videojobs::interactions
