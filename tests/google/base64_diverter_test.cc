#include "adapters/google/base64_diverter.h"

#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "gtest/gtest.h"
#include "tests/support/string_sink.h"

namespace videojobs::google {
namespace {

struct Diverted {
  absl::Status status;
  std::string json;
  std::string video;
  std::int64_t video_bytes = 0;
};

// Written in two pieces, cut at `cut`.
Diverted Divert(absl::string_view text, std::size_t cut = 0, std::size_t max_json_bytes = 1000) {
  StringSink sink;
  Base64Diverter diverter(&sink, max_json_bytes);
  Diverted diverted;
  diverted.status = diverter.Write(text.substr(0, cut));
  if (diverted.status.ok()) diverted.status = diverter.Write(text.substr(cut));
  diverted.json = diverter.json();
  diverted.video = sink.text;
  diverted.video_bytes = diverter.video_bytes();
  return diverted;
}

std::string AllBytes() {
  std::string bytes;
  for (int value = 0; value < 256; ++value) bytes.push_back(static_cast<char>(value));
  return bytes;
}

TEST(Base64Diverter, Write_NoVideo_LeavesTheTextAsItIs) {
  const std::string texts[] = {
      R"({"name":"models/m/operations/o","done":false})",
      R"({"a":"\"encodedVideo\":\"QUJD\""})",
      R"({"a":"encodedVideo","b":"QUJD"})",
      R"(["encodedVideo","QUJD"])",
      R"({"encodedVideos":"QUJD","xencodedVideo":"QUJD"})",
      R"({"encodedVideo":{"data":"QUJD"}})",
      R"({"encodedVideo":null,"a":"QUJD"})",
      "<html>\"encodedVideo\"",
      "",
  };
  for (const std::string& text : texts) {
    for (std::size_t cut = 0; cut <= text.size(); ++cut) {
      const Diverted diverted = Divert(text, cut);
      EXPECT_EQ(diverted.status, absl::OkStatus()) << text;
      EXPECT_EQ(diverted.json, text);
      EXPECT_EQ(diverted.video_bytes, 0) << text;
    }
  }
}

TEST(Base64Diverter, Write_VideoCutAtEveryByte_TakenOutAndDecoded) {
  const std::string encoded = absl::Base64Escape(AllBytes());
  const std::string escapes[] = {encoded, absl::StrReplaceAll(encoded, {{"/", "\\/"}}),
                                 absl::StrReplaceAll(encoded, {{"/", "\\u002F"}, {"+", "\\u002b"}, {"=", "\\u003d"}})};
  for (const std::string& text : escapes) {
    for (const char* key : {"encodedVideo", "bytesBase64Encoded"}) {
      const std::string body = absl::StrCat("{\"x\":{\"", key, "\" :\n\"", text, "\",\"encoding\":\"video/mp4\"}}");
      for (std::size_t cut = 0; cut <= body.size(); ++cut) {
        const Diverted diverted = Divert(body, cut);
        ASSERT_EQ(diverted.status, absl::OkStatus()) << body;
        ASSERT_EQ(diverted.json, absl::StrCat("{\"x\":{\"", key, "\" :\n\"\",\"encoding\":\"video/mp4\"}}"));
        ASSERT_TRUE(diverted.video == AllBytes()) << "cut at " << cut;
        ASSERT_EQ(diverted.video_bytes, 256);
      }
    }
  }
}

TEST(Base64Diverter, Write_EveryLengthOfVideo_Decoded) {
  for (std::size_t length = 1; length < 10; ++length) {
    const std::string bytes = AllBytes().substr(250 - length, length);
    EXPECT_EQ(Divert(absl::StrCat("{\"encodedVideo\":\"", absl::Base64Escape(bytes), "\"}")).video, bytes);
  }
}

TEST(Base64Diverter, Write_TwoVideos_FirstIsKeptSecondForgotten) {
  const Diverted diverted = Divert(R"([{"encodedVideo":"QQ=="},{"encodedVideo":"QkI="},{"encodedVideo":"Q0ND"}])");
  EXPECT_EQ(diverted.status, absl::OkStatus());
  EXPECT_EQ(diverted.json, R"([{"encodedVideo":""},{"encodedVideo":""},{"encodedVideo":""}])");
  EXPECT_EQ(diverted.video, "A");
  EXPECT_EQ(diverted.video_bytes, 1);
}

