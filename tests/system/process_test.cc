#include "adapters/system/process.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>

namespace videojobs {
namespace {

TEST(Process, Environment_Variables_AreThereWithTheirValues) {
  setenv("VIDEOJOBS_TEST_PLAIN", "a=b", 1);
  setenv("VIDEOJOBS_TEST_EMPTY", "", 1);
  const auto env = Environment();
  EXPECT_EQ(env.at("VIDEOJOBS_TEST_PLAIN"), "a=b");
  EXPECT_EQ(env.at("VIDEOJOBS_TEST_EMPTY"), "");
  EXPECT_EQ(env.count("VIDEOJOBS_TEST_MISSING"), 0u);
}

TEST(Process, KeepMemoryToOurselves_ACrash_LeavesNoCore) {
  const pid_t child = fork();
  if (child == 0) {
    KeepMemoryToOurselves();
    if (prctl(PR_GET_DUMPABLE) != 0) _exit(1);
    abort();
  }
  int ended = 0;
  ASSERT_EQ(waitpid(child, &ended, 0), child);
#ifndef __SANITIZE_ADDRESS__
  ASSERT_TRUE(WIFSIGNALED(ended)) << "it can still be dumped";
  EXPECT_FALSE(WCOREDUMP(ended));
#endif
}

}  // namespace
}  // namespace videojobs
