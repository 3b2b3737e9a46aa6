// The contract that every store keeps, on Postgres: directly, and through PgBouncer in transaction mode.

#include <memory>
#include <string>

#include "tests/store/postgres_database.h"
#include "tests/store/store_contract.h"

namespace videojobs {
namespace {

enum class Way { kDirect, kPooler };

StorePorts PortsOf(PostgresStore& store) {
  return {&store.intake(), &store.work(),    &store.ledger(), &store.lanes(),
          &store.reader(), &store.changes(), &store.audit()};
}

class PostgresUnderTest : public StoreUnderTest {
 public:
  explicit PostgresUnderTest(Way way)
      : way_(way), store_(Open(false)), replica_(Open(false)), mock_store_(Open(true)) {}

  StorePorts Ports() override { return PortsOf(*store_); }
  StorePorts Replica() override { return PortsOf(*replica_); }
  StorePorts MockPorts() override { return PortsOf(*mock_store_); }
  void Advance(absl::Duration duration) override { database_.Advance(duration); }
  absl::Status ExecuteSql(const std::string& sql) override { return database_.Execute(sql); }
  absl::StatusOr<SqlRows> QuerySql(const std::string& sql) override { return database_.Query(sql); }

 private:
  std::unique_ptr<PostgresStore> Open(bool mock) {
    PostgresStore::Options options;
    options.mock = mock;
    return PostgresStore::Open(way_ == Way::kDirect ? database_.Url() : database_.PoolerUrl(), options).value();
  }

  PostgresDatabase database_{DatabaseKind::kMigrated};
  const Way way_;
  const std::unique_ptr<PostgresStore> store_;
  const std::unique_ptr<PostgresStore> replica_;
  const std::unique_ptr<PostgresStore> mock_store_;
};

StoreFactory FactoryOf(const std::string& name, Way way) {
  return {name, [way] { return std::make_unique<PostgresUnderTest>(way); }};
}

INSTANTIATE_TEST_SUITE_P(Postgres, StoreContract,
                         ::testing::Values(FactoryOf("Direct", Way::kDirect), FactoryOf("PgBouncer", Way::kPooler)),
                         [](const auto& info) { return info.param.name; });

}  // namespace
}  // namespace videojobs
