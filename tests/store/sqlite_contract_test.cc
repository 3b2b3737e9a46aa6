// The contract that every store keeps, on SQLite.

#include <memory>
#include <string>
#include <vector>

#include "adapters/sqlite/database.h"
#include "adapters/sqlite/ports.h"
#include "tests/store/sqlite_support.h"
#include "tests/store/store_contract.h"

namespace videojobs {
namespace {

// The ports on the jobs of one kind.
struct SqlitePorts {
  explicit SqlitePorts(sqlite::Sessions sessions)
      : intake(sqlite::MakeJobIntake(sessions)),
        work(sqlite::MakeJobWork(sessions)),
        ledger(sqlite::MakeStartLedger(sessions)),
        lanes(sqlite::MakeLanes(sessions)),
        reader(sqlite::MakeJobReader(sessions)),
        changes(sqlite::MakeJobChanges(sessions)),
        audit(sqlite::MakeAudit(sessions)) {}

  StorePorts Pointers() const {
    return {intake.get(), work.get(), ledger.get(), lanes.get(), reader.get(), changes.get(), audit.get()};
  }

  std::unique_ptr<JobIntake> intake;
  std::unique_ptr<JobWork> work;
  std::unique_ptr<StartLedger> ledger;
  std::unique_ptr<Lanes> lanes;
  std::unique_ptr<JobReader> reader;
  std::unique_ptr<JobChanges> changes;
  std::unique_ptr<Audit> audit;
};

class SqliteUnderTest : public StoreUnderTest {
 public:
  SqliteUnderTest()
      : database_(sqlite::Database::Open(folder_.DatabasePath(), clock_).value()),
        real_({*database_, false}),
        mock_({*database_, true}),
        shell_(folder_.DatabasePath()) {}

  StorePorts Ports() override { return real_.Pointers(); }
  StorePorts Replica() override { return real_.Pointers(); }
  StorePorts MockPorts() override { return mock_.Pointers(); }
  void Advance(absl::Duration duration) override { clock_.Advance(duration); }

  absl::Status ExecuteSql(const std::string& sql) override { return shell_.Run(sql); }
  absl::StatusOr<std::vector<std::vector<std::string>>> QuerySql(const std::string& sql) override {
    return shell_.Rows(sql);
  }

 private:
  TestFolder folder_;
  TestClock clock_;
  std::unique_ptr<sqlite::Database> database_;
  SqlitePorts real_;
  SqlitePorts mock_;
  SqliteShell shell_;
};

INSTANTIATE_TEST_SUITE_P(Sqlite, StoreContract,
                         ::testing::Values(StoreFactory{"Sqlite", [] { return std::make_unique<SqliteUnderTest>(); }}),
                         [](const auto& info) { return info.param.name; });

}  // namespace
}  // namespace videojobs
