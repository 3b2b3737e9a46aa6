#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include <cstdint>
#include <filesystem>
#include <string>
#include <system_error>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "server/doctor/examinations.h"

namespace videojobs {
namespace {

namespace fs = std::filesystem;

constexpr std::uint64_t kLeastFreeMiB = 2048;  // several videos on their way, and a database

// The nearest folder above that is there.
fs::path ExistingAbove(const std::string& folder) {
  std::error_code none;
  fs::path path = fs::absolute(folder, none);
  while (path.has_relative_path() && !fs::exists(path, none)) path = path.parent_path();
  return path;
}

// Makes the first of the missing folders, which alone can be refused, and takes it away again.
absl::Status TryToMake(const std::string& folder) {
  const fs::path above = ExistingAbove(folder);
  std::error_code none;
  const fs::path missing = above / *fs::absolute(folder, none).lexically_relative(above).begin();
  if (mkdir(missing.c_str(), 0700) != 0) return absl::PermissionDeniedError(absl::StrCat(folder, " cannot be written"));
  rmdir(missing.c_str());
  return absl::OkStatus();
}

// What root may do says nothing about the server's own user.
void ExamineUser(const Settings& settings, Examination& found) {
  struct stat facts = {};
  if (geteuid() != 0 || stat(settings.data_dir.c_str(), &facts) != 0 || facts.st_uid == 0) return;
  found.Warning("user",
                absl::StrCat("root asked, and ", settings.data_dir, " belongs to user ", facts.st_uid,
                             ", whose rights on files were not tried"),
                "run the doctor as that user as well");
}

}  // namespace

absl::Status CheckFolder(const std::string& folder) {
  std::error_code none;
  if (!fs::exists(folder, none)) return TryToMake(folder);
  if (fs::is_directory(folder, none) && access(folder.c_str(), W_OK | X_OK) == 0) return absl::OkStatus();
  return absl::PermissionDeniedError(absl::StrCat(folder, " cannot be written"));
}

void ExamineDisk(const Settings& settings, Examination& found) {
  const absl::Status possible = CheckFolder(settings.data_dir);
  if (!possible.ok()) {
    return found.Ill("disk", possible, "set VIDEOJOBS_DATA_DIR to a folder that the server may write");
  }
  ExamineUser(settings, found);
  struct statvfs facts = {};
  if (statvfs(ExistingAbove(settings.data_dir).c_str(), &facts) != 0) {
    return found.Warning("disk", absl::StrCat(settings.data_dir, " says nothing about its free space"),
                         absl::StrCat("see to it yourself that ", kLeastFreeMiB, " MiB are free, e.g. by df"));
  }
  const std::uint64_t mib = std::uint64_t{facts.f_bavail} * facts.f_frsize / (1024 * 1024);
  const std::string words = absl::StrCat(settings.data_dir, ": ", mib, " MiB are free");
  if (mib >= kLeastFreeMiB) return found.Well("disk", words);
  found.Warning("disk", words, absl::StrCat("videos pass through it on their way; keep ", kLeastFreeMiB, " MiB free"));
}

void ExamineSwitches(const Settings& settings, Examination& found) {
  if (!settings.generation_enabled) {
    found.Warning("switches", "VIDEO_GENERATION_ENABLED=false: no start is made", "set it to true to make videos");
  }
  if (settings.mock) {
    found.Warning("switches", "MOCK_MODE=true: no real video is made",
                  "set it to false, and credentials, for real ones");
  }
  if (settings.poll_interval == absl::ZeroDuration()) {
    found.Warning("switches", "VIDEOJOBS_POLL_INTERVAL=0: the server does nothing by itself",
                  "see to it that something calls PollAll every 15 to 30 seconds");
  }
  if (!settings.database_url.empty() && settings.adopt == AdoptPolicy::kOff) {
    found.Warning("switches", "rows of escalations do not become jobs by themselves (VIDEOJOBS_ADOPT, MOCK_MODE)",
                  "set VIDEOJOBS_ADOPT=new if they shall");
  }
}

}  // namespace videojobs
