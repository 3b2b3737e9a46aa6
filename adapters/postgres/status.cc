#include "adapters/postgres/status.h"

#include <algorithm>
#include <new>
#include <pqxx/pqxx>
#include <stdexcept>
#include <string>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"

namespace videojobs::postgres {
namespace {

struct Meaning {
  std::string_view sqlstate;  // or its beginning: the first that fits counts
  absl::StatusCode code;
  std::string_view what_to_do;
};

using enum absl::StatusCode;

constexpr Meaning kMeanings[] = {
    {"40001", kAborted, "safe to repeat"},
    {"40P01", kAborted, "safe to repeat"},
    {"40003", kUnknown, "the database does not know whether it was done"},
    {"55P03", kAborted, "a lock was not given in time; safe to repeat"},
    {"40", kAborted, "safe to repeat"},
    // What must be unique is looked for before it is stored: only another transaction can have come between.
    {"23505", kAborted, "another transaction was quicker; safe to repeat"},
    {"08", kUnavailable, "the connection to the database failed"},
    {"57P", kUnavailable, "the database is stopping or starting"},
    {"57014", kUnavailable, "the statement was cancelled, probably by a statement_timeout"},
    {"25P03", kUnavailable, "the session was ended by a timeout"},
    {"53300", kUnavailable, "the database takes no more connections: raise max_connections or use a pooler"},
    {"25006", kUnavailable, "the database is read-only: a standby, or full"},
    {"53100", kResourceExhausted, "the database's disk is full"},
    {"53", kResourceExhausted, "the database is out of resources"},
    {"54", kResourceExhausted, "a limit of the database is exceeded"},
    {"42501", kPermissionDenied, "connect as the owner of the tables, or grant the right"},
    {"28", kPermissionDenied, "the database refuses this user"},
    // Not a precondition that a caller could mend, nor a decision: what was to be stored still has to be.
    {"42P01", kInternal, "a table is missing: run videojobs migrate"},
    {"42703", kInternal, "a column is missing: run videojobs migrate"},
    {"42883", kInternal, "a function is missing: run videojobs migrate"},
    {"3D000", kInternal, "create the database first"},
    {"XX001", kDataLoss, "the database found corrupted data"},
    {"XX002", kDataLoss, "the database found a corrupted index"},
};

// The server's first line alone: DETAIL, CONTEXT and the statement behind it may quote a row.
std::string_view FirstLine(std::string_view message) {
  for (const std::string_view prefix : {"ERROR:", "FATAL:", "PANIC:"}) {
    if (message.substr(0, prefix.size()) == prefix) message.remove_prefix(prefix.size());
  }
  message.remove_prefix(std::min(message.find_first_not_of(' '), message.size()));
  return message.substr(0, message.find('\n'));
}

template <typename Exception>
bool Is(const std::exception& error) {
  return dynamic_cast<const Exception*>(&error) != nullptr;
}

// libpqxx 6 gives these their types and forgets their codes; 7 keeps both. Empty: there is none.
std::string SqlStateOf(const std::exception& error) {
  const auto* sql = dynamic_cast<const pqxx::sql_error*>(&error);
  if (sql != nullptr && !sql->sqlstate().empty()) return sql->sqlstate();
  if (Is<pqxx::serialization_failure>(error)) return "40001";
  if (Is<pqxx::deadlock_detected>(error)) return "40P01";
  if (Is<pqxx::statement_completion_unknown>(error)) return "40003";
  if (Is<pqxx::transaction_rollback>(error)) return "40000";
  if (Is<pqxx::unique_violation>(error)) return "23505";
  if (Is<pqxx::insufficient_privilege>(error)) return "42501";
  if (Is<pqxx::undefined_table>(error)) return "42P01";
  if (Is<pqxx::undefined_column>(error)) return "42703";
  if (Is<pqxx::undefined_function>(error)) return "42883";
  if (Is<pqxx::too_many_connections>(error)) return "53300";
  if (Is<pqxx::disk_full>(error)) return "53100";
  if (Is<pqxx::insufficient_resources>(error)) return "53000";
  if (Is<pqxx::data_exception>(error)) return "22000";
  return "";
}

bool StartsWith(std::string_view text, std::string_view prefix) { return text.substr(0, prefix.size()) == prefix; }

absl::Status Make(absl::StatusCode code, std::string_view a, std::string_view b = {}, std::string_view c = {}) {
  const auto view = [](std::string_view text) { return absl::string_view(text.data(), text.size()); };
  return absl::Status(code, absl::StrCat(view(a), view(b), view(c)));
}

}  // namespace

absl::Status StatusFromSqlState(std::string_view sqlstate, std::string_view message) {
  const std::string_view line = FirstLine(message);
  for (const Meaning& meaning : kMeanings) {
    if (StartsWith(sqlstate, meaning.sqlstate)) {
      return Make(meaning.code, line, line.empty() ? "" : ": ", meaning.what_to_do);
    }
  }
  // Class 22 (data exception) quotes the value that was wrong.
  if (StartsWith(sqlstate, "22")) return Make(kInternal, "the database refused a value, SQLSTATE ", sqlstate);
  return Make(kInternal, line, " SQLSTATE ", sqlstate);
}

absl::Status StatusFromConnecting(std::string_view message) {
  for (const std::string_view beginning : {"connection to server", "could not translate host name"}) {
    if (StartsWith(message, beginning)) return Make(kUnavailable, FirstLine(message));
  }
  // PgBouncer and older servers answer with their own words, as does libpq about a server that it reached.
  for (const std::string_view level : {"ERROR:", "FATAL:"}) {
    if (StartsWith(message, level)) return Make(kUnavailable, FirstLine(message));
  }
  return Make(kInvalidArgument,
              "libpq does not understand the database URL; right is postgres://USER:PASSWORD@HOST:PORT/DATABASE, with "
              "special characters of the password as %XX");
}

absl::Status StatusFromCommit(const std::exception& error, bool connected) {
  const std::string state = SqlStateOf(error);
  const bool in_doubt = StartsWith(state, "08") || StartsWith(state, "57P") || state == "40003";
  if (connected && !in_doubt) return StatusFromException(error, connected);
  return Make(kUnknown, "the connection broke during COMMIT: nobody can say whether it was committed");
}

absl::Status StatusFromException(const std::exception& error, bool connected) {
  if (Is<pqxx::in_doubt_error>(error)) {
    return Make(kUnknown, "the connection broke during COMMIT: nobody can say whether it was committed");
  }
  if (const std::string sqlstate = SqlStateOf(error); !sqlstate.empty()) {
    return StatusFromSqlState(sqlstate, error.what());
  }
  if (Is<pqxx::broken_connection>(error) || !connected) {
    return Make(kUnavailable, "the connection to the database broke");
  }
  if (Is<std::bad_alloc>(error)) return Make(kResourceExhausted, "out of memory");
  if (Is<std::invalid_argument>(error)) return Make(kInvalidArgument, error.what());
  return Make(kInternal, FirstLine(error.what()));
}

}  // namespace videojobs::postgres
