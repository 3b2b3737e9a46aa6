// What every VideoStorage promises (adapters/video_storage.h), as one suite. A test file for a storage instantiates it:
//   INSTANTIATE_TEST_SUITE_P(Memory, VideoStorageContract, testing::Values(&MakeMemoryHarness));
#ifndef VIDEOJOBS_TESTS_STORAGE_VIDEO_STORAGE_CONTRACT_H_
#define VIDEOJOBS_TESTS_STORAGE_VIDEO_STORAGE_CONTRACT_H_

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cstddef>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "adapters/byte_stream.h"
#include "adapters/video_storage.h"
#include "tests/support/memory_scratch.h"

namespace videojobs {

// A storage under test, and a look behind it.
class StorageHarness {
 public:
  virtual ~StorageHarness() = default;
  virtual VideoStorage& storage() = 0;
  // What a browser gets that follows the address.
  virtual std::string Fetch(const VideoAddress& address) = 0;
  // Everything that is kept, half-written leftovers included.
  virtual std::size_t Kept() = 0;
  // Whether PublicUrl() is to be a URL.
  virtual bool is_public() const { return false; }
};

using StorageHarnessMaker = std::unique_ptr<StorageHarness> (*)();

// Gives `good` bytes, then fails.
class FailingSource : public ByteSource {
 public:
  explicit FailingSource(std::size_t good) : good_(good) {}

  absl::StatusOr<std::size_t> Read(char* buffer, std::size_t capacity) override {
    if (good_ == 0) return absl::InternalError("the source broke");
    const std::size_t count = std::min(capacity, good_);
    std::fill_n(buffer, count, 'x');
    good_ -= count;
    return count;
  }

 private:
  std::size_t good_;
};

class VideoStorageContract : public testing::TestWithParam<StorageHarnessMaker> {
 protected:
  absl::Status Put(const std::string& name, const std::string& content) {
    MemorySource source(content);
    return storage().Put(name, source, static_cast<std::int64_t>(content.size()));
  }
  std::string Fetch(const std::string& name) {
    const absl::StatusOr<VideoAddress> address = storage().Address(name);
    EXPECT_TRUE(address.ok()) << address.status();
    return address.ok() ? harness_->Fetch(*address) : "";
  }
  VideoStorage& storage() { return harness_->storage(); }

