#include <algorithm>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <memory>
#include <string>
#include <system_error>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "server/assembly/looking.h"
#include "server/assembly/storages.h"
#include "server/doctor/examinations.h"

namespace videojobs {
namespace {

// Of a video of 8 s in 4k, with room.
constexpr std::int64_t kLeastLargestObject = std::int64_t{50} << 20;

class TextSource : public ByteSource {
 public:
  explicit TextSource(absl::string_view text) : rest_(text) {}
  absl::StatusOr<std::size_t> Read(char* buffer, std::size_t capacity) override {
    const std::size_t size = rest_.copy(buffer, std::min(capacity, rest_.size()));
    rest_.remove_prefix(size);
    return size;
  }

 private:
  absl::string_view rest_;
};

absl::StatusOr<std::string> ReadFile(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) return absl::PermissionDeniedError(absl::StrCat(path, " was written but cannot be read"));
  return std::string(std::istreambuf_iterator<char>(file), {});
}

absl::StatusOr<std::string> ReadUrl(const std::string& url, http::Client& client) {
  http::Request get;
  get.url = url;
  const auto answer = client.Send(get);
  if (!answer.ok()) return answer.status();
  if (answer->ok()) return answer->body;
  return absl::FailedPreconditionError(
      absl::StrCat("an object was written, but whoever plays it is answered HTTP ", answer->status));
}

// One object, and what players get of it.
class Probe {
 public:
  Probe(VideoStorage& storage, http::Client& client, const std::string& id)
      : storage_(storage),
        client_(client),
        name_(absl::StrCat("videojobs-doctor-", id, ".mp4")),
        text_(absl::StrCat("videojobs doctor was here: ", id, "\n")) {}

  absl::Status Write() {
    TextSource source(text_);
    return storage_.Put(name_, source, static_cast<std::int64_t>(text_.size()));
  }

  absl::Status ReadBack() {
    auto url = storage_.PublicUrl(name_);
    if (!url.ok()) return url.status();
    is_public_ = !url->empty();
    const auto played = is_public_ ? ReadUrl(*url, client_) : ReadByAddress();
    if (!played.ok()) return played.status();
    if (*played == text_) return absl::OkStatus();
    return absl::DataLossError("an object that was just written reads back with other bytes");
  }

  absl::Status Remove() { return storage_.Remove(name_); }
  bool is_public() const { return is_public_; }
  const std::string& name() const { return name_; }

 private:
  absl::StatusOr<std::string> ReadByAddress() {
    const auto address = storage_.Address(name_);
    if (!address.ok()) return address.status();
    if (!address->local_path.empty()) return ReadFile(address->local_path);
    return ReadUrl(address->redirect_url, client_);
  }

  VideoStorage& storage_;
  http::Client& client_;
  const std::string name_;
  const std::string text_;
  bool is_public_ = false;
};

std::string MendFor(const Settings& settings, const absl::Status& status) {
  if (absl::IsUnavailable(status) || absl::IsDeadlineExceeded(status)) {
    return "see to this machine's network, then ask again";
  }
  if (settings.storage == StorageKind::kFilesystem) {
    return "let the server's user write and read the folder, and keep room on its disk";
  }
  return absl::StrCat("see to the bucket ", settings.supabase_bucket,
                      " in Supabase's dashboard (Storage), to its policies of row-level security, and that "
                      "SUPABASE_SERVICE_ROLE_KEY is the service_role or secret key of that project");
}

void ExamineObject(const Settings& settings, const std::string& what, Probe& probe, Examination& found) {
  absl::Status tried = probe.Write();
  const bool written = tried.ok();
  if (written) tried = probe.ReadBack();
  if (tried.ok()) {
    found.Well("storage", absl::StrCat(what, probe.is_public() ? "" : ", not public",
                                       ": an object was written, read back and taken away"));
  } else {
    found.Ill("storage", absl::StrCat(what, ": ", std::string(tried.message())), MendFor(settings, tried));
  }
  const absl::Status removed = written ? probe.Remove() : absl::OkStatus();
  if (!removed.ok()) {
    found.Warning("storage", std::string(removed.message()), absl::StrCat("take ", probe.name(), " away by hand"));
  }
  if (!tried.ok() || probe.is_public() || !settings.public_url.empty()) return;
  if (settings.http_listen.empty()) {
    found.Ill("storage", "is not public, and there is no HTTP door to play videos from",
              "set VIDEOJOBS_HTTP_LISTEN or VIDEOJOBS_PUBLIC_URL, or make the bucket public");
  } else if (settings.http_everywhere) {
    found.Ill("storage", "is not public, and VIDEOJOBS_HTTP_LISTEN, every address, is no URL to play videos from",
              "set VIDEOJOBS_PUBLIC_URL to how browsers reach the HTTP door, or make the bucket public");
  }
}

void ExamineLimit(const Settings& settings, http::Client& client, Examination& found) {
  const auto largest = LargestObject(settings, client);
  // What is wrong with the bucket was said already.
  if (!largest.ok() || !*largest || **largest >= kLeastLargestObject) return;
  found.Warning("storage", absl::StrCat("the bucket takes no object over ", **largest >> 20, " MiB"),
                "raise its file size limit to 50 MiB or more: a video above it would never be stored");
}

// A folder that the doctor made would be its user's, not the server's.
bool IsYetToBeMade(const Settings& settings) {
  std::error_code none;
  return settings.storage == StorageKind::kFilesystem && !std::filesystem::exists(settings.storage_directory, none);
}

}  // namespace

void ExamineStorage(const Settings& settings, http::Client& client, IdSource& ids, Examination& found) {
  const std::string what = settings.storage == StorageKind::kFilesystem
                               ? settings.storage_directory
                               : absl::StrCat("Supabase, bucket ", settings.supabase_bucket);
  if (IsYetToBeMade(settings)) {
    const absl::Status possible = CheckFolder(settings.storage_directory);
    if (!possible.ok()) return found.Ill("storage", possible, "set STORAGE_URL to a folder that the server may write");
    return found.Well("storage", absl::StrCat(what, ": not there yet; the server makes it when it starts"));
  }
  const auto storage = OpenTheStorage(settings, client);
  if (!storage.ok()) return found.Ill("storage", storage.status(), MendFor(settings, storage.status()));
  Probe probe(**storage, client, ids.NewId());
  ExamineObject(settings, what, probe, found);
  ExamineLimit(settings, client, found);
}

}  // namespace videojobs
