#include "adapters/postgres/sql.h"

#include <algorithm>
#include <stdexcept>

#include "absl/strings/str_cat.h"

namespace videojobs::postgres {
namespace {

constexpr absl::Duration kLongest = absl::Hours(24 * 365 * 100);

}  // namespace

Value::Value(std::string_view text) : text_(std::string(text)) {
  if (text.find('\0') != std::string_view::npos) throw std::invalid_argument("text with a NUL character");
}
Value::Value(const std::string& text) : Value(std::string_view(text)) {}
Value::Value(const char* text) : Value(std::string_view(text)) {}
Value::Value(bool value) : text_(value ? "t" : "f") {}
Value::Value(int value) : text_(absl::StrCat(value)) {}
Value::Value(std::int64_t value) : text_(absl::StrCat(value)) {}
Value::Value(std::nullopt_t) {}

pqxx::result Execute(pqxx::transaction_base& transaction, std::string_view sql, const std::vector<Value>& values) {
  const std::string statement(sql);
#if PQXX_VERSION_MAJOR >= 7
  pqxx::params parameters;
  parameters.reserve(values.size());
  for (const Value& value : values) {
    if (value.text()) {
      parameters.append(*value.text());
    } else {
      parameters.append();
    }
  }
#if PQXX_VERSION_MAJOR > 7 || PQXX_VERSION_MINOR >= 9
  return transaction.exec(statement, parameters);
#else
  return transaction.exec_params(statement, parameters);
#endif
#else
  std::vector<const char*> parameters;
  parameters.reserve(values.size());
  for (const Value& value : values) parameters.push_back(value.text() ? value.text()->c_str() : nullptr);
  return transaction.exec_params(statement, pqxx::prepare::make_dynamic_params(parameters));
#endif
}

std::string ArrayLiteral(const std::vector<Value>& values) {
  std::string literal = "{";
  for (const Value& value : values) {
    if (literal.size() > 1) literal += ',';
    if (!value.text()) {
      literal += "NULL";
      continue;
    }
    literal += '"';
    for (const char c : *value.text()) {
      if (c == '"' || c == '\\') literal += '\\';
      literal += c;
    }
    literal += '"';
  }
  return literal + "}";
}

std::string TextOf(const pqxx::row& row, const char* column) {
  const pqxx::field field = row[column];
  return std::string(field.c_str(), field.size());
}

bool BoolOf(const pqxx::row& row, const char* column) { return row[column].as<bool>(); }
int IntOf(const pqxx::row& row, const char* column) { return row[column].as<int>(); }
std::int64_t Int64Of(const pqxx::row& row, const char* column) { return row[column].as<std::int64_t>(); }

std::optional<std::int64_t> OptionalInt64Of(const pqxx::row& row, const char* column) {
  if (row[column].is_null()) return std::nullopt;
  return Int64Of(row, column);
}

absl::Time TimeOf(const pqxx::row& row, const char* column) { return absl::FromUnixMicros(Int64Of(row, column)); }

std::optional<absl::Time> OptionalTimeOf(const pqxx::row& row, const char* column) {
  const auto micros = OptionalInt64Of(row, column);
  if (!micros) return std::nullopt;
  return absl::FromUnixMicros(*micros);
}

std::int64_t Micros(absl::Duration duration) {
  return absl::ToInt64Microseconds(std::clamp(duration, -kLongest, kLongest));
}

std::optional<std::int64_t> Micros(const std::optional<absl::Duration>& duration) {
  if (!duration) return std::nullopt;
  return Micros(*duration);
}

}  // namespace videojobs::postgres
