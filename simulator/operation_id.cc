#include "simulator/operation_id.h"

#include <algorithm>
#include <cstddef>

namespace videojobs::simulator {
namespace {

constexpr std::string_view kDigits = "0123456789abcdefghijklmnopqrstuvwxyz";
constexpr char kOperationPrefix = 'v';
constexpr char kFilePrefix = 'f';
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

std::string Encode(const Operation& operation, char prefix) {
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
  Put(id, Checksum(id), kChecksumDigits);
  return id;
}

std::optional<Operation> Decode(std::string_view id, char prefix) {
  if (id.size() <= kChecksumDigits || id.front() != prefix) return std::nullopt;
  const std::string_view signed_part = id.substr(0, id.size() - kChecksumDigits);
  Reader checksum(id.substr(signed_part.size()));
  if (checksum.Take(kChecksumDigits) != Checksum(signed_part) || !checksum.AtEnd()) return std::nullopt;

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
                     operation.resolution <= Resolution::k4k && operation.outcome <= Outcome::kStuck;
  if (!fields.AtEnd() || !known) return std::nullopt;
  return operation;
}

}  // namespace

absl::Time Operation::DoneAt() const { return outcome == Outcome::kStuck ? absl::InfiniteFuture() : started + latency; }

bool Operation::IsBilled() const { return outcome == Outcome::kVideo || outcome == Outcome::kInline; }

int64_t Operation::MicroDollars() const {
  return duration_seconds * Models()[static_cast<size_t>(model)].PricePerSecond(resolution);
}

std::string OperationId(const Operation& operation) { return Encode(operation, kOperationPrefix); }

std::string FileId(const Operation& operation) { return Encode(operation, kFilePrefix); }

std::string OperationName(const Operation& operation) {
  return "models/" + std::string(Models()[static_cast<size_t>(operation.model)].id) + "/operations/" +
         OperationId(operation);
}

std::optional<Operation> DecodeOperationId(std::string_view id) { return Decode(id, kOperationPrefix); }

std::optional<Operation> DecodeFileId(std::string_view id) { return Decode(id, kFilePrefix); }

std::optional<Operation> DecodeOperationName(std::string_view name) {
  const size_t slash = name.rfind('/');
  if (slash == std::string_view::npos) return std::nullopt;
  std::optional<Operation> operation = DecodeOperationId(name.substr(slash + 1));
  if (!operation.has_value() || OperationName(*operation) != name) return std::nullopt;
  return operation;
}

}  // namespace videojobs::simulator
