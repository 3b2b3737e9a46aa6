#include "adapters/veo/names.h"

#include <string>

#include "gtest/gtest.h"

namespace videojobs::veo {
namespace {

TEST(IsOperationName, Forms_OnlyTheProvidersOwn) {
  EXPECT_TRUE(IsOperationName("models/veo-3.1-generate-preview/operations/vz341u0pmdlc"));
  EXPECT_TRUE(IsOperationName("models/m/operations/A_b-9"));
  for (const char* name :
       {"", "models//operations/a", "models/m/operations/", "models/../operations/a", "models/m/operations/..",
        "models/m/operations/a/b", "models/m/operations/a?x=1", "models/m/operations/a b", "models/m/n/operations/a",
        "operations/a", "/models/m/operations/a", "models/m/operations/a\n", "models/m/operations/ä",
        "projects/p/locations/l/publishers/google/models/m/operations/a"}) {
    EXPECT_FALSE(IsOperationName(name)) << name;
  }
}

TEST(IsOperationName, Length_At512TheLast) {
  const std::string prefix = "models/m/operations/";
  EXPECT_TRUE(IsOperationName(prefix + std::string(512 - prefix.size(), 'a')));
  EXPECT_FALSE(IsOperationName(prefix + std::string(513 - prefix.size(), 'a')));
}

}  // namespace
}  // namespace videojobs::veo
