#include "tests/structure/include_rules.h"

#include <string>
#include <utility>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/structure/source_tree.h"

namespace videojobs::structure {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::StartsWith;

TEST(DependencyRule, OfThisTree_IsKept) { EXPECT_THAT(ForbiddenIncludes(VIDEOJOBS_SOURCE_DIR), IsEmpty()); }

// A rule that finds nothing may be a rule that looks at nothing: each row is shown what it must find.
TEST(DependencyRule, PlantedIncludes_AreFound) {
  const std::vector<std::pair<std::string, std::string>> planted = {
      {"statemachine/a.h", "\"absl/time/time.h\""},
      {"statemachine/a.h", "<unistd.h>"},
      {"statemachine/a.h", "\"adapters/job.h\""},
      {"adapters/clock.h", "\"adapters/http/client.h\""},
      {"adapters/clock.h", "<curl/curl.h>"},
      {"adapters/clock.h", "\"server/engine/sweep.h\""},
      {"adapters/http/client.cc", "<nlohmann/json.hpp>"},
      {"adapters/veo/start.cc", "\"adapters/supabase/storage.h\""},
      {"adapters/veo/start.cc", "<curl/curl.h>"},
      {"adapters/postgres/rows.cc", "<sqlite3.h>"},
      {"adapters/sqlite/rows.cc", "\"adapters/postgres/rows.h\""},
      {"adapters/supabase/storage.cc", "\"adapters/filesystem/storage.h\""},
      {"server/engine/sweep.cc", "<grpcpp/grpcpp.h>"},
      {"server/engine/sweep.cc", "\"adapters/veo/veo_generator.h\""},
      {"server/engine/sweep.cc", "\"server/doors/job_view.h\""},
      {"server/doors/http_door.cc", "\"adapters/sqlite/sqlite_store.h\""},
      {"server/doors/http_door.cc", "<pqxx/pqxx>"},
      {"server/settings.cc", "\"adapters/postgres/postgres_store.h\""},
      {"server/settings.cc", "<spdlog/spdlog.h>"},
      {"simulator/main.cc", "\"adapters/clock.h\""},
      {"simulator/main.cc", "\"statemachine/machine.h\""},
      {"cli/create.cc", "\"adapters/postgres/postgres_store.h\""},
      {"cli/create.cc", "\"server/settings.h\""},
  };
  for (const auto& [file, included] : planted) {
    TemporaryTree tree;
    tree.Write(file, "#include <string>\n  #  include " + included + "\n");
    EXPECT_THAT(ForbiddenIncludes(tree.root()), ElementsAre(StartsWith(file + ":2: includes "))) << included;
  }
}

TEST(DependencyRule, AllowedIncludes_AreNotFound) {
  const std::vector<std::pair<std::string, std::string>> allowed = {
      {"statemachine/a.h", "\"statemachine/machine.h\""},
      {"adapters/clock.h", "\"absl/time/time.h\""},
      {"adapters/veo/start.cc", "\"adapters/http/client.h\""},
      {"adapters/http/client.cc", "<curl/curl.h>"},
      {"server/main.cc", "\"adapters/postgres/postgres_store.h\""},
      {"server/doors/http_door.cc", "\"server/engine/creating.h\""},
      {"cli/migrate.cc", "\"adapters/postgres/migrator.h\""},
      {"tests/doors/grpc_test.cc", "\"adapters/sqlite/sqlite_store.h\""},
      {"build/dev/x.cc", "<anything.h>"},
  };
  for (const auto& [file, included] : allowed) {
    TemporaryTree tree;
    tree.Write(file, "#include " + included + "\n");
    EXPECT_THAT(ForbiddenIncludes(tree.root()), IsEmpty()) << file;
  }
}

TEST(DependencyRule, FileInAPlaceWithoutARule_IsFound) {
  TemporaryTree tree;
  tree.Write("adapters/redis/redis_store.cc", "");
  EXPECT_THAT(ForbiddenIncludes(tree.root()), Not(IsEmpty()));
}

}  // namespace
}  // namespace videojobs::structure
