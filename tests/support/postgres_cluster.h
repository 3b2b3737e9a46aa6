#ifndef VIDEOJOBS_TESTS_SUPPORT_POSTGRES_CLUSTER_H_
#define VIDEOJOBS_TESTS_SUPPORT_POSTGRES_CLUSTER_H_

#include <sys/types.h>

#include <atomic>
#include <memory>
#include <string>
#include <vector>

namespace videojobs {

// A program that runs until this object goes, or the test dies.
class ChildProgram {
 public:
  // As user `postgres` when the test runs as root, whom neither Postgres nor PgBouncer obeys.
  explicit ChildProgram(const std::vector<std::string>& arguments);
  ~ChildProgram();  // ends it by its id, and waits until it is gone
  ChildProgram(const ChildProgram&) = delete;
  ChildProgram& operator=(const ChildProgram&) = delete;

  // Waits for its own end. Gives its exit code; 0 is success.
  int Wait();

 private:
  pid_t pid_ = -1;
};

// A private Postgres with a PgBouncer in transaction mode before it, both on Unix sockets in a temporary folder that
// goes with them. Durability is off: what is tested survives no power cut. Throws std::runtime_error with the programs'
// own words where one is missing or does not start. Thread-safe.
class PostgresCluster {
 public:
  PostgresCluster();
  ~PostgresCluster();

  // Makes an empty database, or a copy of `like` (which nobody is connected to), and gives its name.
  std::string CreateDatabase(const std::string& like = "template1");
  void DropDatabase(const std::string& name);

  std::string Url(const std::string& database, const std::string& user = "postgres") const;
  std::string PoolerUrl(const std::string& database) const;

  // Runs `psql -v ON_ERROR_STOP=1` with these arguments. Gives its exit code; 0 is success.
  int Psql(const std::string& database, const std::vector<std::string>& arguments) const;

  // Ends the server with all its connections, and starts it again on the same data.
  void Restart();

 private:
  void StartServer();

  const std::string folder_;
  std::unique_ptr<ChildProgram> server_;
  std::unique_ptr<ChildProgram> pooler_;
  std::atomic<int> databases_{0};
};

// The one cluster of this test program; started when first asked for, ended with the program.
PostgresCluster& SharedPostgresCluster();

}  // namespace videojobs

#endif  // VIDEOJOBS_TESTS_SUPPORT_POSTGRES_CLUSTER_H_
