#include "tests/support/memory_scratch.h"

#include <gtest/gtest.h>

#include <memory>

#include "absl/status/status.h"
#include "tests/storage/scratch_contract.h"

namespace videojobs {
namespace {

std::unique_ptr<Scratch> MakeMemory() { return std::make_unique<MemoryScratch>(); }

INSTANTIATE_TEST_SUITE_P(Memory, ScratchContract, testing::Values(&MakeMemory));

TEST(MemoryScratch, SetFull_WhileFull_RefusesFilesAndBytes) {
  MemoryScratch scratch;
  const std::unique_ptr<ScratchFile> file = scratch.Create().value();
  scratch.SetFull(true);
  EXPECT_EQ(scratch.Create().status().code(), absl::StatusCode::kResourceExhausted);
  EXPECT_EQ(file->Write("x").code(), absl::StatusCode::kResourceExhausted);
  scratch.SetFull(false);
  EXPECT_EQ(file->Write("x"), absl::OkStatus());
}

TEST(MemoryScratch, OpenFiles_FileEnds_CountsDown) {
  MemoryScratch scratch;
  {
    const std::unique_ptr<ScratchFile> file = scratch.Create().value();
    EXPECT_EQ(scratch.OpenFiles(), 1);
  }
  EXPECT_EQ(scratch.OpenFiles(), 0);
}

}  // namespace
}  // namespace videojobs
