#include "adapters/filesystem/file_video_storage.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <memory>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "adapters/byte_stream.h"
#include "adapters/filesystem/file.h"
#include "adapters/filesystem/folder.h"
#include "tests/storage/memory_growth.h"
#include "tests/storage/temp_folder.h"
#include "tests/storage/video_storage_contract.h"
#include "tests/support/memory_scratch.h"

namespace videojobs {
namespace {

using ::testing::HasSubstr;

std::string ReadFile(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return std::string(std::istreambuf_iterator<char>(file), {});
}

class FileHarness : public StorageHarness {
 public:
  VideoStorage& storage() override { return *storage_; }
  std::string Fetch(const VideoAddress& address) override { return ReadFile(address.local_path); }
  std::size_t Kept() override { return TempFolder::Entries(folder_.path()); }

 private:
  TempFolder folder_;
  std::unique_ptr<FileVideoStorage> storage_ = FileVideoStorage::Open(folder_.path()).value();
};

std::unique_ptr<StorageHarness> MakeFileStorage() { return std::make_unique<FileHarness>(); }

INSTANTIATE_TEST_SUITE_P(Files, VideoStorageContract, testing::Values(&MakeFileStorage));

absl::Status Put(VideoStorage& storage, const std::string& name, const std::string& content) {
  MemorySource source(content);
  return storage.Put(name, source, static_cast<std::int64_t>(content.size()));
}

int ModeOf(const std::string& path) {
  struct stat facts {};
  return stat(path.c_str(), &facts) == 0 ? static_cast<int>(facts.st_mode & 0777) : -1;
}

// A power cut in the middle of a video.
class KillingSource : public ByteSource {
 public:
  absl::StatusOr<std::size_t> Read(char* buffer, std::size_t) override {
    if (begun_) raise(SIGKILL);
    begun_ = true;
    buffer[0] = 'x';
    return 1;
  }

 private:
  bool begun_ = false;
};

// Files of this process can have `bytes` bytes at most: what a full disk looks like from here.
class FileSizeLimit {
 public:
  explicit FileSizeLimit(rlim_t bytes) {
    getrlimit(RLIMIT_FSIZE, &before_);
    signal(SIGXFSZ, SIG_IGN);
    const rlimit limit = {bytes, before_.rlim_max};
    setrlimit(RLIMIT_FSIZE, &limit);
  }
  ~FileSizeLimit() {
    setrlimit(RLIMIT_FSIZE, &before_);
    signal(SIGXFSZ, SIG_DFL);
  }

