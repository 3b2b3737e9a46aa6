#include "server/setting_names.h"

#include <fstream>
#include <sstream>
#include <string>

#include "absl/strings/match.h"
#include "absl/strings/str_split.h"
#include "gtest/gtest.h"

namespace videojobs {
namespace {

TEST(SettingsMarkdown, ComparedWithTheReadme_IsInItWordForWord) {
  std::ostringstream readme;
  readme << std::ifstream(VIDEOJOBS_SOURCE_DIR "/README.md").rdbuf();
  EXPECT_TRUE(absl::StrContains(readme.str(), SettingsMarkdown())) << "README.md must have this table:\n"
                                                                   << SettingsMarkdown();
}

TEST(SettingsHelp, Everything_IsNamedInNarrowLines) {
  const std::string help = SettingsHelp();
  for (const SettingName& setting : SettingNames()) {
    EXPECT_TRUE(absl::StrContains(help, setting.name)) << setting.name;
    EXPECT_FALSE(setting.meaning.empty()) << setting.name;
  }
  for (absl::string_view line : absl::StrSplit(help, '\n')) EXPECT_LE(line.size(), 104u) << line;
}

TEST(NearestSettingName, MisspelledName_IsFound) {
  EXPECT_EQ(NearestSettingName("VIDEOJOBS_POLL_INTERVALL"), "VIDEOJOBS_POLL_INTERVAL");
  EXPECT_EQ(NearestSettingName("VIDEOJOBS_LOGLEVEL"), "VIDEOJOBS_LOG_LEVEL");
  EXPECT_EQ(NearestSettingName("videojobs_adopt"), "VIDEOJOBS_ADOPT");
  EXPECT_EQ(NearestSettingName("VIDEOJOBS_SOMETHING_ELSE"), "");
}

}  // namespace
}  // namespace videojobs
