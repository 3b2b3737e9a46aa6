// Files: what they are, how they are fetched, and what can go wrong on the way.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <thread>
#include <tuple>
#include <vector>

#include "tests/simulator/harness.h"

namespace videojobs::simulator {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::StartsWith;

uint32_t BigEndian(std::string_view bytes) {
  uint32_t value = 0;
  for (const char c : bytes.substr(0, 4)) value = value << 8 | static_cast<unsigned char>(c);
  return value;
}

struct Box {
  std::string type;
  std::string_view content;
};

// The boxes of an MP4 file, or of a box that holds boxes: ISO/IEC 14496-12, 4.2.
std::vector<Box> BoxesIn(std::string_view bytes) {
  std::vector<Box> boxes;
  while (bytes.size() >= 8 && BigEndian(bytes) >= 8 && BigEndian(bytes) <= bytes.size()) {
    const uint32_t size = BigEndian(bytes);
    boxes.push_back({std::string(bytes.substr(4, 4)), bytes.substr(8, size - 8)});
    bytes.remove_prefix(size);
  }
  EXPECT_TRUE(bytes.empty()) << "bytes after the last box";
  return boxes;
}

std::string_view BoxAt(std::string_view bytes, const std::vector<std::string>& path) {
  for (const std::string& type : path) {
    const std::vector<Box> boxes = BoxesIn(bytes);
    const auto found = std::find_if(boxes.begin(), boxes.end(), [&](const Box& box) { return box.type == type; });
    if (found == boxes.end()) return {};
    bytes = found->content;
  }
  return bytes;
}

std::vector<std::string> Types(std::string_view bytes) {
  std::vector<std::string> types;
  for (const Box& box : BoxesIn(bytes)) types.push_back(box.type);
  return types;
}

using Format = std::tuple<const char*, const char*, int>;
class FormatTest : public SimulatorTest, public testing::WithParamInterface<Format> {};

TEST_P(FormatTest, Video_OfEachFormat_HasTheAskedLengthShapeAndASoundTrack) {
  const auto& [aspect_ratio, resolution, seconds] = GetParam();
  const nlohmann::json body = {
      {"instances", {{{"prompt", "a"}}}},
      {"parameters", {{"aspectRatio", aspect_ratio}, {"resolution", resolution}, {"durationSeconds", seconds}}}};
  const std::string operation = StartOperation(body.dump());
  const std::string video = Get(DownloadPath(operation))->body;
  EXPECT_EQ(video, *simulator().ExpectedVideo(operation));
  EXPECT_THAT(Types(video), ElementsAre("ftyp", "moov", "free", "mdat", "free"));

  const std::string_view movie = BoxAt(video, {"moov", "mvhd"});
  EXPECT_EQ(BigEndian(movie.substr(16)), static_cast<uint32_t>(seconds) * BigEndian(movie.substr(12)));

  std::map<std::string, std::string_view> track_heads;  // By the kind of track.
  for (const Box& box : BoxesIn(BoxAt(video, {"moov"}))) {
    if (box.type != "trak") continue;
    const std::string kind(BoxAt(box.content, {"mdia", "hdlr"}).substr(8, 4));
    track_heads[kind] = BoxAt(box.content, {"tkhd"});
  }
  ASSERT_EQ(track_heads.count("vide"), 1u);
  EXPECT_EQ(track_heads.count("soun"), 1u);
  const std::string_view head = track_heads["vide"];
  const std::map<std::string, uint32_t> short_sides = {{"720p", 720}, {"1080p", 1080}, {"4k", 2160}};
  const uint32_t short_side = short_sides.at(resolution);
  const bool is_wide = std::string(aspect_ratio) == "16:9";
  EXPECT_EQ(BigEndian(head.substr(76)) >> 16, is_wide ? short_side * 16 / 9 : short_side);
  EXPECT_EQ(BigEndian(head.substr(80)) >> 16, is_wide ? short_side : short_side * 16 / 9);
}

INSTANTIATE_TEST_SUITE_P(Videos, FormatTest,
                         testing::Values(Format{"16:9", "720p", 4}, Format{"16:9", "720p", 6},
                                         Format{"16:9", "720p", 8}, Format{"16:9", "1080p", 8}, Format{"16:9", "4k", 8},
                                         Format{"9:16", "720p", 4}, Format{"9:16", "720p", 6},
                                         Format{"9:16", "720p", 8}, Format{"9:16", "1080p", 8},
                                         Format{"9:16", "4k", 8}));

class DownloadsTest : public SimulatorTest {
 protected:
  // The path of a finished video, with this fault waiting for it.
  std::string PathWithFault(FaultKind kind) {
    operation_ = StartOperation();
    const std::string path = DownloadPath(operation_);
    simulator().SetFaults({{kind, 1}});
    return path;
  }

