#include "adapters/postgres/connection_pool.h"

#include <chrono>
#include <exception>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "adapters/fault_point.h"
#include "adapters/postgres/status.h"

namespace videojobs::postgres {
namespace {

constexpr int kAttempts = 4;
constexpr std::chrono::seconds kWaitForConnection{30};

// `url` with what we need, unless its owner said otherwise.
std::string Completed(const std::string& url) {
  std::string completed = url;
  const auto add = [&](absl::string_view key, absl::string_view value) {
    if (absl::StrContains(completed, absl::StrCat(key, "="))) return;
    absl::StrAppend(&completed, absl::StrContains(completed, "?") ? "&" : "?", key, "=", value);
  };
  add("connect_timeout", "5");
  // A peer that fell silent (a failover, a firewall that forgot the connection) is noticed within half a minute, not
  // after the kernel's quarter of an hour. https://www.postgresql.org/docs/15/libpq-connect.html
  add("keepalives_idle", "10");
  add("keepalives_interval", "5");
  add("keepalives_count", "3");
  add("tcp_user_timeout", "20000");
  add("client_encoding", "UTF8");
  return completed;
}

bool IsUrl(const std::string& url) {
  return absl::StartsWith(url, "postgres://") || absl::StartsWith(url, "postgresql://");
}

}  // namespace

ConnectionPool::ConnectionPool(const std::string& url, int max_connections)
    : url_(IsUrl(url) ? Completed(url) : url), max_connections_(max_connections) {}

absl::Status ConnectionPool::Connect() {
  if (!IsUrl(url_)) return StatusFromConnecting("not a URL");
  auto connection = Take();
  if (!connection.ok()) return connection.status();
  GiveBack(std::move(connection->connection));
  return absl::OkStatus();
}

absl::StatusOr<ConnectionPool::Connection> ConnectionPool::Open() const {
  try {
    return std::make_unique<pqxx::connection>(url_);
  } catch (const std::exception& error) {
    return StatusFromConnecting(error.what());
  }
}

absl::StatusOr<ConnectionPool::Taken> ConnectionPool::Take() {
  std::unique_lock lock(mutex_);
  if (!returned_.wait_for(lock, kWaitForConnection, [&] { return taken_ < max_connections_; })) {
    return absl::UnavailableError(absl::StrCat("all ", max_connections_, " connections to the database are in use"));
  }
  ++taken_;
  if (!idle_.empty()) {
    Taken taken{std::move(idle_.back()), true};
    idle_.pop_back();
    return taken;
  }
  lock.unlock();
  auto opened = Open();
  if (opened.ok()) return Taken{*std::move(opened), false};
  GiveBack(nullptr);
  return opened.status();
}

void ConnectionPool::GiveBack(Connection connection) {
  {
    const std::lock_guard lock(mutex_);
    --taken_;
    if (connection) idle_.push_back(std::move(connection));
  }
  returned_.notify_one();
}

void ConnectionPool::DropIdle() {
  const std::lock_guard lock(mutex_);
  idle_.clear();
}

absl::Status ConnectionPool::Commit(pqxx::work& transaction, const char* name) {
  if (AtFaultPoint("commit", name, FaultMoment::kBefore) == Fault::kForget) {
    transaction.abort();
    return absl::OkStatus();
  }
  transaction.commit();
  const bool lost = AtFaultPoint("commit", name, FaultMoment::kAfter) == Fault::kLoseAnswer;
  return lost ? absl::UnknownError("the answer to a commit was lost, on a test's behalf") : absl::OkStatus();
}

ConnectionPool::Attempt ConnectionPool::TransactOnce(const char* name, const std::function<bool(pqxx::work&)>& body) {
  return Try([&](pqxx::connection& connection, bool& committing) -> absl::Status {
    pqxx::work transaction(connection);
    committing = body(transaction);
    if (committing) return Commit(transaction, name);
    transaction.abort();
    return absl::OkStatus();
  });
}

ConnectionPool::Attempt ConnectionPool::AskOnce(const std::function<void(pqxx::nontransaction&)>& body) {
  return Try([&](pqxx::connection& connection, bool&) -> absl::Status {
    pqxx::nontransaction transaction(connection);
    body(transaction);
    return absl::OkStatus();
  });
}

ConnectionPool::Attempt ConnectionPool::Try(const std::function<absl::Status(pqxx::connection&, bool&)>& body) {
  auto taken = Take();
  if (!taken.ok()) return {taken.status()};
  Connection connection = std::move(taken->connection);
  absl::Status status;
  bool committing = false;
  try {
    status = body(*connection, committing);
  } catch (const std::exception& error) {
    const bool connected = connection->is_open();
    status = committing ? StatusFromCommit(error, connected) : StatusFromException(error, connected);
  }
  if (absl::IsUnavailable(status) || absl::IsUnknown(status)) {
    // Where one connection has died, a restart of the server has usually ended the idle ones as well.
    DropIdle();
    connection.reset();
  }
  GiveBack(std::move(connection));
  return {status, absl::IsAborted(status) || (absl::IsUnavailable(status) && taken->kept)};
}

absl::Status ConnectionPool::Repeated(const std::function<Attempt()>& once) {
  Attempt attempt = once();
  for (int repeats = 1; attempt.may_repeat && repeats < kAttempts; ++repeats) attempt = once();
  return attempt.status;
}

}  // namespace videojobs::postgres
