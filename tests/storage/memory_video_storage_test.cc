#include "tests/support/memory_video_storage.h"

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "tests/storage/video_storage_contract.h"
#include "tests/support/memory_scratch.h"

namespace videojobs {
namespace {

class MemoryHarness : public StorageHarness {
 public:
  explicit MemoryHarness(std::string public_base) : base_(std::move(public_base)), storage_(base_) {}

  VideoStorage& storage() override { return storage_; }
  std::string Fetch(const VideoAddress& address) override {
    return storage_.Content(address.redirect_url.substr(address.redirect_url.rfind('/') + 1)).value_or("");
  }
  std::size_t Kept() override { return storage_.ObjectCount(); }
  bool is_public() const override { return !base_.empty(); }

 private:
  const std::string base_;
  MemoryVideoStorage storage_;
};

std::unique_ptr<StorageHarness> MakePrivate() { return std::make_unique<MemoryHarness>(""); }
std::unique_ptr<StorageHarness> MakePublic() { return std::make_unique<MemoryHarness>("https://cdn.example/"); }

INSTANTIATE_TEST_SUITE_P(Private, VideoStorageContract, testing::Values(&MakePrivate));
INSTANTIATE_TEST_SUITE_P(Public, VideoStorageContract, testing::Values(&MakePublic));

TEST(MemoryVideoStorage, FailNext_Queued_FailsThatOftenAndCounts) {
  MemoryVideoStorage storage;
  storage.FailNextPut(absl::UnavailableError("first"));
  storage.FailNextPublicUrl(absl::UnavailableError("second"));
  MemorySource source("x");
  EXPECT_EQ(storage.Put("a.mp4", source, 1), absl::UnavailableError("first"));
  EXPECT_EQ(storage.Put("a.mp4", source, 1), absl::OkStatus());
  EXPECT_EQ(storage.PublicUrl("a.mp4").status(), absl::UnavailableError("second"));
  EXPECT_TRUE(storage.PublicUrl("a.mp4").ok());
  EXPECT_EQ(storage.PutCount(), 2);
}

}  // namespace
}  // namespace videojobs
