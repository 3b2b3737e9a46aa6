#include <string>

#include "absl/strings/str_cat.h"
#include "adapters/postgres/migrator.h"
#include "gmock/gmock.h"
#include "tests/store/postgres_database.h"

namespace videojobs::postgres {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;

std::string File(const std::string& name) { return absl::StrCat(VIDEOJOBS_MIGRATIONS, "/", name); }

// Everything of the schema that a migration could leave behind or change.
std::string SchemaOf(PostgresDatabase& database) {
  return database.Value(
      "SELECT coalesce(string_agg(line, E'\\n' ORDER BY line), '') FROM ("
      "SELECT table_name || '.' || column_name || ' ' || data_type || ' ' || is_nullable || ' ' ||"
      " coalesce(column_default, '') FROM information_schema.columns WHERE table_schema = 'public'"
      " UNION ALL SELECT indexdef FROM pg_indexes WHERE schemaname = 'public'"
      " UNION ALL SELECT conname || ' ' || pg_get_constraintdef(oid) FROM pg_constraint"
      " WHERE connamespace = 'public'::regnamespace"
      " UNION ALL SELECT pg_get_triggerdef(oid) FROM pg_trigger WHERE NOT tgisinternal"
      " UNION ALL SELECT proname FROM pg_proc WHERE pronamespace = 'public'::regnamespace) AS schema (line)");
}

TEST(PostgresMigrator, Migrate_EmptyDatabase_RunsAllInOrder) {
  PostgresDatabase database(DatabaseKind::kEmpty);
  EXPECT_THAT(*PendingMigrations(database.Url()), SizeIs(9));
  const auto migrated = Migrate(database.Url());
  ASSERT_TRUE(migrated.ok()) << migrated.status();
  EXPECT_THAT(migrated->done,
              ElementsAre("0001_create_job_tables", "0002_enforce_legal_moves", "0003_connect_escalations",
                          "0004_close_tables_to_api_roles", "0005_add_probes_and_limits", "0006_add_doors_to_google",
                          "0007_follow_late_answers", "0008_refuse_the_same", "0009_follow_what_was_accepted"));
  EXPECT_THAT(*PendingMigrations(database.Url()), IsEmpty());
  EXPECT_THAT(Migrate(database.Url())->done, IsEmpty());
}

TEST(PostgresMigrator, Migrate_UpDownUp_EndsWithTheSameSchema) {
  for (const DatabaseKind kind : {DatabaseKind::kEmpty, DatabaseKind::kWebApp}) {
    PostgresDatabase database(kind);
    const std::string before = SchemaOf(database);
    ASSERT_TRUE(Migrate(database.Url()).ok());
    const std::string up = SchemaOf(database);
    const auto down = MigrateDown(database.Url(), 0);
    ASSERT_TRUE(down.ok()) << down.status();
    EXPECT_EQ(SchemaOf(database), before);
    ASSERT_TRUE(Migrate(database.Url()).ok());
    EXPECT_EQ(SchemaOf(database), up);
  }
}

TEST(PostgresMigrator, Migrate_BesidePsql_SeesWhatTheOtherDid) {
  PostgresDatabase database(DatabaseKind::kEmpty);
  ASSERT_TRUE(database.RunFile(File("0001_create_job_tables.up.sql")));
  EXPECT_THAT(Migrate(database.Url())->done, SizeIs(8));
  ASSERT_TRUE(database.RunFile(File("0009_follow_what_was_accepted.down.sql")));
  ASSERT_TRUE(database.RunFile(File("0008_refuse_the_same.down.sql")));
  ASSERT_TRUE(database.RunFile(File("0007_follow_late_answers.down.sql")));
  ASSERT_TRUE(database.RunFile(File("0006_add_doors_to_google.down.sql")));
  ASSERT_TRUE(database.RunFile(File("0005_add_probes_and_limits.down.sql")));
  ASSERT_TRUE(database.RunFile(File("0004_close_tables_to_api_roles.down.sql")));
  ASSERT_TRUE(database.RunFile(File("0003_connect_escalations.down.sql")));
  EXPECT_THAT(*PendingMigrations(database.Url()), SizeIs(7));
  EXPECT_THAT(MigrateDown(database.Url(), 0)->done, ElementsAre("0002_enforce_legal_moves", "0001_create_job_tables"));
}

TEST(PostgresMigrator, Migrate_FileThatRanBefore_FailsInPsqlAndChangesNothing) {
  PostgresDatabase database(DatabaseKind::kEmpty);
  ASSERT_TRUE(Migrate(database.Url()).ok());
  const std::string schema = SchemaOf(database);
  EXPECT_FALSE(database.RunFile(File("0001_create_job_tables.up.sql")));
  EXPECT_EQ(SchemaOf(database), schema);
}

TEST(PostgresMigrator, Migrate_TableWithoutVideoColumns_GetsThemAndABacklogOfAnswers) {
  PostgresDatabase database(DatabaseKind::kEmpty);
  ASSERT_TRUE(database.RunFile("web_app_schema.sql"));
  ASSERT_TRUE(database.Execute("INSERT INTO escalations (query, response) VALUES ('a', 'yes'), ('b', NULL)").ok());
  ASSERT_TRUE(Migrate(database.Url()).ok());
  EXPECT_EQ(database.Value("SELECT count(*) FROM escalations WHERE video_generation_status = 'pending'"), "2");
  EXPECT_FALSE(database.Execute("UPDATE escalations SET video_generation_status = 'done'").ok());
  EXPECT_EQ(database.Value("SELECT count(*) FROM video_escalation_backlog WHERE NOT mock"), "1");
  const auto store = database.Open();
  EXPECT_EQ(store->reader().Check(), absl::OkStatus());
  EXPECT_THAT(*store->intake().FindAdoptable(AdoptPolicy::kNew, 10), IsEmpty());
  ASSERT_TRUE(database.Execute("INSERT INTO escalations (query, response) VALUES ('c', 'new')").ok());
  EXPECT_THAT(*store->intake().FindAdoptable(AdoptPolicy::kNew, 10), SizeIs(1));
  ASSERT_TRUE(MigrateDown(database.Url(), 0).ok());
  EXPECT_EQ(database.Value("SELECT count(*) FROM escalations WHERE video_generation_status = 'pending'"), "3");
}

TEST(PostgresMigrator, Migrate_WithoutRightsOnTheAppsTable_StillRunsWhereItsColumnsAreThere) {
  PostgresDatabase database(DatabaseKind::kWebApp);
  ASSERT_TRUE(database
                  .Execute("DO $$ BEGIN CREATE ROLE videojobs_guest LOGIN; EXCEPTION WHEN duplicate_object THEN END $$;"
                           " GRANT CREATE, USAGE ON SCHEMA public TO videojobs_guest;"
                           " GRANT SELECT, UPDATE ON escalations TO videojobs_guest;"
                           " GRANT SELECT ON profiles, courses TO videojobs_guest")
                  .ok());
  const auto migrated = Migrate(database.Url("videojobs_guest"));
  EXPECT_TRUE(migrated.ok()) << migrated.status();
}

TEST(PostgresMigrator, EscalationsTable_ThatAppearsLater_IsFoundByARunningStore) {
  PostgresDatabase database(DatabaseKind::kEmpty);
  ASSERT_TRUE(Migrate(database.Url()).ok());
  const auto store = database.Open();
  EXPECT_FALSE(*store->intake().HasEscalations());
  ASSERT_TRUE(database.RunFile("web_app_schema.sql"));
  EXPECT_FALSE(*store->intake().HasEscalations());
  EXPECT_THAT(std::string(store->reader().Check().message()), ::testing::HasSubstr("video_job_id"));
  ASSERT_TRUE(database.RunFile("web_app_video_columns.sql"));
  EXPECT_TRUE(*store->intake().HasEscalations());
  ASSERT_TRUE(database.Execute("INSERT INTO escalations (query, response) VALUES ('c', 'new')").ok());
  EXPECT_THAT(*store->intake().FindAdoptable(AdoptPolicy::kNew, 10), SizeIs(1));
}

TEST(PostgresMigrator, NamesTables_Missing_LeaveContextEmpty) {
  PostgresDatabase database(DatabaseKind::kEmpty);
  ASSERT_TRUE(
      database.Execute("CREATE TABLE escalations (id uuid PRIMARY KEY DEFAULT gen_random_uuid(), response text)").ok());
  ASSERT_TRUE(Migrate(database.Url()).ok());
  ASSERT_TRUE(database.Execute("INSERT INTO escalations (response) VALUES ('new')").ok());
  const auto found = database.Open()->intake().FindAdoptable(AdoptPolicy::kNew, 10);
  ASSERT_TRUE(found.ok()) << found.status();
  ASSERT_THAT(*found, SizeIs(1));
  EXPECT_EQ(found->at(0).context.student_name, "");
}

TEST(PostgresMigrator, ApiRoles_AfterMigration_ReachNoTableOfOurs) {
  PostgresDatabase database(DatabaseKind::kEmpty);
  ASSERT_TRUE(database
                  .Execute("DO $$ BEGIN CREATE ROLE anon LOGIN; EXCEPTION WHEN duplicate_object THEN END $$;"
                           " ALTER DEFAULT PRIVILEGES GRANT ALL ON TABLES TO anon")
                  .ok());
  ASSERT_TRUE(Migrate(database.Url()).ok());
  EXPECT_EQ(database.Value("SELECT count(*) FROM pg_class WHERE relkind = 'r' AND relname LIKE 'video%'"
                           " AND (NOT relrowsecurity OR has_table_privilege('anon', oid, 'SELECT'))"),
            "0");
}

TEST(PostgresMigrator, Check_BeforeAndBesideOurMigrations_SaysWhatToDo) {
  PostgresDatabase database(DatabaseKind::kEmpty);
  const auto store = database.Open();
  EXPECT_THAT(std::string(store->reader().Check().message()), ::testing::HasSubstr("run videojobs migrate"));
  EXPECT_EQ(store->work().CountDue().status().code(), absl::StatusCode::kInternal);
  ASSERT_TRUE(Migrate(database.Url()).ok());
  EXPECT_EQ(store->reader().Check(), absl::OkStatus());
  ASSERT_TRUE(
      database.Execute("INSERT INTO videojobs_migrations (number, name) VALUES (9999, 'from_the_future')").ok());
  EXPECT_THAT(std::string(store->reader().Check().message()), ::testing::HasSubstr("newer program"));
}

TEST(PostgresMigrator, Check_RoleThatRowSecurityBlinds_IsFoundOut) {
  PostgresDatabase database(DatabaseKind::kEmpty);
  ASSERT_TRUE(Migrate(database.Url()).ok());
  ASSERT_TRUE(database
                  .Execute("DO $$ BEGIN CREATE ROLE videojobs_blind LOGIN; EXCEPTION WHEN duplicate_object THEN END $$;"
                           " GRANT ALL ON ALL TABLES IN SCHEMA public TO videojobs_blind")
                  .ok());
  const auto store = PostgresStore::Open(database.Url("videojobs_blind"), {});
  ASSERT_TRUE(store.ok()) << store.status();
  const absl::Status check = (*store)->reader().Check();
  EXPECT_EQ(check.code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_THAT(std::string(check.message()), ::testing::HasSubstr("row-level security"));
}

TEST(PostgresMigrator, Check_AnotherIsolationByDefault_IsFoundOut) {
  PostgresDatabase database(DatabaseKind::kEmpty);
  ASSERT_TRUE(Migrate(database.Url()).ok());
  ASSERT_TRUE(database
                  .Execute("DO $$ BEGIN EXECUTE format('ALTER DATABASE %I SET default_transaction_isolation = %L',"
                           " current_database(), 'repeatable read'); END $$")
                  .ok());
  const auto store = PostgresStore::Open(database.Url(), {});
  ASSERT_TRUE(store.ok()) << store.status();
  const absl::Status check = (*store)->reader().Check();
  EXPECT_EQ(check.code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_THAT(std::string(check.message()), ::testing::HasSubstr("read committed"));
}

TEST(PostgresMigrator, Check_EscalationsHiddenByRowSecurity_IsFoundOutUnlessAPolicyOpensThem) {
  PostgresDatabase database(DatabaseKind::kWebApp);
  ASSERT_TRUE(database
                  .Execute("DO $$ BEGIN CREATE ROLE videojobs_guest LOGIN; EXCEPTION WHEN duplicate_object THEN END $$;"
                           " GRANT CREATE, USAGE ON SCHEMA public TO videojobs_guest;"
                           " GRANT SELECT, UPDATE ON escalations TO videojobs_guest;"
                           " GRANT SELECT ON profiles, courses TO videojobs_guest")
                  .ok());
  ASSERT_TRUE(Migrate(database.Url("videojobs_guest")).ok());
  const auto store = PostgresStore::Open(database.Url("videojobs_guest"), {});
  EXPECT_EQ((*store)->reader().Check(), absl::OkStatus());
  ASSERT_TRUE(database.Execute("ALTER TABLE escalations ENABLE ROW LEVEL SECURITY").ok());
  EXPECT_THAT(std::string((*store)->reader().Check().message()), ::testing::HasSubstr("hides rows of escalations"));
  ASSERT_TRUE(database.Execute("CREATE POLICY all_rows ON escalations TO videojobs_guest USING (true)").ok());
  EXPECT_EQ((*store)->reader().Check(), absl::OkStatus());
}

}  // namespace
}  // namespace videojobs::postgres
