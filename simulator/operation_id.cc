#include "simulator/operation_id.h"

#include <algorithm>
#include <cstddef>
#include <utility>
#include <vector>

#include "absl/strings/escaping.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "simulator/absl_view.h"

namespace videojobs::simulator {
namespace {

constexpr std::string_view kDigits = "0123456789abcdefghijklmnopqrstuvwxyz";
constexpr char kOperationPrefix = 'v';
constexpr char kFilePrefix = 'f';
constexpr char kInteractionPrefix = 'i';
constexpr char kFolderPrefix = 'g';
constexpr std::string_view kInteractionStart = "v1_";
constexpr int kChecksumDigits = 3;
constexpr uint64_t kNonceMask = (uint64_t{1} << 50) - 1;

void Put(std::string& id, uint64_t value, int digits) {
  const size_t begin = id.size();
  for (int i = 0; i < digits; ++i, value /= kDigits.size()) id += kDigits[value % kDigits.size()];
  std::reverse(id.begin() + static_cast<std::ptrdiff_t>(begin), id.end());
}

// FNV-1a, which needs no key: it guards against mistakes, not against forgery.
uint64_t Checksum(std::string_view text) {
  uint64_t hash = 14695981039346656037u;
  for (const char c : text) hash = (hash ^ static_cast<unsigned char>(c)) * 1099511628211u;
  return hash % (36 * 36 * 36);
}

// Takes fields off the front. A character that is no digit makes the whole id invalid.
class Reader {
 public:
  explicit Reader(std::string_view text) : rest_(text) {}

  uint64_t Take(int digits) {
    uint64_t value = 0;
    for (; digits > 0; --digits) {
      const size_t digit = rest_.empty() ? std::string_view::npos : kDigits.find(rest_.front());
      if (digit == std::string_view::npos) {
        valid_ = false;
        return 0;
      }
      value = value * kDigits.size() + digit;
      rest_.remove_prefix(1);
    }
    return value;
  }

  bool ok() const { return valid_; }
  bool AtEnd() const { return valid_ && rest_.empty(); }

