// Connections that fail, and what is said about it.

#include <string>

#include "adapters/postgres/status.h"
#include "gmock/gmock.h"
#include "tests/store/postgres_database.h"
#include "tests/support/postgres_cluster.h"

namespace videojobs {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

TEST(PostgresConnection, Open_NoServer_IsUnavailableWithoutThePassword) {
  const auto store = PostgresStore::Open("postgres://user:opensesame@127.0.0.1:1/db", {});
  EXPECT_EQ(store.status().code(), absl::StatusCode::kUnavailable);
  EXPECT_THAT(std::string(store.status().message()), HasSubstr("127.0.0.1"));
  EXPECT_THAT(std::string(store.status().message()), Not(HasSubstr("opensesame")));
}

TEST(PostgresConnection, Open_MalformedUrl_SaysWhatIsRightWithoutThePassword) {
  for (const char* url : {"postgres://user:opensesame@host:port/db", "postgres://user:opensesame%zz@host/db",
                          "mysql://user:opensesame@host/db", "host=opensesame", ""}) {
    const auto store = PostgresStore::Open(url, {});
    EXPECT_EQ(store.status().code(), absl::StatusCode::kInvalidArgument) << store.status();
    EXPECT_THAT(std::string(store.status().message()), HasSubstr("postgres://USER:PASSWORD@HOST:PORT/DATABASE"));
    EXPECT_THAT(std::string(store.status().message()), Not(HasSubstr("opensesame")));
  }
}

TEST(PostgresConnection, Call_AfterTheServerRestarted_GoesThroughOnANewConnection) {
  PostgresCluster cluster;
  const auto store = PostgresStore::Open(cluster.Url("postgres"), {});
  ASSERT_TRUE(store.ok()) << store.status();
  EXPECT_FALSE(*(*store)->intake().HasEscalations());
  cluster.Restart();
  const auto again = (*store)->intake().HasEscalations();
  EXPECT_TRUE(again.ok()) << again.status();
}

TEST(PostgresStatus, SqlState_EveryClassOfError_HasItsCode) {
  using absl::StatusCode;
  const std::pair<const char*, StatusCode> expected[] = {
      {"40001", StatusCode::kAborted},           {"40P01", StatusCode::kAborted},
      {"55P03", StatusCode::kAborted},           {"08006", StatusCode::kUnavailable},
      {"57P01", StatusCode::kUnavailable},       {"53300", StatusCode::kUnavailable},
      {"53100", StatusCode::kResourceExhausted}, {"42501", StatusCode::kPermissionDenied},
      {"28P01", StatusCode::kPermissionDenied},  {"42P01", StatusCode::kFailedPrecondition},
      {"XX001", StatusCode::kDataLoss},          {"23505", StatusCode::kInternal},
      {"99999", StatusCode::kInternal}};
  for (const auto& [sqlstate, code] : expected) {
    EXPECT_EQ(postgres::StatusFromSqlState(sqlstate, "ERROR:  message").code(), code) << sqlstate;
  }
}

TEST(PostgresStatus, SqlState_RowData_IsNotRepeated) {
  const auto duplicate = postgres::StatusFromSqlState(
      "23505", "ERROR:  duplicate key value violates unique constraint \"k\"\nDETAIL:  Key (name)=(Ada) exists.\n");
  EXPECT_THAT(std::string(duplicate.message()), HasSubstr("unique constraint"));
  EXPECT_THAT(std::string(duplicate.message()), Not(HasSubstr("Ada")));
  const auto value = postgres::StatusFromSqlState("22P02", "ERROR:  invalid input syntax for type uuid: \"Ada\"");
  EXPECT_THAT(std::string(value.message()), Not(HasSubstr("Ada")));
}

}  // namespace
}  // namespace videojobs
