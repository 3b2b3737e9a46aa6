#include "server/engine/mp4_check.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <random>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "adapters/sha256/sha256.h"

namespace videojobs {
namespace {

using ::testing::HasSubstr;

std::string BigEndian(std::uint64_t value, int count) {
  std::string bytes;
  for (int shift = 8 * (count - 1); shift >= 0; shift -= 8) bytes.push_back(static_cast<char>(value >> shift & 0xff));
  return bytes;
}

std::string Box(absl::string_view type, absl::string_view content) {
  return absl::StrCat(BigEndian(content.size() + 8, 4), type, content);
}

std::string LongBox(absl::string_view type, absl::string_view content) {
  return absl::StrCat(BigEndian(1, 4), type, BigEndian(content.size() + 16, 8), content);
}

std::string BoxToTheEnd(absl::string_view type, absl::string_view content) {
  return absl::StrCat(BigEndian(0, 4), type, content);
}

std::string Ftyp() { return Box("ftyp", absl::StrCat("isom", BigEndian(512, 4), "isommp42")); }

std::string MovieHeader(std::uint32_t scale, std::uint32_t units) {
  return Box("mvhd", absl::StrCat(BigEndian(0, 4), BigEndian(7, 4), BigEndian(8, 4), BigEndian(scale, 4),
                                  BigEndian(units, 4), std::string(80, '\0')));
}

std::string LongMovieHeader(std::uint32_t scale, std::uint64_t units) {
  return Box("mvhd", absl::StrCat(BigEndian(0x01000000, 4), BigEndian(7, 8), BigEndian(8, 8), BigEndian(scale, 4),
                                  BigEndian(units, 8), std::string(80, '\0')));
}

std::string Track(absl::string_view handler) {
  const std::string hdlr = Box("hdlr", absl::StrCat(BigEndian(0, 8), handler, std::string(13, '\0')));
  return Box("trak", Box("tkhd", std::string(84, '\0')) + Box("mdia", Box("mdhd", std::string(24, '\0')) + hdlr));
}

std::string Moov(absl::string_view header) { return Box("moov", absl::StrCat(header, Track("vide"), Track("soun"))); }

std::string Moov() { return Moov(MovieHeader(1000, 6042)); }

std::string Video() { return Ftyp() + Moov() + Box("free", "") + Box("mdat", std::string(1000, 'm')); }

absl::StatusOr<Mp4Facts> Check(absl::string_view file, std::size_t piece = absl::string_view::npos) {
  Mp4Check check;
  while (!file.empty()) {
    const absl::string_view head = file.substr(0, piece);
    if (absl::Status status = check.Write(head); !status.ok()) return status;
    file.remove_prefix(head.size());
  }
  return check.Finish();
}

absl::Status ErrorOf(absl::string_view file) { return Check(file).status(); }

TEST(Mp4Check, Finish_WholeVideo_SaysWhatTheFileSays) {
  const absl::StatusOr<Mp4Facts> facts = Check(Video());
  ASSERT_TRUE(facts.ok()) << facts.status();
  EXPECT_EQ(facts->bytes, static_cast<std::int64_t>(Video().size()));
  EXPECT_EQ(facts->sha256, Sha256Hex(Video()));
  EXPECT_EQ(facts->duration, absl::Milliseconds(6042));
  EXPECT_TRUE(facts->has_video);
  EXPECT_TRUE(facts->has_audio);
}

TEST(Mp4Check, Finish_AnyPieces_SameFacts) {
  for (std::size_t piece = 1; piece < 70; ++piece) {
    const absl::StatusOr<Mp4Facts> facts = Check(Video(), piece);
    ASSERT_TRUE(facts.ok()) << piece << ": " << facts.status();
    EXPECT_EQ(facts->sha256, Sha256Hex(Video()));
    EXPECT_EQ(facts->duration, absl::Milliseconds(6042));
  }
}

TEST(Mp4Check, Finish_MediaBeforeMovie_IsFine) { EXPECT_TRUE(Check(Ftyp() + Box("mdat", "media") + Moov()).ok()); }

TEST(Mp4Check, Finish_NoSound_SaysSo) {
  const auto facts = Check(Ftyp() + Box("moov", MovieHeader(1, 8) + Track("vide")) + Box("mdat", "media"));
  ASSERT_TRUE(facts.ok()) << facts.status();
  EXPECT_TRUE(facts->has_video);
  EXPECT_FALSE(facts->has_audio);
}

TEST(Mp4Check, Finish_LongSizes_AreUnderstood) {
  const auto facts = Check(Ftyp() + LongBox("moov", MovieHeader(1, 8) + Track("vide")) + LongBox("mdat", "media"));
  ASSERT_TRUE(facts.ok()) << facts.status();
  EXPECT_EQ(facts->duration, absl::Seconds(8));
}

TEST(Mp4Check, Finish_LastBoxToTheEnd_IsUnderstood) {
  EXPECT_TRUE(Check(Ftyp() + Moov() + BoxToTheEnd("mdat", "media")).ok());
  EXPECT_TRUE(Check(Ftyp() + Box("mdat", "media") + BoxToTheEnd("moov", MovieHeader(1, 8) + Track("vide"))).ok());
}

TEST(Mp4Check, Finish_LongMovieHeader_IsUnderstood) {
  const auto facts = Check(Ftyp() + Moov(LongMovieHeader(90000, 90000 * 6 + 45000)) + Box("mdat", "media"));
  ASSERT_TRUE(facts.ok()) << facts.status();
  EXPECT_EQ(facts->duration, absl::Milliseconds(6500));
}

TEST(Mp4Check, Finish_DurationNotSaid_IsZero) {
  for (const std::string& header : {MovieHeader(1000, 0xffffffff), LongMovieHeader(1000, UINT64_MAX)}) {
    const auto facts = Check(Ftyp() + Moov(header) + Box("mdat", "media"));
    ASSERT_TRUE(facts.ok()) << facts.status();
    EXPECT_EQ(facts->duration, absl::ZeroDuration());
  }
}

// A duration that no google.protobuf.Duration holds would be sent on as nonsense.
TEST(Mp4Check, Finish_AbsurdDuration_IsADay) {
  const auto facts = Check(Ftyp() + Moov(LongMovieHeader(1, UINT64_MAX - 1)) + Box("mdat", "media"));
  ASSERT_TRUE(facts.ok()) << facts.status();
  EXPECT_EQ(facts->duration, absl::Hours(24));
}

TEST(Mp4Check, Finish_Empty_IsDataLoss) {
  EXPECT_EQ(ErrorOf("").code(), absl::StatusCode::kDataLoss);
  EXPECT_THAT(std::string(ErrorOf("").message()), HasSubstr("empty file"));
}

TEST(Mp4Check, Finish_CutAnywhere_IsRefused) {
  const std::string video = Video();
  for (std::size_t size = 0; size < video.size(); ++size) {
    EXPECT_FALSE(Check(absl::string_view(video).substr(0, size)).ok()) << size;
  }
}

TEST(Mp4Check, Finish_CutInMedia_NamesTheBox) {
  const absl::Status error = ErrorOf(Video().substr(0, Video().size() - 1));
  EXPECT_EQ(error.code(), absl::StatusCode::kDataLoss);
  EXPECT_THAT(std::string(error.message()), HasSubstr("truncated MP4: it ends at byte"));
  EXPECT_THAT(std::string(error.message()), HasSubstr("\"mdat\""));
}

TEST(Mp4Check, Finish_CutBetweenTracks_IsTruncated) {
  const std::string moov = Moov();
  const std::string cut = Ftyp() + moov.substr(0, moov.size() - Track("soun").size());
  EXPECT_EQ(ErrorOf(cut).code(), absl::StatusCode::kDataLoss);
  EXPECT_THAT(std::string(ErrorOf(cut).message()), HasSubstr("\"moov\""));
}

TEST(Mp4Check, Write_OtherType_NamesWhatItIs) {
  const absl::Status html = ErrorOf("<!DOCTYPE html><html>");
  EXPECT_EQ(html.code(), absl::StatusCode::kInvalidArgument);
  EXPECT_THAT(std::string(html.message()), HasSubstr("not an MP4: it begins with \"<!DOCTYP\" (HTML or XML)"));
  EXPECT_THAT(std::string(ErrorOf("{\"error\": 403}").message()), HasSubstr("(JSON)"));
  EXPECT_THAT(std::string(ErrorOf("\x1a\x45\xdf\xa3 webm").message()), HasSubstr("not an MP4"));
}

TEST(Mp4Check, Write_AfterError_GivesItAgain) {
  Mp4Check check;
  const absl::Status error = check.Write("<!DOCTYPE html>");
  EXPECT_EQ(check.Write(Video()), error);
  EXPECT_EQ(check.Finish().status(), error);
}

struct Damage {
  const char* what;
  std::string file;
  const char* words;
};

TEST(Mp4Check, Finish_Damage_IsNamed) {
  const std::string mdat = Box("mdat", "media");
  const std::string short_header = Box("mvhd", std::string(19, '\0'));
  const std::string short_long_header = Box("mvhd", absl::StrCat(BigEndian(0x01000000, 4), std::string(27, '\0')));
  const std::string two_versions_on = Box("mvhd", absl::StrCat(BigEndian(0x02000000, 4), std::string(40, '\0')));
  const std::vector<Damage> damages = {
      {"no movie", Ftyp() + mdat, "no movie header"},
      {"no movie header", Ftyp() + Box("moov", Track("vide")) + mdat, "no movie header"},
      {"no media", Ftyp() + Moov(), "no media data"},
      {"empty media", Ftyp() + Moov() + Box("mdat", ""), "no media data"},
      {"media inside the movie", Ftyp() + Moov(MovieHeader(1, 1) + mdat), "no media data"},
      {"two movies", Ftyp() + Moov() + Moov() + mdat, "second box \"moov\""},
      {"trailing zeros", Video() + std::string(16, '\0'), "smaller than its own header"},
      {"a size of 7", Ftyp() + BigEndian(7, 4) + "free", "smaller than its own header"},
      {"a long size of 15", Ftyp() + BigEndian(1, 4) + "free" + BigEndian(15, 8), "smaller than its own header"},
      {"a child that leaves its parent", Ftyp() + Box("moov", BigEndian(500, 4) + "udta"), "leaves the one around it"},
      {"a child to the end", Ftyp() + Box("moov", BigEndian(0, 4) + "udta"), "smaller than its own header"},
      {"half a child", Ftyp() + Box("moov", "1234") + mdat, "leaves the one around it"},
      {"a short movie header", Ftyp() + Moov(short_header) + mdat, "\"mvhd\" is too short"},
      {"a short long movie header", Ftyp() + Moov(short_long_header) + mdat, "\"mvhd\" is too short"},
      {"an unknown movie header", Ftyp() + Moov(two_versions_on) + mdat, "unknown version 2"},
      {"a time scale of zero", Ftyp() + Moov(MovieHeader(0, 1)) + mdat, "time scale of zero"},
  };
  for (const Damage& damage : damages) {
    const absl::Status error = ErrorOf(damage.file);
    EXPECT_EQ(error.code(), absl::StatusCode::kInvalidArgument) << damage.what << ": " << error;
    EXPECT_THAT(std::string(error.message()), HasSubstr(damage.words)) << damage.what;
  }
}

TEST(Mp4Check, Finish_SizesBeyondAnyFile_AreTruncated) {
  for (const std::uint64_t size : {UINT64_MAX, UINT64_MAX - 40, UINT64_MAX / 2, std::uint64_t{1} << 40}) {
    const std::string file = Ftyp() + BigEndian(1, 4) + "mdat" + BigEndian(size, 8) + "media";
    const absl::Status error = ErrorOf(file);
    EXPECT_TRUE(absl::IsDataLoss(error) || absl::IsInvalidArgument(error)) << size << ": " << error;
  }
}

TEST(Mp4Check, Finish_RealVideos_SaysTheirLengthAndTracks) {
  int videos = 0;
  for (const auto& entry : std::filesystem::directory_iterator(VIDEOJOBS_REAL_VIDEOS)) {
    if (entry.path().extension() != ".mp4") continue;
    std::ifstream stream(entry.path(), std::ios::binary);
    const std::string file(std::istreambuf_iterator<char>(stream), {});
    const absl::StatusOr<Mp4Facts> facts = Check(file, 1000);
    ASSERT_TRUE(facts.ok()) << entry.path() << facts.status();
    // The name ends in the seconds: "landscape_720p_6s".
    const std::string name = entry.path().stem();
    const absl::Duration named = absl::Seconds(name[name.size() - 2] - '0');
    EXPECT_LT(absl::AbsDuration(facts->duration - named), absl::Milliseconds(100)) << name << facts->duration;
    EXPECT_TRUE(facts->has_video) << name;
    EXPECT_TRUE(facts->has_audio) << name;
    EXPECT_FALSE(Check(file.substr(0, file.size() - 1)).ok()) << name;
    ++videos;
  }
  EXPECT_GT(videos, 0);
}

// A small fuzzer with a fixed seed: whatever is flipped, cut or doubled, the check ends, and its verdict does not
// depend on how the bytes were cut into pieces.
TEST(Mp4Check, Finish_RandomDamage_SameVerdictInAnyPieces) {
  std::mt19937 random(20261122);
  const std::string video = Video();
  for (int round = 0; round < 3000; ++round) {
    std::string file = video;
    for (int flips = random() % 4 + 1; flips > 0; --flips) file[random() % 500] = static_cast<char>(random());
    if (random() % 3 == 0) file.resize(random() % file.size());
    if (random() % 5 == 0) file += video;
    const absl::StatusOr<Mp4Facts> whole = Check(file);
    const absl::StatusOr<Mp4Facts> pieces = Check(file, random() % 30 + 1);
    ASSERT_EQ(whole.status(), pieces.status()) << round;
    if (whole.ok()) {
      EXPECT_EQ(whole->sha256, pieces->sha256);
    }
  }
}

}  // namespace
}  // namespace videojobs