 private:
  std::string_view rest_;
  bool valid_ = true;
};

// `context` is what the id stands in and does not carry; in another context it is unknown.
std::string Encode(const Operation& operation, char prefix, std::string_view context = {}) {
  std::string id(1, prefix);
  Put(id, static_cast<uint64_t>(std::max<int64_t>(0, absl::ToUnixMillis(operation.started))), 9);
  Put(id, static_cast<uint64_t>(absl::ToInt64Milliseconds(operation.latency)), 6);
  Put(id, static_cast<uint64_t>(operation.model), 1);
  Put(id, static_cast<uint64_t>(operation.shape), 1);
  Put(id, static_cast<uint64_t>(operation.resolution), 1);
  Put(id, static_cast<uint64_t>(operation.duration_seconds), 1);
  Put(id, static_cast<uint64_t>(operation.outcome), 1);
  Put(id, static_cast<uint64_t>(operation.error_code), 3);
  Put(id, static_cast<uint64_t>(operation.padded_mib), 3);
  Put(id, operation.nonce & kNonceMask, 10);
  Put(id, Checksum(id + std::string(context)), kChecksumDigits);
  return id;
}

std::optional<Operation> Decode(std::string_view id, char prefix, std::string_view context = {}) {
  if (id.size() <= kChecksumDigits || id.front() != prefix) return std::nullopt;
  const std::string_view signed_part = id.substr(0, id.size() - kChecksumDigits);
  Reader checksum(id.substr(signed_part.size()));
  if (checksum.Take(kChecksumDigits) != Checksum(std::string(signed_part) + std::string(context)) || !checksum.AtEnd())
    return std::nullopt;

  Reader fields(signed_part.substr(1));
  Operation operation;
  operation.started = absl::FromUnixMillis(static_cast<int64_t>(fields.Take(9)));
  operation.latency = absl::Milliseconds(static_cast<int64_t>(fields.Take(6)));
  operation.model = static_cast<int>(fields.Take(1));
  operation.shape = static_cast<Shape>(fields.Take(1));
  operation.resolution = static_cast<Resolution>(fields.Take(1));
  operation.duration_seconds = static_cast<int>(fields.Take(1));
  operation.outcome = static_cast<Outcome>(fields.Take(1));
  operation.error_code = static_cast<int>(fields.Take(3));
  operation.padded_mib = static_cast<int>(fields.Take(3));
  operation.nonce = fields.Take(10);
  const bool known = operation.model < static_cast<int>(Models().size()) && operation.shape <= Shape::kPortrait &&
                     operation.resolution <= Resolution::k360p && operation.outcome <= Outcome::kWords;
  if (!fields.AtEnd() || !known) return std::nullopt;
  return operation;
}

const Model& ModelOf(const Operation& operation) { return Models()[static_cast<size_t>(operation.model)]; }

std::string StorageText(const Storage& storage) { return absl::StrCat(storage.bucket, "/", storage.prefix); }

// Looks like Google's UUIDs, with a sixth group for what the other ids need not carry: how many videos, and where to.
std::string VertexName(const Operation& operation) {
  std::string name = absl::StrCat("projects/", operation.project, "/locations/", operation.location,
                                  "/publishers/google/models/", Absl(ModelOf(operation).id), "/operations/");
  std::string id = Encode(operation, kOperationPrefix, name);
  for (const size_t hyphen : {8, 13, 18, 23}) id.insert(hyphen, 1, '-');
  std::string tail = absl::StrCat(operation.samples);
  if (!operation.storage.bucket.empty()) absl::StrAppend(&tail, absl::BytesToHexString(StorageText(operation.storage)));
  Put(tail, Checksum(name + tail), kChecksumDigits);
  return absl::StrCat(name, id, "-", tail);
}

// Abseil's own changed its signature between the releases that we build with.
std::string FromHex(absl::string_view hex) {
  std::string bytes;
  int byte = 0;
  for (size_t i = 0; i < hex.size() && absl::SimpleHexAtoi(hex.substr(i, 2), &byte); i += 2) {
    bytes.push_back(static_cast<char>(byte));
  }
  return bytes;
}

bool ReadTail(absl::string_view tail, Operation& operation) {
  if (tail.size() < 1 + kChecksumDigits) return false;
  operation.samples = tail.front() - '0';
  const absl::string_view hex = tail.substr(1, tail.size() - 1 - kChecksumDigits);
  const std::string storage = FromHex(hex);
  const size_t slash = storage.find('/');
  if (slash == std::string::npos) return hex.empty();
  operation.storage = {storage.substr(0, slash), storage.substr(slash + 1)};
  return true;
}

std::optional<Operation> DecodeVertexName(std::string_view name) {
  const std::vector<absl::string_view> parts = absl::StrSplit(Absl(name), '/');
  if (parts.size() != 10) return std::nullopt;
  std::vector<absl::string_view> groups = absl::StrSplit(parts[9], '-');
  if (groups.size() != 6) return std::nullopt;
  const absl::string_view tail = groups.back();
  groups.pop_back();
  auto operation = Decode(absl::StrJoin(groups, ""), kOperationPrefix, name.substr(0, name.rfind('/') + 1));
  if (!operation.has_value() || !ReadTail(tail, *operation)) return std::nullopt;
  operation->project = std::string(parts[1]);
  operation->location = std::string(parts[3]);
  return operation;
}

std::optional<Operation> DecodeAnyName(std::string_view name) {
  if (name.substr(0, kInteractionStart.size()) == kInteractionStart) {
    return Decode(name.substr(kInteractionStart.size()), kInteractionPrefix);
  }
  if (name.substr(0, 9) == "projects/") return DecodeVertexName(name);
  const size_t slash = name.rfind('/');
  if (slash == std::string_view::npos) return std::nullopt;
  return DecodeOperationId(name.substr(slash + 1));
}

}  // namespace

absl::Time Operation::DoneAt() const { return outcome == Outcome::kStuck ? absl::InfiniteFuture() : started + latency; }

bool Operation::IsBilled() const {
  return outcome == Outcome::kVideo || outcome == Outcome::kInline || outcome == Outcome::kFileProcessing ||
         outcome == Outcome::kFileFailed;
}

Door Operation::door() const { return ModelOf(*this).door; }

int64_t Operation::MicroDollars() const {
  return samples * duration_seconds * ModelOf(*this).PricePerSecond(resolution);
}

std::string OperationId(const Operation& operation) { return Encode(operation, kOperationPrefix); }

std::string FileId(const Operation& operation) { return Encode(operation, kFilePrefix); }

std::string OperationName(const Operation& operation) {
  switch (operation.door()) {
    case Door::kVertex:
      return VertexName(operation);
    case Door::kInteractions:
      return absl::StrCat(Absl(kInteractionStart), Encode(operation, kInteractionPrefix));
    case Door::kGeminiVeo:
    case Door::kText:
      break;
  }
  return absl::StrCat("models/", Absl(ModelOf(operation).id), "/operations/", OperationId(operation));
}

std::optional<Operation> DecodeOperationId(std::string_view id) { return Decode(id, kOperationPrefix); }

std::optional<Operation> DecodeFileId(std::string_view id) { return Decode(id, kFilePrefix); }

std::optional<Operation> DecodeOperationName(std::string_view name) {
  std::optional<Operation> operation = DecodeAnyName(name);
  if (!operation.has_value() || OperationName(*operation) != name) return std::nullopt;
  return operation;
}

// Whoever knows the object knows the storage, so the folder need only agree with it.
std::string ObjectName(const Operation& operation, int sample) {
  const std::string context = absl::StrCat(StorageText(operation.storage), operation.samples);
  return absl::StrCat(operation.storage.prefix, operation.samples, Encode(operation, kFolderPrefix, context),
                      "/sample_", sample, ".mp4");
}

std::optional<StoredVideo> DecodeObject(std::string_view bucket, std::string_view object) {
  const size_t file = object.rfind('/');
  if (file == std::string_view::npos || file == 0) return std::nullopt;
  const size_t before = object.rfind('/', file - 1);
  const size_t folder = before == std::string_view::npos ? 0 : before + 1;
  const std::string_view id = object.substr(folder, file - folder);
  if (id.size() < 2) return std::nullopt;
  const Storage storage{std::string(bucket), std::string(object.substr(0, folder))};
  const int samples = id.front() - '0';
  auto operation = Decode(id.substr(1), kFolderPrefix, absl::StrCat(StorageText(storage), samples));
  absl::string_view name = Absl(object.substr(file + 1));
  int sample = 0;
  if (!operation.has_value() || !absl::ConsumePrefix(&name, "sample_") || !absl::ConsumeSuffix(&name, ".mp4") ||
      !absl::SimpleAtoi(name, &sample) || sample < 0 || sample >= samples) {
    return std::nullopt;
  }
  operation->storage = storage;
  operation->samples = samples;
  if (ObjectName(*operation, sample) != object) return std::nullopt;
  return StoredVideo{*std::move(operation), sample};
}

}  // namespace videojobs::simulator
