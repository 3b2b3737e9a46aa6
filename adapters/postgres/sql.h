#ifndef VIDEOJOBS_ADAPTERS_POSTGRES_SQL_H_
#define VIDEOJOBS_ADAPTERS_POSTGRES_SQL_H_

// The thin layer over libpqxx: statements with parameters, whole columns as arrays, and times. It alone knows how
// libpqxx 6 and 7 differ.

#include <cstdint>
#include <optional>
#include <pqxx/pqxx>
#include <string>
#include <string_view>
#include <vector>

#include "absl/time/time.h"

namespace videojobs::postgres {

// One parameter, as text; the statement casts it to what it needs. Throws std::invalid_argument for text with a NUL,
// which libpq would silently cut off there.
class Value {
 public:
  Value(const std::string& text);  // NOLINT(google-explicit-constructor): parameters read as what they are
  Value(const char* text);         // NOLINT(google-explicit-constructor)
  Value(std::string_view text);    // NOLINT(google-explicit-constructor)
  Value(bool value);               // NOLINT(google-explicit-constructor)
  Value(int value);                // NOLINT(google-explicit-constructor)
  Value(std::int64_t value);       // NOLINT(google-explicit-constructor)
  Value(std::nullopt_t);           // NOLINT(google-explicit-constructor)
  template <typename T>
  Value(const std::optional<T>& value)  // NOLINT(google-explicit-constructor)
      : Value(value ? Value(*value) : Value(std::nullopt)) {}

  const std::optional<std::string>& text() const { return text_; }

 private:
  std::optional<std::string> text_;
};

// Runs one statement without preparing it: a transaction pooler may send the next one to another backend.
pqxx::result Execute(pqxx::transaction_base& transaction, std::string_view sql, const std::vector<Value>& values = {});

// First in a transaction that may wait for a lock: somebody's open transaction must not hold it for ever, nor a machine
// that dies in the middle of ours hold what we have locked until the database gives its connection up.
inline constexpr std::string_view kWaitOneSecond =
    "SELECT set_config('lock_timeout', '1s', true), set_config('idle_in_transaction_session_timeout', '30s', true)";
inline constexpr std::string_view kWaitThreeSeconds =
    "SELECT set_config('lock_timeout', '3s', true), set_config('idle_in_transaction_session_timeout', '30s', true)";

// An array literal of these values, for unnest().
std::string ArrayLiteral(const std::vector<Value>& values);

// One column of `range`, as an array parameter.
template <typename Range, typename Field>
Value Column(const Range& range, Field field) {
  std::vector<Value> values;
  values.reserve(range.size());
  for (const auto& element : range) values.push_back(Value(field(element)));
  return Value(ArrayLiteral(values));
}

// The same for a list of texts.
template <typename Range>
Value Texts(const Range& range) {
  return Column(range, [](const auto& text) -> const std::string& { return text; });
}

// Times travel as whole microseconds since 1970: exact, and free of any session's time zone.
#define VIDEOJOBS_MICROS(timestamp) "(extract(epoch FROM " timestamp ") * 1000000)::bigint"

std::string TextOf(const pqxx::row& row, const char* column);
bool BoolOf(const pqxx::row& row, const char* column);
int IntOf(const pqxx::row& row, const char* column);
std::int64_t Int64Of(const pqxx::row& row, const char* column);
std::optional<std::int64_t> OptionalInt64Of(const pqxx::row& row, const char* column);
absl::Time TimeOf(const pqxx::row& row, const char* column);
std::optional<absl::Time> OptionalTimeOf(const pqxx::row& row, const char* column);

// Microseconds; an infinite duration becomes a hundred years, which a timestamp can still hold.
std::int64_t Micros(absl::Duration duration);
std::optional<std::int64_t> Micros(const std::optional<absl::Duration>& duration);

}  // namespace videojobs::postgres

#endif  // VIDEOJOBS_ADAPTERS_POSTGRES_SQL_H_