  std::string Expected() { return *simulator().ExpectedVideo(operation_); }

  std::string operation_;
};

TEST_F(DownloadsTest, TwoOperations_HaveDifferentVideosThatNameThem) {
  const std::string first = StartOperation();
  const std::string second = StartOperation();
  EXPECT_NE(*simulator().ExpectedVideo(first), *simulator().ExpectedVideo(second));
  EXPECT_THAT(*simulator().ExpectedVideo(first), HasSubstr(first.substr(first.rfind('/') + 1)));
}

TEST_F(DownloadsTest, Download_Plain_HasLengthAndType) {
  operation_ = StartOperation();
  const httplib::Result result = Get(DownloadPath(operation_));
  EXPECT_EQ(result->status, 200);
  EXPECT_EQ(result->get_header_value("Content-Type"), "video/mp4");
  EXPECT_EQ(result->get_header_value("Content-Length"), std::to_string(Expected().size()));
  EXPECT_EQ(simulator().counts().downloads[operation_], 1);
}

TEST_F(DownloadsTest, Download_Range_Is206WithThoseBytes) {
  operation_ = StartOperation();
  const httplib::Result result = NewClient()->Get(DownloadPath(operation_), {{"Range", "bytes=100-299"}});
  EXPECT_EQ(result->status, 206);
  EXPECT_EQ(result->get_header_value("Content-Range"), "bytes 100-299/" + std::to_string(Expected().size()));
  EXPECT_EQ(result->body, Expected().substr(100, 200));
  const httplib::Result rest = NewClient()->Get(DownloadPath(operation_), {{"Range", "bytes=30000-"}});
  EXPECT_EQ(rest->body, Expected().substr(30000));
}

TEST_F(DownloadsTest, Download_RangeBeyondTheEnd_Is416) {
  operation_ = StartOperation();
  const httplib::Result result = NewClient()->Get(DownloadPath(operation_), {{"Range", "bytes=99999999-"}});
  ASSERT_TRUE(result);
  EXPECT_EQ(result->status, 416);
  EXPECT_EQ(result->get_header_value("Content-Range"), "bytes */" + std::to_string(Expected().size()));
}

TEST_F(DownloadsTest, Download_RangeOfAMissingFile_IsTheWholeError) {
  const httplib::Result result = NewClient()->Get("/v1beta/files/f0:download", {{"Range", "bytes=100-"}});
  ASSERT_TRUE(result);
  EXPECT_EQ(result->status, 403);
  EXPECT_EQ(Json(result)["error"]["code"], 403);
}

TEST_F(DownloadsTest, Describe_SaysSizeStateAndExpiry) {
  operation_ = StartOperation();
  std::string path = DownloadPath(operation_);
  path.resize(path.find(":download"));
  const nlohmann::json file = Json(Get(path));
  EXPECT_EQ("/v1beta/" + std::string(file["name"]), path);
  EXPECT_EQ(file["sizeBytes"], std::to_string(Expected().size()));
  EXPECT_EQ(file["state"], "ACTIVE");
  absl::Time expires;
  ASSERT_TRUE(absl::ParseTime(absl::RFC3339_full, std::string(file["expirationTime"]), &expires, nullptr));
  EXPECT_EQ(expires, clock_.Now() + absl::Hours(48));
}

TEST_F(DownloadsTest, Download_After48Hours_Is403AsIfItWereForeign) {
  operation_ = StartOperation();
  const std::string path = DownloadPath(operation_);
  clock_.Advance(absl::Hours(48) - absl::Seconds(1));
  EXPECT_EQ(Get(path)->status, 200);
  clock_.Advance(absl::Seconds(1));
  const httplib::Result result = Get(path);
  EXPECT_EQ(result->status, 403);
  EXPECT_THAT(result->body, HasSubstr("or it may not exist."));
}

TEST_F(DownloadsTest, Download_ByTheOperationsOwnId_Is403) {
  operation_ = StartOperation();
  EXPECT_EQ(Get("/v1beta/files/" + operation_.substr(operation_.rfind('/') + 1) + ":download?alt=media")->status, 403);
}

TEST_F(DownloadsTest, Redirect_StaysOnTheHostAndNeedsTheKeyAgain) {
  const httplib::Result redirect = Get(PathWithFault(FaultKind::kRedirect));
  EXPECT_EQ(redirect->status, 302);
  const std::string target = redirect->get_header_value("Location");
  EXPECT_THAT(target, StartsWith(simulator().base_url() + "/download/v1beta/files/"));
  const std::string path = target.substr(simulator().base_url().size());
  EXPECT_EQ(Get(path)->body, Expected());
  EXPECT_EQ(httplib::Client("127.0.0.1", simulator().port()).Get(path)->status, 403);
  EXPECT_EQ(simulator().counts().leaked_keys, 0);
}

TEST_F(DownloadsTest, RedirectOtherHost_NeedsNoKeyAndCountsALeakedOne) {
  const httplib::Result redirect = Get(PathWithFault(FaultKind::kRedirectOtherHost));
  EXPECT_EQ(redirect->status, 302);
  const std::string other = "http://localhost:" + std::to_string(simulator().port());
  const std::string target = redirect->get_header_value("Location");
  ASSERT_THAT(target, StartsWith(other + "/"));
  EXPECT_EQ(httplib::Client(other).Get(target.substr(other.size()))->body, Expected());
  EXPECT_EQ(simulator().counts().leaked_keys, 0);
  EXPECT_EQ(Get(target.substr(other.size()))->status, 200);
  EXPECT_EQ(simulator().counts().leaked_keys, 1);
}

TEST_F(DownloadsTest, Truncated_PromisesAllSendsHalfAndCuts) {
  const std::string path = PathWithFault(FaultKind::kTruncated);
  std::string received;
  std::string promised;
  const httplib::Result result = NewClient()->Get(
      path,
      [&](const httplib::Response& response) {
        promised = response.get_header_value("Content-Length");
        return true;
      },
      [&](const char* data, size_t size) {
        received.append(data, size);
        return true;
      });
  EXPECT_FALSE(result);
  EXPECT_EQ(promised, std::to_string(Expected().size()));
  EXPECT_EQ(received, Expected().substr(0, Expected().size() / 2));
  EXPECT_EQ(Get(path)->body, Expected()) << "the fault was to happen once";
}

TEST_F(DownloadsTest, Stalled_SendsHalfAndFallsSilent) {
  Fault fault(FaultKind::kStalled, 1);
  fault.delay = absl::Hours(1);
  operation_ = StartOperation();
  const std::string path = DownloadPath(operation_);
  simulator().SetFaults({fault});
  const auto client = NewClient();
  client->set_read_timeout(0, 100'000);
  size_t received = 0;
  EXPECT_FALSE(client->Get(path, [&](const char*, size_t size) {
    received += size;
    return true;
  }));
  EXPECT_EQ(received, Expected().size() / 2);
}

TEST_F(DownloadsTest, EmptyFile_Is200WithoutAByte) {
  const httplib::Result result = Get(PathWithFault(FaultKind::kEmptyFile));
  ASSERT_TRUE(result);
  EXPECT_EQ(result->status, 200);
  EXPECT_EQ(result->body, "");
  EXPECT_EQ(result->get_header_value("Content-Length"), "0");
}

TEST_F(DownloadsTest, WrongType_Is200WithHtml) {
  const httplib::Result result = Get(PathWithFault(FaultKind::kWrongType));
  EXPECT_EQ(result->status, 200);
  EXPECT_THAT(result->get_header_value("Content-Type"), HasSubstr("text/html"));
  EXPECT_THAT(result->body, HasSubstr("<html>"));
}

TEST_F(DownloadsTest, RefusedDownload_HasItsStatusOnce) {
  const std::map<FaultKind, int> statuses = {
      {FaultKind::kDownloadForbidden, 403}, {FaultKind::kDownloadNotFound, 404}, {FaultKind::kDownloadInternal, 500}};
  for (const auto& [kind, status] : statuses) {
    const std::string path = PathWithFault(kind);
    EXPECT_EQ(Get(path)->status, status);
    EXPECT_EQ(Get(path)->status, 200);
  }
}

TEST_F(DownloadsTest, NoFile_ForAnOperationThatMadeNone) {
  simulator().SetFaults({FaultKind::kFiltered});
  operation_ = StartOperation();
  EXPECT_EQ(simulator().ExpectedVideo(operation_).status().code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_EQ(simulator().ExpectedVideo("models/veo/operations/x").status().code(), absl::StatusCode::kNotFound);
}

TEST_F(DownloadsTest, Padded_IsOfTheAskedSizeAndStillWholeBoxes) {
  Start({.padded_mib = 3});
  operation_ = StartOperation();
  const std::string video = Get(DownloadPath(operation_))->body;
  EXPECT_EQ(video.size(), size_t{3} << 20);
  EXPECT_EQ(video, Expected());
  EXPECT_THAT(Types(video), ElementsAre("ftyp", "moov", "free", "mdat", "free"));
  const httplib::Result middle = NewClient()->Get(DownloadPath(operation_), {{"Range", "bytes=2000000-2000099"}});
  EXPECT_EQ(middle->body, video.substr(2'000'000, 100));
}

}  // namespace
}  // namespace videojobs::simulator
