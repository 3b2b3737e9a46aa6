#ifndef VIDEOJOBS_ADAPTERS_SQLITE_STATEMENT_H_
#define VIDEOJOBS_ADAPTERS_SQLITE_STATEMENT_H_

#include <cstdint>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>

#include "absl/time/time.h"

struct sqlite3_stmt;

namespace videojobs::sqlite {

// What SQLite refused. Thrown and caught inside this folder only: status.h turns it into a Status.
class Error : public std::runtime_error {
 public:
  // `code` is SQLite's extended result code: https://www.sqlite.org/rescode.html
  Error(int code, const std::string& message) : std::runtime_error(message), code_(code) {}
  int code() const { return code_; }

 private:
  int code_;
};

// One run of a prepared statement: bind, then step and read columns from left to right. Given back to its connection's
// cache at the end, reset and without its values. Used by one thread, not beyond its connection. Methods throw Error.
class Statement {
 public:
  // Borrows `prepared`, which must not be running.
  explicit Statement(sqlite3_stmt* prepared) : prepared_(prepared) {}
  Statement(Statement&& other) noexcept;
  Statement& operator=(Statement&&) = delete;
  ~Statement();

  // Binds ?1, ?2, … in this order; times as whole microseconds. Text is copied.
  template <typename... Values>
  void Bind(const Values&... values) {
    int position = 0;
    (BindOne(++position, values), ...);
  }
  void BindOne(int position, std::string_view text);
  void BindOne(int position, const std::string& text) { BindOne(position, std::string_view(text)); }
  void BindOne(int position, const char* text) { BindOne(position, std::string_view(text)); }
  void BindOne(int position, std::int64_t number);
  void BindOne(int position, int number) { BindOne(position, std::int64_t{number}); }
  void BindOne(int position, std::uint32_t number) { BindOne(position, std::int64_t{number}); }
  void BindOne(int position, bool flag) { BindOne(position, std::int64_t{flag}); }
  void BindOne(int position, absl::Time time) { BindOne(position, absl::ToUnixMicros(time)); }
  void BindOne(int position, std::nullopt_t);
  template <typename Value>
  void BindOne(int position, const std::optional<Value>& value) {
    value ? BindOne(position, *value) : BindOne(position, std::nullopt);
  }

  // Whether there is a next row. It is read by the methods below, each of which takes the next column.
  bool Step();
  // Runs to the end. Returns how many rows were changed.
  int Finish();

  std::string Text();  // NULL is empty
  std::int64_t Number();
  std::optional<std::int64_t> MaybeNumber();
  int Count() { return static_cast<int>(Number()); }
  bool Flag() { return Number() != 0; }
  absl::Time Time() { return absl::FromUnixMicros(Number()); }
  std::optional<absl::Time> MaybeTime();

 private:
  void Check(int code) const;

  sqlite3_stmt* prepared_;
  int column_ = 0;
};

}  // namespace videojobs::sqlite

#endif  // VIDEOJOBS_ADAPTERS_SQLITE_STATEMENT_H_
