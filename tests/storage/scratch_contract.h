// What every Scratch promises (adapters/scratch.h), as one suite.
#ifndef VIDEOJOBS_TESTS_STORAGE_SCRATCH_CONTRACT_H_
#define VIDEOJOBS_TESTS_STORAGE_SCRATCH_CONTRACT_H_

#include <gtest/gtest.h>

#include <memory>
#include <string>

#include "absl/status/status.h"
#include "adapters/byte_stream.h"
#include "adapters/scratch.h"

namespace videojobs {

using ScratchMaker = std::unique_ptr<Scratch> (*)();

class ScratchContract : public testing::TestWithParam<ScratchMaker> {
 protected:
  static std::string ReadAll(ByteSource& source, std::size_t piece) {
    std::string content;
    std::string buffer(piece, '\0');
    while (true) {
      const std::size_t count = source.Read(buffer.data(), piece).value();
      if (count == 0) return content;
      content.append(buffer, 0, count);
    }
  }

  const std::unique_ptr<Scratch> scratch_ = GetParam()();
};

TEST_P(ScratchContract, Write_InPieces_ReadsBackWhole) {
  const std::unique_ptr<ScratchFile> file = scratch_->Create().value();
  ASSERT_EQ(file->Write("the "), absl::OkStatus());
  ASSERT_EQ(file->Write(""), absl::OkStatus());
  ASSERT_EQ(file->Write("video"), absl::OkStatus());
  EXPECT_EQ(file->Size(), 9);
  EXPECT_EQ(ReadAll(*file->OpenForReading().value(), 4), "the video");
}

TEST_P(ScratchContract, OpenForReading_Again_BeginsAtTheBeginning) {
  const std::unique_ptr<ScratchFile> file = scratch_->Create().value();
  ASSERT_EQ(file->Write("the video"), absl::OkStatus());
  {
    const std::unique_ptr<ByteSource> first = file->OpenForReading().value();
    char buffer[3];
    EXPECT_EQ(first->Read(buffer, 3).value(), 3u);
  }
  EXPECT_EQ(ReadAll(*file->OpenForReading().value(), 100), "the video");
}

TEST_P(ScratchContract, Create_Several_AreApart) {
  const std::unique_ptr<ScratchFile> a = scratch_->Create().value();
  const std::unique_ptr<ScratchFile> b = scratch_->Create().value();
  ASSERT_EQ(a->Write("one"), absl::OkStatus());
  EXPECT_EQ(b->Size(), 0);
  EXPECT_EQ(ReadAll(*b->OpenForReading().value(), 10), "");
  EXPECT_EQ(ReadAll(*a->OpenForReading().value(), 10), "one");
}

}  // namespace videojobs

#endif  // VIDEOJOBS_TESTS_STORAGE_SCRATCH_CONTRACT_H_
