#include "tests/support/postgres_cluster.h"

#include <signal.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <fstream>
#include <stdexcept>
#include <thread>

namespace videojobs {
namespace {

using std::filesystem::path;

constexpr char kPoolerPort[] = "6432";

// The newest installed Postgres: its programs are not on Debian's PATH.
std::string ServerProgram(const std::string& name) {
  std::vector<path> versions;
  for (const auto& entry : std::filesystem::directory_iterator("/usr/lib/postgresql")) versions.push_back(entry.path());
  std::sort(versions.begin(), versions.end());
  if (versions.empty()) throw std::runtime_error("no Postgres in /usr/lib/postgresql: apt install postgresql");
  return versions.back() / "bin" / name;
}

std::string MakeFolder() {
  std::string name = (std::filesystem::temp_directory_path() / "videojobs-postgres-XXXXXX").string();
  if (mkdtemp(name.data()) == nullptr) throw std::runtime_error("cannot make a folder in " + name);
  if (geteuid() == 0 && system(("chown postgres " + name).c_str()) != 0) throw std::runtime_error("cannot chown");
  return name;
}

// The kernel ends the program when this one dies, however it does.
std::vector<std::string> AsServersUser(const std::vector<std::string>& arguments) {
  std::vector<std::string> all = {"setpriv", "--pdeathsig", "SIGINT"};
  if (geteuid() == 0) {
    for (const char* argument : {"--reuid", "postgres", "--regid", "postgres", "--clear-groups"}) {
      all.emplace_back(argument);
    }
  }
  all.insert(all.end(), arguments.begin(), arguments.end());
  return all;
}

int Run(const std::vector<std::string>& arguments) { return ChildProgram(arguments).Wait(); }

void Require(int exit_code, const std::string& what) {
  if (exit_code != 0) throw std::runtime_error(what + " failed with exit code " + std::to_string(exit_code));
}

template <typename Condition>
void WaitUntil(Condition condition, const std::string& what) {
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(30);
  while (!condition()) {
    if (std::chrono::steady_clock::now() > deadline) throw std::runtime_error(what + " did not come up in 30 s");
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
  }
}

}  // namespace

ChildProgram::ChildProgram(const std::vector<std::string>& arguments) {
  std::vector<std::string> all = AsServersUser(arguments);
  std::vector<char*> argv;
  for (std::string& argument : all) argv.push_back(argument.data());
  argv.push_back(nullptr);
  pid_ = fork();
  if (pid_ != 0) return;
  execvp(argv[0], argv.data());
  _exit(127);
}

ChildProgram::~ChildProgram() {
  if (pid_ <= 0) return;
  kill(pid_, SIGINT);
  Wait();
}

int ChildProgram::Wait() {
  int status = 0;
  waitpid(pid_, &status, 0);
  pid_ = -1;
  return WIFEXITED(status) ? WEXITSTATUS(status) : 128;
}

PostgresCluster::PostgresCluster() : folder_(MakeFolder()) {
  Require(Run({"sh", "-c",
               ServerProgram("initdb") + " -D " + folder_ +
                   "/data -U postgres -A trust -E UTF8 --no-locale --no-sync >" + folder_ + "/initdb.log 2>&1"}),
          "initdb");
  StartServer();
  std::ofstream(folder_ + "/pgbouncer.ini")
      << "[databases]\n* = host=" << folder_ << " user=postgres\n[pgbouncer]\nunix_socket_dir = " << folder_
      << "\nlisten_addr =\nlisten_port = " << kPoolerPort
      << "\nauth_type = any\npool_mode = transaction\nlogfile = " << folder_ << "/pgbouncer.log\n";
  pooler_ = std::make_unique<ChildProgram>(
      std::vector<std::string>{"/usr/sbin/pgbouncer", "--quiet", folder_ + "/pgbouncer.ini"});
  WaitUntil([&] { return std::filesystem::exists(folder_ + "/.s.PGSQL." + kPoolerPort); }, "PgBouncer");
}

PostgresCluster::~PostgresCluster() {
  pooler_.reset();
  server_.reset();
  std::error_code ignored;
  std::filesystem::remove_all(folder_, ignored);
}

void PostgresCluster::StartServer() {
  const std::string command = "exec " + ServerProgram("postgres") + " -D " + folder_ + "/data -k " + folder_ +
                              " -h '' -c fsync=off -c full_page_writes=off -c max_connections=200 >>" + folder_ +
                              "/postgres.log 2>&1";
  server_ = std::make_unique<ChildProgram>(std::vector<std::string>{"sh", "-c", command});
  WaitUntil([&] { return Run({ServerProgram("pg_isready"), "-q", "-h", folder_, "-U", "postgres"}) == 0; }, "Postgres");
}

void PostgresCluster::Restart() {
  server_.reset();
  StartServer();
}

std::string PostgresCluster::CreateDatabase(const std::string& like) {
  const std::string name = "test_" + std::to_string(++databases_);
  Require(Psql("postgres", {"-c", "CREATE DATABASE " + name + " TEMPLATE " + like}), "CREATE DATABASE");
  return name;
}

void PostgresCluster::DropDatabase(const std::string& name) {
  Psql("postgres", {"-c", "DROP DATABASE " + name + " WITH (FORCE)"});
}

std::string PostgresCluster::Url(const std::string& database, const std::string& user) const {
  return "postgres:///" + database + "?host=" + folder_ + "&user=" + user;
}

std::string PostgresCluster::PoolerUrl(const std::string& database) const {
  return Url(database) + "&port=" + kPoolerPort;
}

int PostgresCluster::Psql(const std::string& database, const std::vector<std::string>& arguments) const {
  std::vector<std::string> all = {"psql", Url(database), "-q", "-X", "-v", "ON_ERROR_STOP=1"};
  all.insert(all.end(), arguments.begin(), arguments.end());
  return Run(all);
}

PostgresCluster& SharedPostgresCluster() {
  static PostgresCluster cluster;
  return cluster;
}

}  // namespace videojobs
