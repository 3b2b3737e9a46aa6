// The command line itself: what it understands, and what becomes of its output.

#include <filesystem>
#include <fstream>
#include <string>
#include <utility>
#include <vector>

#include "cli/exit_code.h"
#include "gmock/gmock.h"
#include "tests/cli/command_line_fixture.h"

namespace videojobs::cli {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;

TEST_F(CommandLineTest, Help_NamesEveryCommandAndExitCode) {
  EXPECT_EQ(Run({"--help"}), kOk);
  for (const char* word :
       {"create", "status", "list", "poll-all", "migrate", "VIDEOJOBS_SERVER", "Exit codes", "130"}) {
    EXPECT_THAT(out(), HasSubstr(word));
  }
}

TEST_F(CommandLineTest, WrongCommandLines_AreUsageErrors) {
  const std::vector<std::vector<std::string>> wrong = {{},
                                                       {"frobnicate"},
                                                       {"create", "--frobnicate"},
                                                       {"create", "--text", "a", "--file", "b"},
                                                       {"create", "--text", "a", "--seed", "-1"},
                                                       {"status"},
                                                       {"status", kJobId, "--escalation", "e1"},
                                                       {"status", kJobId, "--wait", "--timeout", "soon"},
                                                       {"list", "--state", "done"},
                                                       {"list", "--created-after", "yesterday"},
                                                       {"list", "--limit", "-1"},
                                                       {"list", "--server", ""}};
  for (const auto& arguments : wrong) {
    EXPECT_EQ(Run(arguments), kUsage) << ::testing::PrintToString(arguments);
    EXPECT_NE(err(), "") << ::testing::PrintToString(arguments);
  }
}

TEST_F(CommandLineTest, BytesThatAreNotUtf8_AreRefusedByTheArgumentsName) {
  const std::string wrong = "b\xFCro";
  const std::vector<std::pair<std::vector<std::string>, std::string>> command_lines = {
      {{"create", "--text", wrong}, "--text"},
      {{"create", "--text", "Yes.", "--scene", "one", "--scene", wrong}, "--scene"},
      {{"status", wrong}, "job"},
      {{"status", "--escalation", wrong}, "--escalation"},
      {{"list", "--escalation", wrong}, "--escalation"},
      {{"retry", kJobId, "--accept-possible-second-charge", wrong}, "--accept-possible-second-charge"},
      {{"cancel", wrong}, "job"},
      {{"explain", wrong}, "job"},
      {{"costs", "--from", wrong}, "--from"},
      {{"--server", wrong, "list"}, "--server"}};
  for (const auto& [arguments, name] : command_lines) {
    EXPECT_EQ(Run(arguments), kUsage) << ::testing::PrintToString(arguments);
    EXPECT_EQ(err(), "videojobs: " + name + " is not valid UTF-8\n");
  }
  EXPECT_TRUE(server_.creates.empty());
  EXPECT_TRUE(server_.lookups.empty());
}

TEST_F(CommandLineTest, FileWhoseNameIsNotUtf8_IsReadAllTheSame) {
  server_.looks = {JobIn(v1::JOB_STATE_PENDING)};
  const std::string path = ::testing::TempDir() + "/videojobs-b\xFCro.txt";
  std::ofstream(path) << "From a file.";
  EXPECT_EQ(Run({"create", "--file", path}), kOk);
  std::filesystem::remove(path);
}

TEST_F(CommandLineTest, OutputThatCannotBeWritten_IsTroubleAndSaysSo) {
  server_.looks = {JobIn(v1::JOB_STATE_COMPLETED)};
  disk_is_full_ = true;
  const std::vector<std::vector<std::string>> command_lines = {{"status", kJobId}, {"--help"}, {"--version"}};
  for (const auto& arguments : command_lines) {
    EXPECT_EQ(Run(arguments), kTrouble) << ::testing::PrintToString(arguments);
    EXPECT_EQ(err(), "videojobs: the result could not be written to standard output\n");
  }
  reader_left_ = true;
  EXPECT_EQ(Run({"status", kJobId}), kOk) << "head has read enough";
  reader_left_ = false;
  server_.looks = {JobIn(v1::JOB_STATE_FAILED)};
  EXPECT_EQ(Run({"status", kJobId}), kJobFailed) << "what is worse is said";
}

TEST_F(CommandLineTest, ServerOutOfReach_SaysWhereItLooked) {
  EXPECT_EQ(Run({"list", "--server", "127.0.0.1:1"}), kUnreachable);
  EXPECT_THAT(err(), AllOf(HasSubstr("127.0.0.1:1"), HasSubstr("VIDEOJOBS_SERVER")));
}

TEST_F(CommandLineTest, InterruptedBeforeTheCall_IsNotSent) {
  interrupt_.Trigger();
  EXPECT_EQ(Run({"list"}), kInterrupted);
  EXPECT_TRUE(server_.listings.empty());
}

}  // namespace
}  // namespace videojobs::cli
