#include "adapters/filesystem/file_scratch.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <memory>
#include <string>

#include "absl/status/status.h"
#include "adapters/scratch.h"
#include "tests/storage/scratch_contract.h"
#include "tests/storage/temp_folder.h"

namespace videojobs {
namespace {

class ScratchInTempFolder : public Scratch {
 public:
  absl::StatusOr<std::unique_ptr<ScratchFile>> Create() override { return scratch_->Create(); }

 private:
  TempFolder folder_;
  std::unique_ptr<FileScratch> scratch_ = FileScratch::Open(folder_.path()).value();
};

std::unique_ptr<Scratch> MakeFileScratch() { return std::make_unique<ScratchInTempFolder>(); }

INSTANTIATE_TEST_SUITE_P(Files, ScratchContract, testing::Values(&MakeFileScratch));

TEST(FileScratch, Create_WhileInUse_HasNoNameThatACrashCouldLeave) {
  const TempFolder temp;
  const auto scratch = FileScratch::Open(temp.path()).value();
  const auto file = scratch->Create().value();
  ASSERT_EQ(file->Write("x"), absl::OkStatus());
  EXPECT_EQ(TempFolder::Entries(temp.path()), 0u);
}

TEST(FileScratch, Create_FolderGone_NamesIt) {
  const TempFolder temp;
  const std::string folder = temp.path() + "/scratch";
  const auto scratch = FileScratch::Open(folder).value();
  std::filesystem::remove(folder);
  const absl::Status status = scratch->Create().status();
  EXPECT_EQ(status.code(), absl::StatusCode::kNotFound);
  EXPECT_THAT(std::string(status.message()), testing::HasSubstr(folder));
}

}  // namespace
}  // namespace videojobs