  const std::unique_ptr<StorageHarness> harness_ = GetParam()();
};

TEST_P(VideoStorageContract, Put_NewName_IsThereWhole) {
  ASSERT_EQ(Put("a1.mp4", "the video"), absl::OkStatus());
  EXPECT_EQ(storage().Size("a1.mp4").value(), 9);
  EXPECT_EQ(Fetch("a1.mp4"), "the video");
  EXPECT_EQ(harness_->Kept(), 1u);
}

TEST_P(VideoStorageContract, Put_ContentOfAnyBytes_IsUnchanged) {
  std::string content;
  for (int i = 0; i < 300'000; ++i) content.push_back(static_cast<char>(i * 7 + i / 256));
  MemorySource source(content, 1000);
  ASSERT_EQ(storage().Put("a1.mp4", source, static_cast<std::int64_t>(content.size())), absl::OkStatus());
  EXPECT_TRUE(Fetch("a1.mp4") == content);
}

TEST_P(VideoStorageContract, Put_SameNameSameSize_IsSuccess) {
  ASSERT_EQ(Put("a1.mp4", "the video"), absl::OkStatus());
  EXPECT_EQ(Put("a1.mp4", "the video"), absl::OkStatus());
  EXPECT_EQ(harness_->Kept(), 1u);
}

// Names carry a hash of the content: what has another size is broken. A storage may need a second call to replace it,
// since a source cannot be rewound.
TEST_P(VideoStorageContract, Put_SameNameOtherSize_IsReplacedByTheSecondCallAtTheLatest) {
  ASSERT_EQ(Put("a1.mp4", "the vid"), absl::OkStatus());
  const absl::Status first = Put("a1.mp4", "the video");
  if (!first.ok()) {
    EXPECT_EQ(first.code(), absl::StatusCode::kUnavailable);
    EXPECT_THAT(std::string(first.message()), testing::HasSubstr("7 bytes, this video has 9"));
    ASSERT_EQ(Put("a1.mp4", "the video"), absl::OkStatus());
  }
  EXPECT_EQ(Fetch("a1.mp4"), "the video");
  EXPECT_EQ(harness_->Kept(), 1u);
  EXPECT_EQ(Put("a1.mp4", "the video"), absl::OkStatus());
}

TEST_P(VideoStorageContract, Put_SourceFailsMidway_GivesItsErrorAndLeavesNothing) {
  FailingSource source(100'000);
  EXPECT_EQ(storage().Put("a1.mp4", source, 500'000), absl::InternalError("the source broke"));
  EXPECT_EQ(storage().Size("a1.mp4").status().code(), absl::StatusCode::kNotFound);
  EXPECT_EQ(harness_->Kept(), 0u);
  EXPECT_EQ(Put("a1.mp4", "the video"), absl::OkStatus());
}

TEST_P(VideoStorageContract, Put_SourceTooShort_IsDataLossAndLeavesNothing) {
  MemorySource source("the vid");
  EXPECT_EQ(storage().Put("a1.mp4", source, 9).code(), absl::StatusCode::kDataLoss);
  EXPECT_EQ(harness_->Kept(), 0u);
}

TEST_P(VideoStorageContract, Put_SourceTooLong_IsDataLossAndLeavesNothing) {
  MemorySource source("the video and more");
  EXPECT_EQ(storage().Put("a1.mp4", source, 9).code(), absl::StatusCode::kDataLoss);
  EXPECT_EQ(harness_->Kept(), 0u);
}

TEST_P(VideoStorageContract, Put_NoBytes_IsInvalid) {
  const absl::Status status = Put("a1.mp4", "");
  EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument);
  EXPECT_THAT(std::string(status.message()), testing::HasSubstr("bytes is 0"));
  EXPECT_EQ(harness_->Kept(), 0u);
}

TEST_P(VideoStorageContract, EveryCall_NameOfNoVideo_IsInvalid) {
  const std::vector<std::string> names = {"",
                                          ".mp4",
                                          "..mp4",
                                          "../a.mp4",
                                          "a/b.mp4",
                                          "/etc/a.mp4",
                                          "a\\b.mp4",
                                          "A1.mp4",
                                          "a_1.mp4",
                                          "a%2e.mp4",
                                          "a b.mp4",
                                          "a?x=1.mp4",
                                          std::string(1, '\0') + "a.mp4",
                                          "a1.webm",
                                          "a1.mp4/",
                                          "ä.mp4",
                                          "a1.mp4\n",
                                          "-a1.mp4",
                                          std::string(197, 'a') + ".mp4"};
  for (const std::string& name : names) {
    EXPECT_EQ(Put(name, "x").code(), absl::StatusCode::kInvalidArgument) << name;
    EXPECT_EQ(storage().Size(name).status().code(), absl::StatusCode::kInvalidArgument) << name;
    EXPECT_EQ(storage().PublicUrl(name).status().code(), absl::StatusCode::kInvalidArgument) << name;
    EXPECT_EQ(storage().Address(name).status().code(), absl::StatusCode::kInvalidArgument) << name;
  }
  EXPECT_EQ(harness_->Kept(), 0u);
}

TEST_P(VideoStorageContract, Put_LongestName_IsThere) {
  const std::string name = std::string(196, 'a') + ".mp4";
  ASSERT_EQ(Put(name, "the video"), absl::OkStatus());
  EXPECT_EQ(Fetch(name), "the video");
}

TEST_P(VideoStorageContract, SizeAndAddress_NoSuchObject_AreNotFound) {
  EXPECT_EQ(storage().Size("a1.mp4").status().code(), absl::StatusCode::kNotFound);
  EXPECT_EQ(storage().Address("a1.mp4").status().code(), absl::StatusCode::kNotFound);
}

TEST_P(VideoStorageContract, Address_Stored_IsAFileOrARedirect) {
  ASSERT_EQ(Put("a1.mp4", "the video"), absl::OkStatus());
  const VideoAddress address = storage().Address("a1.mp4").value();
  EXPECT_NE(address.local_path.empty(), address.redirect_url.empty());
}

TEST_P(VideoStorageContract, PublicUrl_Stored_ServesTheVideoWherePublic) {
  ASSERT_EQ(Put("a1.mp4", "the video"), absl::OkStatus());
  const std::string url = storage().PublicUrl("a1.mp4").value();
  EXPECT_EQ(!url.empty(), harness_->is_public());
  if (harness_->is_public()) {
    EXPECT_EQ(harness_->Fetch({.local_path = "", .redirect_url = url}), "the video");
  }
}

TEST_P(VideoStorageContract, Remove_Stored_IsGoneAndGoneAgain) {
  ASSERT_EQ(Put("a1.mp4", "the video"), absl::OkStatus());
  ASSERT_EQ(Put("b1.mp4", "another"), absl::OkStatus());
  EXPECT_EQ(storage().Remove("a1.mp4"), absl::OkStatus());
  EXPECT_EQ(storage().Size("a1.mp4").status().code(), absl::StatusCode::kNotFound);
  EXPECT_EQ(storage().Remove("a1.mp4"), absl::OkStatus());
  EXPECT_EQ(harness_->Kept(), 1u);
  EXPECT_EQ(storage().Remove("../b1.mp4").code(), absl::StatusCode::kInvalidArgument);
}

TEST_P(VideoStorageContract, Put_SameNameAtOnce_OneWholeObject) {
  const std::string content(200'000, 'v');
  std::vector<absl::Status> results(4, absl::UnknownError("never ran"));
  std::vector<std::thread> callers;
  for (absl::Status& result : results) callers.emplace_back([&] { result = Put("a1.mp4", content); });
  for (std::thread& caller : callers) caller.join();
  EXPECT_THAT(results, testing::Each(absl::OkStatus()));
  EXPECT_TRUE(Fetch("a1.mp4") == content);
  EXPECT_EQ(harness_->Kept(), 1u);
}

}  // namespace videojobs

#endif  // VIDEOJOBS_TESTS_STORAGE_VIDEO_STORAGE_CONTRACT_H_
