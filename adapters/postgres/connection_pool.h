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
    const absl::Status status = Run(name, [&](pqxx::work& transaction) -> bool {
      result = body(transaction);
      return result.ok();
    });
    if (!status.ok()) return status;
    return result;
  }

 private:
  using Connection = std::unique_ptr<pqxx::connection>;

  // As Transact; the body says whether to commit.
  absl::Status Run(const char* name, const std::function<bool(pqxx::work&)>& body);
  struct Attempt {
    absl::Status status;
    bool may_repeat = false;  // nothing was committed, and the same may well succeed at once
  };
  Attempt RunOnce(const char* name, const std::function<bool(pqxx::work&)>& body);
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
