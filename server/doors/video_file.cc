#include "server/doors/video_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdint>
#include <cstring>
#include <memory>
#include <optional>
#include <utility>

#include "absl/status/statusor.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "server/doors/byte_range.h"

namespace videojobs {
namespace {

constexpr char kVideoType[] = "video/mp4";

// An open file, closed with the object.
class OpenFile {
 public:
  explicit OpenFile(int descriptor) : descriptor_(descriptor) {}
  ~OpenFile() { close(descriptor_); }
  OpenFile(const OpenFile&) = delete;
  OpenFile& operator=(const OpenFile&) = delete;

  // Its size in bytes; none where it is not a regular file.
  std::optional<std::int64_t> Size() const {
    struct stat about = {};
    if (fstat(descriptor_, &about) != 0 || !S_ISREG(about.st_mode)) return std::nullopt;
    return about.st_size;
  }

  // Writes some of the bytes from `offset` on, at most `length`, to `sink`. False: the transfer cannot go on.
  bool Send(std::int64_t offset, std::size_t length, httplib::DataSink& sink) const {
    std::array<char, 64 * 1024> buffer;
    const ssize_t count = pread(descriptor_, buffer.data(), std::min(length, buffer.size()), offset);
    return count > 0 && sink.write(buffer.data(), static_cast<std::size_t>(count));
  }

 private:
  int descriptor_;
};

struct StoredFile {
  std::shared_ptr<const OpenFile> file;
  std::int64_t size = 0;
};

absl::StatusOr<StoredFile> Open(const std::string& path) {
  const int descriptor = open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
  if (descriptor < 0) {
    const int error = errno;
    const std::string problem = absl::StrCat("cannot open a stored video: ", std::strerror(error));
    return error == ENOENT ? absl::NotFoundError(problem) : absl::InternalError(problem);
  }
  auto file = std::make_shared<const OpenFile>(descriptor);
  const auto size = file->Size();
  if (!size || *size == 0) return absl::InternalError("a stored video is empty, or not a file");
  return StoredFile{std::move(file), *size};
}

void SendFile(const StoredFile& stored, const httplib::Request& request, const std::string& etag,
              httplib::Response& response) {
  const bool range_holds = !request.has_header("If-Range") || request.get_header_value("If-Range") == etag;
  const ByteRange range = ParseRange(range_holds ? request.get_header_value("Range") : "", stored.size);
  if (range.kind == RangeKind::kUnsatisfiable) {
    response.status = 416;
    response.set_header("Content-Range", absl::StrCat("bytes */", stored.size));
    response.set_content("", kVideoType);
    return;
  }
  const bool part = range.kind == RangeKind::kPart;
  const std::int64_t first = part ? range.first : 0;
  const std::int64_t length = part ? range.last - range.first + 1 : stored.size;
  response.status = part ? 206 : 200;
  if (part) {
    response.set_header("Content-Range", absl::StrCat("bytes ", range.first, "-", range.last, "/", stored.size));
  }
  response.set_content_provider(
      static_cast<std::size_t>(length), kVideoType,
      [file = stored.file, first](std::size_t offset, std::size_t count, httplib::DataSink& sink) {
        return file->Send(first + static_cast<std::int64_t>(offset), count, sink);
      });
}

}  // namespace

absl::Status SendVideo(const std::string& name, const httplib::Request& request, VideoStorage& storage,
                       httplib::Response& response) {
  if (!CheckObjectName(name).ok()) return absl::NotFoundError("no object can have that name");
  const auto address = storage.Address(name);
  if (!address.ok()) return address.status();
  if (!address->redirect_url.empty()) {
    response.set_header("Cache-Control", "no-store");
    response.set_redirect(address->redirect_url);
    return absl::OkStatus();
  }
  const auto stored = Open(address->local_path);
  if (!stored.ok()) return stored.status();
  // An object's content never changes, so that its name identifies it; a student's video belongs in no shared cache.
  const std::string etag = absl::StrCat("\"", name, "\"");
  response.set_header("ETag", etag);
  response.set_header("Cache-Control", "private, max-age=31536000, immutable");
  response.set_header("Accept-Ranges", "bytes");
  const std::string known = request.get_header_value("If-None-Match");
  if (known == "*" || absl::StrContains(known, etag)) {
    response.status = 304;
    return absl::OkStatus();
  }
  SendFile(*stored, request, etag, response);
  return absl::OkStatus();
}

}  // namespace videojobs
