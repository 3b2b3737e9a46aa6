#ifndef VIDEOJOBS_ADAPTERS_POSTGRES_CONNECTION_POOL_H_
#define VIDEOJOBS_ADAPTERS_POSTGRES_CONNECTION_POOL_H_

#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <pqxx/pqxx>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

namespace videojobs::postgres {

// Up to `max_connections` connections to one database, each used by one thread at a time, opened when needed and kept.
// Thread-safe.
class ConnectionPool {
 public:
  ConnectionPool(const std::string& url, int max_connections);

  // Opens a first connection, to find out early that there is none to be had.
  absl::Status Connect();

  // Runs `body` in one READ COMMITTED transaction and commits it when the body's status is OK; rolls it back otherwise
  // and gives the body's status back. `body` takes a pqxx::work& and returns absl::Status or absl::StatusOr<T>. It may
  // run several times: when the database aborted the transaction, or a kept connection had died, nothing was committed
  // and it is run again. Errors: status.h. `name` is the caller's, for fault_point.h.
  template <typename Body>
  auto Transact(Body body, const char* name = __builtin_FUNCTION()) -> std::invoke_result_t<Body, pqxx::work&> {
    using Result = std::invoke_result_t<Body, pqxx::work&>;
    Result result = absl::InternalError("the transaction did not run");
    const std::function<bool(pqxx::work&)> run = [&](pqxx::work& transaction) -> bool {
      result = body(transaction);
      return result.ok();
    };
    const absl::Status status = Repeated([&] { return TransactOnce(name, run); });
    if (!status.ok()) return status;
    return result;
  }

  // The same for one statement that only reads, without a transaction around it: a third of the statements. `body`
  // takes a pqxx::nontransaction&.
  template <typename Body>
  auto Ask(Body body) -> std::invoke_result_t<Body, pqxx::nontransaction&> {
    using Result = std::invoke_result_t<Body, pqxx::nontransaction&>;
    Result result = absl::InternalError("the statement did not run");
    const std::function<void(pqxx::nontransaction&)> run = [&](pqxx::nontransaction& transaction) {
      result = body(transaction);
    };
    const absl::Status status = Repeated([&] { return AskOnce(run); });
    if (!status.ok()) return status;
    return result;
  }

 private:
  using Connection = std::unique_ptr<pqxx::connection>;

  struct Attempt {
    absl::Status status;
    bool may_repeat = false;  // nothing was committed, and the same may well succeed at once
  };
  static absl::Status Repeated(const std::function<Attempt()>& once);
  // The body says whether to commit.
  Attempt TransactOnce(const char* name, const std::function<bool(pqxx::work&)>& body);
  Attempt AskOnce(const std::function<void(pqxx::nontransaction&)>& body);
  // The body says whether it has begun to commit: what fails from then on may have happened.
  Attempt Try(const std::function<absl::Status(pqxx::connection&, bool& committing)>& body);
  absl::Status Commit(pqxx::work& transaction, const char* name);
  struct Taken {
    Connection connection;
    bool kept = false;  // it was idle before: it may have died since
  };
  absl::StatusOr<Taken> Take();
  absl::StatusOr<Connection> Open() const;
  void GiveBack(Connection connection);  // a null one was lost
  void DropIdle();

  const std::string url_;
  const int max_connections_;
  std::mutex mutex_;
  std::condition_variable returned_;
  std::vector<Connection> idle_;
  int taken_ = 0;
};

}  // namespace videojobs::postgres

#endif  // VIDEOJOBS_ADAPTERS_POSTGRES_CONNECTION_POOL_H_