 private:
  rlimit before_{};
};

TEST(FileVideoStorage, Open_MissingFolder_CreatesItForTheOwnerAlone) {
  const TempFolder temp;
  const std::string folder = temp.path() + "/a/b";
  const auto storage = FileVideoStorage::Open(folder + "/").value();
  ASSERT_EQ(Put(*storage, "v.mp4", "x"), absl::OkStatus());
  EXPECT_EQ(ModeOf(temp.path() + "/a"), 0700);
  EXPECT_EQ(ModeOf(folder), 0700);
  EXPECT_EQ(ModeOf(folder + "/v.mp4"), 0600);
}

TEST(FileVideoStorage, Open_AFileIsThere_SaysSo) {
  const TempFolder temp;
  std::ofstream(temp.path() + "/file") << "x";
  for (const char* path : {"/file", "/file/below"}) {
    const absl::Status status = FileVideoStorage::Open(temp.path() + path).status();
    EXPECT_EQ(status.code(), absl::StatusCode::kFailedPrecondition) << status;
    EXPECT_THAT(std::string(status.message()), HasSubstr(temp.path() + "/file"));
  }
}

TEST(FileVideoStorage, Address_RelativeFolder_IsAbsolute) {
  const TempFolder temp;
  const auto storage = FileVideoStorage::Open(std::filesystem::relative(temp.path()).native()).value();
  ASSERT_EQ(Put(*storage, "v.mp4", "x"), absl::OkStatus());
  EXPECT_EQ(storage->Address("v.mp4")->local_path.front(), '/');
}

TEST(FileVideoStorage, Put_KilledMidway_NothingUnderTheNameAndSweptAtOpen) {
  const TempFolder temp;
  const pid_t child = fork();
  if (child == 0) {
    KillingSource source;
    FileVideoStorage::Open(temp.path()).value()->Put("v.mp4", source, 100).IgnoreError();
    _exit(0);
  }
  int status = 0;
  ASSERT_EQ(waitpid(child, &status, 0), child);
  ASSERT_TRUE(WIFSIGNALED(status));
  EXPECT_EQ(TempFolder::Entries(temp.path()), 1u);

  const auto storage = FileVideoStorage::Open(temp.path()).value();
  EXPECT_EQ(TempFolder::Entries(temp.path()), 0u);
  EXPECT_EQ(storage->Size("v.mp4").status().code(), absl::StatusCode::kNotFound);
}

TEST(FileVideoStorage, Open_AnotherIsWriting_LeavesItsFileAlone) {
  const TempFolder temp;
  filesystem::File live = filesystem::File::CreateUnique(temp.path(), filesystem::kTemporaryPrefix).value();
  ASSERT_TRUE(live.TryLock());
  ASSERT_TRUE(FileVideoStorage::Open(temp.path()).ok());
  EXPECT_TRUE(std::filesystem::exists(live.path()));
}

TEST(FileVideoStorage, Open_Videos_StayAsTheyAre) {
  const TempFolder temp;
  ASSERT_EQ(Put(*FileVideoStorage::Open(temp.path()).value(), "v.mp4", "the video"), absl::OkStatus());
  EXPECT_EQ(FileVideoStorage::Open(temp.path()).value()->Size("v.mp4").value(), 9);
}

TEST(FileVideoStorage, Put_DiskFull_IsResourceExhaustedWithPathAndLeavesNothing) {
  const TempFolder temp;
  const auto storage = FileVideoStorage::Open(temp.path()).value();
  absl::Status status;
  {
    const FileSizeLimit limit(100'000);
    status = Put(*storage, "v.mp4", std::string(300'000, 'x'));
  }
  EXPECT_EQ(status.code(), absl::StatusCode::kResourceExhausted) << status;
  EXPECT_THAT(std::string(status.message()), HasSubstr(temp.path()));
  EXPECT_THAT(std::string(status.message()), HasSubstr("free some space"));
  EXPECT_EQ(TempFolder::Entries(temp.path()), 0u);
}

TEST(FileVideoStorage, Put_FolderGone_IsNotFoundWithPath) {
  const TempFolder temp;
  const std::string folder = temp.path() + "/videos";
  const auto storage = FileVideoStorage::Open(folder).value();
  std::filesystem::remove(folder);
  const absl::Status status = Put(*storage, "v.mp4", "x");
  EXPECT_EQ(status.code(), absl::StatusCode::kNotFound);
  EXPECT_THAT(std::string(status.message()), HasSubstr(folder));
}

TEST(FileVideoStorage, EveryCall_SymbolicLinkUnderTheName_IsNotFollowed) {
  const TempFolder temp;
  const auto storage = FileVideoStorage::Open(temp.path()).value();
  std::filesystem::create_symlink("/etc/passwd", temp.path() + "/v.mp4");
  EXPECT_EQ(storage->Address("v.mp4").status().code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_EQ(Put(*storage, "v.mp4", "x").code(), absl::StatusCode::kFailedPrecondition);
}

TEST(FileVideoStorage, Put_LargeVideo_HoldsLittleMemory) {
  const TempFolder temp;
  const auto storage = FileVideoStorage::Open(temp.path()).value();
  constexpr std::int64_t kBytes = std::int64_t{50} << 20;
  LargeSource source(kBytes);
  ASSERT_EQ(storage->Put("v.mp4", source, kBytes), absl::OkStatus());
  EXPECT_EQ(storage->Size("v.mp4").value(), kBytes);
  EXPECT_LT(source.growth(), kBytes / 4);
}

}  // namespace
}  // namespace videojobs