// As Omni's contents are; they may be cut anywhere.
std::string VideoIn(absl::string_view text) {
  StringSink sink;
  for (std::size_t cut = 0; cut <= text.size(); ++cut) {
    sink.text.clear();
    Base64Diverter diverter(&sink, 1000, kOmniVideoKeys);
    EXPECT_EQ(diverter.Write(text.substr(0, cut)), absl::OkStatus());
    EXPECT_EQ(diverter.Write(text.substr(cut)), absl::OkStatus());
    EXPECT_EQ(diverter.video_bytes(), static_cast<std::int64_t>(sink.text.size()));
    EXPECT_EQ(diverter.json().find("QUJD"), std::string::npos) << text;
  }
  return sink.text;
}

TEST(Base64Diverter, Write_DataOfAnotherType_NotTakenForTheVideo) {
  EXPECT_EQ(VideoIn(R"([{"type":"image","data":"QUJD"},{"type":"video","data":"QQ=="}])"), "A");
  EXPECT_EQ(VideoIn(R"([{"type" : "audio", "x":{"type":"video"},"data":"QUJD"},{"data":"QQ==","type":"video"}])"), "A");
  EXPECT_EQ(VideoIn(R"({"type":"model_output","content":[{"type":"video","data":"QQ=="}],"data":"QUJD"})"), "A");
  EXPECT_EQ(VideoIn(R"({"type":"image","data":"QUJD"})"), "");
  EXPECT_EQ(VideoIn(R"({"a":"type","b":"image","data":"QQ=="})"), "A");
  EXPECT_EQ(VideoIn(R"({"type":17,"b":"image","data":"QQ=="})"), "A");
  EXPECT_EQ(VideoIn(R"(}}}{"type":"image","data":"QUJD"}}{"data":"QQ=="})"), "A");
}

TEST(Base64Diverter, Write_LargeVideo_JsonStaysSmall) {
  const std::string video(std::size_t{3} << 20, 'v');
  const Diverted diverted =
      Divert(absl::StrCat("{\"encodedVideo\":\"", absl::Base64Escape(video), "\"}"), 1'000'000, 20);
  EXPECT_EQ(diverted.status, absl::OkStatus());
  EXPECT_TRUE(diverted.video == video);
}

TEST(Base64Diverter, Write_NotStrictBase64_DataLoss) {
  for (const char* value : {"QUI", "Q", "QQ=", "QQ", "QUJ=D", "Q===", "====", "QQ==QQ==", "QUJD\\n", "QU JD", "QU-_",
                            "QR==", "QUJDRUZ=", "QU\\u00e9D", "QU\\u00", "\\x", "QUJD "}) {
    const Diverted diverted = Divert(absl::StrCat("{\"encodedVideo\":\"", value, "\"}"));
    EXPECT_TRUE(absl::IsDataLoss(diverted.status)) << value << ": " << diverted.status;
  }
}

TEST(Base64Diverter, Write_BrokenOffInsideTheVideo_LeavesJsonThatIsNone) {
  EXPECT_EQ(Divert(R"({"encodedVideo":"QUJD)").json, R"({"encodedVideo":")");
}

TEST(Base64Diverter, Write_LongTextWithoutVideo_ResourceExhausted) {
  const std::string text = absl::StrCat("{\"a\":\"", std::string(100, 'a'), "\"}");
  EXPECT_EQ(Divert(text, 0, text.size()).status, absl::OkStatus());
  EXPECT_TRUE(absl::IsResourceExhausted(Divert(text, 0, text.size() - 1).status));
}

TEST(Base64Diverter, Write_SinkFails_ItsErrorAsItIs) {
  const absl::Status full = absl::ResourceExhaustedError("the disk is full");
  FailingSink sink(full);
  Base64Diverter diverter(&sink);
  EXPECT_EQ(diverter.Write(R"({"encodedVideo":"QUJD"})"), full);
}

}  // namespace
}  // namespace videojobs::google
