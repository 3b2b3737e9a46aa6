#include "server/assembly/stores.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "adapters/postgres/postgres_store.h"
#include "adapters/sqlite/sqlite_store.h"

namespace videojobs {
namespace {

// Beyond one for each call under way: for the doors, the schedule and the renewals.
constexpr int kFurtherConnections = 8;

template <typename Store>
OpenStore PortsOf(std::unique_ptr<Store> store) {
  Store* opened = store.get();
  return {std::shared_ptr<void>(std::move(store)),
          &opened->intake(),
          &opened->work(),
          &opened->ledger(),
          &opened->lanes(),
          &opened->reader(),
          &opened->changes(),
          &opened->audit()};
}

}  // namespace

absl::StatusOr<OpenStore> OpenTheStore(const Settings& settings, Clock& clock) {
  if (settings.database_url.empty()) {
    auto store = SqliteStore::Open(SqliteFile(settings), {.mock = settings.mock}, clock);
    if (!store.ok()) return store.status();
    return PortsOf(*std::move(store));
  }
  PostgresStore::Options options;
  options.mock = settings.mock;
  options.mirror = !settings.mock || settings.adopt != AdoptPolicy::kOff;
  options.max_connections = settings.concurrency + kFurtherConnections;
  auto store = PostgresStore::Open(settings.database_url.Reveal(), options);
  if (!store.ok()) return store.status();
  return PortsOf(*std::move(store));
}

absl::StatusOr<OpenStore> OpenTheStoreToLook(const Settings& settings, Clock& clock) {
  if (!settings.database_url.empty()) return OpenTheStore(settings, clock);
  auto store = SqliteStore::OpenToLook(SqliteFile(settings), {.mock = settings.mock}, clock);
  if (!store.ok()) return store.status();
  return PortsOf(*std::move(store));
}

std::string SqliteFile(const Settings& settings) { return absl::StrCat(settings.data_dir, "/videojobs.db"); }

}  // namespace videojobs
