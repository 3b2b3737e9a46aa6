// Connections that fail, and what is said about it.

#include <string>
#include <type_traits>

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
      {"28P01", StatusCode::kPermissionDenied},  {"42P01", StatusCode::kInternal},
      {"XX001", StatusCode::kDataLoss},          {"23505", StatusCode::kAborted},
      {"99999", StatusCode::kInternal}};
  for (const auto& [sqlstate, code] : expected) {
    EXPECT_EQ(postgres::StatusFromSqlState(sqlstate, "ERROR:  message").code(), code) << sqlstate;
  }
}

// Some take the statement as well, from libpqxx 7 on.
template <typename Exception>
Exception Thrown(const std::string& words) {
  if constexpr (std::is_constructible_v<Exception, std::string, std::string>) {
    return Exception(words, "");
  } else {
    return Exception(words);
  }
}

// libpqxx 6 forgets the code of what it has a type for.
TEST(PostgresStatus, Exception_WithoutACode_IsUnderstoodByItsType) {
  const auto expect = [](const std::exception& error, const char* sqlstate) {
    EXPECT_EQ(postgres::StatusFromException(error, true), postgres::StatusFromSqlState(sqlstate, error.what()))
        << sqlstate;
  };
  expect(Thrown<pqxx::serialization_failure>("ERROR:  a"), "40001");
  expect(Thrown<pqxx::deadlock_detected>("ERROR:  a"), "40P01");
  expect(Thrown<pqxx::statement_completion_unknown>("ERROR:  a"), "40003");
  expect(Thrown<pqxx::transaction_rollback>("ERROR:  a"), "40000");
  expect(Thrown<pqxx::unique_violation>("ERROR:  a"), "23505");
  expect(Thrown<pqxx::insufficient_privilege>("ERROR:  a"), "42501");
  expect(Thrown<pqxx::undefined_table>("ERROR:  a"), "42P01");
  expect(Thrown<pqxx::undefined_column>("ERROR:  a"), "42703");
  expect(Thrown<pqxx::undefined_function>("ERROR:  a"), "42883");
  expect(Thrown<pqxx::too_many_connections>("FATAL:  a"), "53300");
  expect(Thrown<pqxx::disk_full>("ERROR:  a"), "53100");
  expect(Thrown<pqxx::out_of_memory>("ERROR:  a"), "53200");
  const auto value =
      postgres::StatusFromException(Thrown<pqxx::data_exception>("ERROR:  invalid input: \"Ada\""), true);
  EXPECT_EQ(value.code(), absl::StatusCode::kInternal);
  EXPECT_THAT(std::string(value.message()), Not(HasSubstr("Ada")));
}

absl::Status MayRead(PostgresDatabase& database, const std::string& role) {
  return database.Execute("DO $$ BEGIN CREATE ROLE " + role +
                          " LOGIN BYPASSRLS; EXCEPTION WHEN duplicate_object THEN END $$;"
                          " GRANT SELECT ON ALL TABLES IN SCHEMA public TO " +
                          role);
}

TEST(PostgresStatus, Call_RoleThatMayNotWrite_IsPermissionDenied) {
  PostgresDatabase database(DatabaseKind::kMigrated);
  ASSERT_EQ(MayRead(database, "videojobs_reading"), absl::OkStatus());
  const auto store = PostgresStore::Open(database.Url("videojobs_reading"), {});
  ASSERT_TRUE(store.ok()) << store.status();
  const auto claimed = (*store)->work().Claim(1, "token", absl::Minutes(1));
  EXPECT_EQ(claimed.status().code(), absl::StatusCode::kPermissionDenied) << claimed.status();
  ASSERT_EQ(database.Execute("DROP OWNED BY videojobs_reading"), absl::OkStatus());
}

TEST(PostgresStatus, Call_DatabaseWithoutTables_SaysWhatToRun) {
  PostgresDatabase database(DatabaseKind::kEmpty);
  const auto claimed = database.Open()->work().Claim(1, "token", absl::Minutes(1));
  EXPECT_THAT(std::string(claimed.status().message()), HasSubstr("videojobs migrate"));
}

TEST(PostgresRights, Check_RoleThatMayOnlyRead_NamesEachGrantThatIsMissing) {
  PostgresDatabase database(DatabaseKind::kWebAppMigrated);
  ASSERT_EQ(MayRead(database, "videojobs_onlooker"), absl::OkStatus());
  const auto store = PostgresStore::Open(database.Url("videojobs_onlooker"), {});
  ASSERT_TRUE(store.ok()) << store.status();
  const absl::Status refused = (*store)->reader().Check();
  EXPECT_EQ(refused.code(), absl::StatusCode::kPermissionDenied);
  for (const char* grant : {"GRANT INSERT, UPDATE ON video_jobs TO videojobs_onlooker",
                            "GRANT INSERT ON video_job_events TO", "GRANT UPDATE ON video_spending TO",
                            "GRANT DELETE, INSERT, UPDATE ON video_lanes TO", "GRANT UPDATE ON escalations TO"}) {
    EXPECT_THAT(std::string(refused.message()), HasSubstr(grant));
  }
  // What it says is enough.
  std::string grants(refused.message());
  grants.erase(0, grants.find("GRANT"));
  ASSERT_EQ(database.Execute(grants), absl::OkStatus());
  EXPECT_EQ((*store)->reader().Check(), absl::OkStatus());
  ASSERT_EQ(database.Execute("REVOKE SELECT ON profiles FROM videojobs_onlooker"), absl::OkStatus());
  EXPECT_THAT(std::string((*store)->reader().Check().message()), HasSubstr("GRANT SELECT ON profiles TO"));
  ASSERT_EQ(database.Execute("DROP OWNED BY videojobs_onlooker"), absl::OkStatus());
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
