// The contract that every store keeps, on Postgres: as the owner of the tables, through PgBouncer in transaction mode,
// and as a service's own role that has rights on the tables and nothing else. Raw statements run as the same role.

#include <memory>
#include <string>

#include "tests/store/postgres_database.h"
#include "tests/store/store_contract.h"

namespace videojobs {
namespace {

enum class Way { kDirect, kPooler, kServiceRole };

constexpr char kMakeRole[] = R"sql(
DO $$ BEGIN
  IF to_regrole('videojobs_service') IS NULL THEN CREATE ROLE videojobs_service LOGIN BYPASSRLS; END IF;
END $$;
GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO videojobs_service;
)sql";

StorePorts PortsOf(PostgresStore& store) {
  return {&store.intake(), &store.work(),    &store.ledger(), &store.lanes(),
          &store.reader(), &store.changes(), &store.audit()};
}

class PostgresUnderTest : public StoreUnderTest {
 public:
  explicit PostgresUnderTest(Way way)
      : way_(way), url_(UrlFor(way)), store_(Open(false)), replica_(Open(false)), mock_store_(Open(true)) {}

  StorePorts Ports() override { return PortsOf(*store_); }
  StorePorts Replica() override { return PortsOf(*replica_); }
  StorePorts MockPorts() override { return PortsOf(*mock_store_); }
  void Advance(absl::Duration duration) override { database_.Advance(duration); }
  absl::Status ExecuteSql(const std::string& sql) override {
    return database_.Execute(way_ == Way::kServiceRole ? "SET LOCAL ROLE videojobs_service; " + sql : sql);
  }
  absl::StatusOr<SqlRows> QuerySql(const std::string& sql) override { return database_.Query(sql); }

 private:
  std::unique_ptr<PostgresStore> Open(bool mock) {
    PostgresStore::Options options;
    options.mock = mock;
    return PostgresStore::Open(url_, options).value();
  }
  std::string UrlFor(Way way) {
    if (way == Way::kPooler) return database_.PoolerUrl();
    if (way == Way::kDirect) return database_.Url();
    EXPECT_EQ(database_.Execute(kMakeRole), absl::OkStatus());
    return database_.Url() + "&user=videojobs_service";
  }

  PostgresDatabase database_{DatabaseKind::kMigrated};
  const Way way_;
  const std::string url_;
  const std::unique_ptr<PostgresStore> store_;
  const std::unique_ptr<PostgresStore> replica_;
  const std::unique_ptr<PostgresStore> mock_store_;
};

StoreFactory FactoryOf(const std::string& name, Way way) {
  return {name, [way] { return std::make_unique<PostgresUnderTest>(way); }};
}

INSTANTIATE_TEST_SUITE_P(Postgres, StoreContract,
                         ::testing::Values(FactoryOf("Direct", Way::kDirect), FactoryOf("PgBouncer", Way::kPooler),
                                           FactoryOf("ServiceRole", Way::kServiceRole)),
                         [](const auto& info) { return info.param.name; });

}  // namespace
}  // namespace videojobs
