// The program as scripts use it: its flags, the line it prints, its exit codes.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <csignal>
#include <string>
#include <vector>

#include "httplib.h"

namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::StartsWith;

// Runs the program with its output and errors in one pipe; ends it when it goes out of scope.
class Program {
 public:
  explicit Program(std::vector<std::string> arguments) {
    arguments.insert(arguments.begin(), VEO_SIMULATOR);
    std::vector<char*> argv;
    for (std::string& argument : arguments) argv.push_back(argument.data());
    argv.push_back(nullptr);
    std::array<int, 2> ends{};
    EXPECT_EQ(pipe(ends.data()), 0);
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_adddup2(&actions, ends[1], STDOUT_FILENO);
    posix_spawn_file_actions_adddup2(&actions, ends[1], STDERR_FILENO);
    posix_spawn_file_actions_addclose(&actions, ends[0]);
    EXPECT_EQ(posix_spawn(&process_, VEO_SIMULATOR, &actions, nullptr, argv.data(), environ), 0);
    posix_spawn_file_actions_destroy(&actions);
    close(ends[1]);
    output_ = ends[0];
  }

  ~Program() {
    if (process_ > 0) Signal(SIGKILL);
    if (process_ > 0) ExitCode();
    close(output_);
  }

  void Signal(int signal) const { kill(process_, signal); }

  std::string ReadLine() {
    std::string line;
    for (char c = 0; read(output_, &c, 1) == 1 && c != '\n';) line += c;
    return line;
  }

  std::string ReadAll() {
    std::string all;
    for (char c = 0; read(output_, &c, 1) == 1;) all += c;
    return all;
  }

  int ExitCode() {
    int status = 0;
    waitpid(process_, &status, 0);
    process_ = 0;
    return WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
  }

 private:
  pid_t process_ = 0;
  int output_ = -1;
};

TEST(Program, Listen_AnyPort_PrintsItsAddressServesAndEndsOnSigterm) {
  Program program({"--listen", "127.0.0.1:0", "--latency", "0s", "--seed", "5", "--fault", "kind=429,count=1",
                   "--fault", "kind=filtered"});
  const std::string line = program.ReadLine();
  const std::string prefix = "veo-simulator listening on ";
  ASSERT_THAT(line, StartsWith(prefix + "http://127.0.0.1:"));
  httplib::Client client(line.substr(prefix.size()));
  client.set_default_headers({{"x-goog-api-key", "k"}});
  const std::string path = "/v1beta/models/veo-3.1-generate-preview:predictLongRunning";
  const std::string body = R"({"instances":[{"prompt":"a"}]})";
  EXPECT_EQ(client.Post(path, body, "application/json")->status, 429);
  EXPECT_EQ(client.Post(path, body, "application/json")->status, 200);
  program.Signal(SIGTERM);
  EXPECT_EQ(program.ExitCode(), 0);
}

TEST(Program, Help_NamesEveryFlagAndSucceeds) {
  Program program({"--help"});
  const std::string help = program.ReadAll();
  for (const char* word : {"--listen", "--latency", "--seed", "--fault", "--retention", "--pad-mib", "--api-key",
                           "--file-processing", "--token-lifetime", "closed_kept_connection", "/_simulator/faults"}) {
    EXPECT_THAT(help, HasSubstr(word));
  }
  EXPECT_EQ(program.ExitCode(), 0);
}

struct WrongFlag {
  std::vector<std::string> arguments;
  const char* message;
};

class WrongFlagTest : public testing::TestWithParam<WrongFlag> {};

TEST_P(WrongFlagTest, WrongFlag_IsSaidInALineWithExitCode2) {
  Program program(GetParam().arguments);
  const std::string said = program.ReadAll();
  EXPECT_THAT(said, AllOf(StartsWith("veo-simulator: "), HasSubstr(GetParam().message)));
  EXPECT_EQ(said.find('\n'), said.size() - 1) << said;
  EXPECT_EQ(program.ExitCode(), 2);
}

INSTANTIATE_TEST_SUITE_P(
    Flags, WrongFlagTest,
    testing::Values(WrongFlag{{"--listen", "0.0.0.0:8090"}, "veo-simulator: listen: \"0.0.0.0\" is not a loopback"},
                    WrongFlag{{"--listen", "8090"}, "it is HOST:PORT"},
                    WrongFlag{{"--listen", "127.0.0.1:70000"}, "70000 is not a port"},
                    WrongFlag{{"--latency", "5"}, "latency: \"5\" is not a duration"},
                    WrongFlag{{"--latency", "-1s"}, "latency: -1s is out of range"},
                    WrongFlag{{"--retention", "0s"}, "retention: it is a duration above 0"},
                    WrongFlag{{"--token-lifetime", "0s"}, "token-lifetime: it is a duration of at least 1s"},
                    WrongFlag{{"--file-processing", "-1s"}, "file-processing: it is a duration from 0"},
                    WrongFlag{{"--pad-mib", "5000"}, "pad-mib: 5000 is out of range"},
                    WrongFlag{{"--seed", "x"}, "--seed"},
                    WrongFlag{{"--fault", "kind=flood"}, "fault: kind: \"flood\" is not understood"},
                    WrongFlag{{"--surprise"}, "--surprise"}));

}  // namespace
