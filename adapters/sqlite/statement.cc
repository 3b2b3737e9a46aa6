#include "adapters/sqlite/statement.h"

#include <sqlite3.h>

#include <cstddef>
#include <utility>

namespace videojobs::sqlite {

Statement::Statement(Statement&& other) noexcept
    : prepared_(std::exchange(other.prepared_, nullptr)), column_(other.column_) {}

Statement::~Statement() {
  if (prepared_ == nullptr) return;
  sqlite3_reset(prepared_);
  sqlite3_clear_bindings(prepared_);
}

void Statement::BindOne(int position, std::string_view text) {
  // A null pointer would bind NULL: an empty view may have one.
  const char* begin = text.data() == nullptr ? "" : text.data();
  Check(sqlite3_bind_text64(prepared_, position, begin, text.size(), SQLITE_TRANSIENT, SQLITE_UTF8));
}

void Statement::BindOne(int position, std::int64_t number) { Check(sqlite3_bind_int64(prepared_, position, number)); }

void Statement::BindOne(int position, std::nullopt_t) { Check(sqlite3_bind_null(prepared_, position)); }

bool Statement::Step() {
  column_ = 0;
  const int code = sqlite3_step(prepared_);
  if (code != SQLITE_ROW && code != SQLITE_DONE) Check(code);
  return code == SQLITE_ROW;
}

int Statement::Finish() {
  while (Step()) {
  }
  return sqlite3_changes(sqlite3_db_handle(prepared_));
}

std::string Statement::Text() {
  const int column = column_++;
  const auto* text = reinterpret_cast<const char*>(sqlite3_column_text(prepared_, column));
  if (text == nullptr) return "";
  return std::string(text, static_cast<std::size_t>(sqlite3_column_bytes(prepared_, column)));
}

std::int64_t Statement::Number() { return sqlite3_column_int64(prepared_, column_++); }

std::optional<std::int64_t> Statement::MaybeNumber() {
  if (sqlite3_column_type(prepared_, column_) != SQLITE_NULL) return Number();
  ++column_;
  return std::nullopt;
}

std::optional<absl::Time> Statement::MaybeTime() {
  const auto micros = MaybeNumber();
  return micros ? std::optional(absl::FromUnixMicros(*micros)) : std::nullopt;
}

void Statement::Check(int code) const {
  if (code != SQLITE_OK) throw Error(code, sqlite3_errmsg(sqlite3_db_handle(prepared_)));
}

}  // namespace videojobs::sqlite
