// The bytes of videos: as long and as large as was asked for, and no two the same.
#include "simulator/videos.h"

#include <gtest/gtest.h>

#include <set>
#include <string>
#include <string_view>

namespace videojobs::simulator {
namespace {

uint32_t Number(std::string_view bytes) {
  uint32_t value = 0;
  for (const char c : bytes.substr(0, 4)) value = value << 8 | static_cast<unsigned char>(c);
  return value;
}

Operation Asked(int seconds, Resolution resolution) {
  Operation operation;
  operation.duration_seconds = seconds;
  operation.resolution = resolution;
  return operation;
}

TEST(Video, AnyLength_IsInItsHeader) {
  std::set<std::string> all;
  for (int seconds = 3; seconds <= 10; ++seconds) {
    for (const auto resolution : {Resolution::k360p, Resolution::k720p, Resolution::k1080p, Resolution::k4k}) {
      const std::string bytes = Video(Asked(seconds, resolution)).Bytes();
      const size_t header = bytes.find("mvhd");
      ASSERT_NE(header, std::string::npos);
      EXPECT_EQ(Number(bytes.substr(header + 16)), 1000u);
      EXPECT_EQ(Number(bytes.substr(header + 20)), static_cast<uint32_t>(seconds) * 1000);
      const size_t media = bytes.find("mdhd");
      const double lasts = 1.0 * Number(bytes.substr(media + 20)) / Number(bytes.substr(media + 16));
      EXPECT_NEAR(lasts, seconds, 0.01);
      all.insert(bytes);
    }
  }
  EXPECT_EQ(all.size(), 32u);
}

TEST(Video, Of360p_IsShownAtThatSize) {
  const std::string bytes = Video(Asked(6, Resolution::k360p)).Bytes();
  const size_t track = bytes.find("tkhd");
  EXPECT_EQ(Number(bytes.substr(track + 80)) >> 16, 640u);
  EXPECT_EQ(Number(bytes.substr(track + 84)) >> 16, 360u);
}

TEST(Video, ReadInPieces_IsTheSameAsWhole) {
  const Video video(Asked(5, Resolution::k360p), 1);
  const std::string whole = video.Bytes();
  std::string pieces;
  std::string block(997, 0);
  for (size_t count = 0; (count = video.Read(pieces.size(), block.data(), block.size())) > 0;) {
    pieces.append(block, 0, count);
  }
  EXPECT_EQ(pieces, whole);
  EXPECT_NE(whole, Video(Asked(5, Resolution::k360p), 0).Bytes());
}

}  // namespace
}  // namespace videojobs::simulator
