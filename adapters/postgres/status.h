#ifndef VIDEOJOBS_ADAPTERS_POSTGRES_STATUS_H_
#define VIDEOJOBS_ADAPTERS_POSTGRES_STATUS_H_

#include <exception>
#include <string_view>

#include "absl/status/status.h"

namespace videojobs::postgres {

// What an SQLSTATE means to a caller of the ports. `message` is the server's own; of it only what cannot carry a row's
// data is kept. https://www.postgresql.org/docs/current/errcodes-appendix.html
absl::Status StatusFromSqlState(std::string_view sqlstate, std::string_view message);

// The same for a failed attempt to connect, of which libpq gives only words. A malformed URL is INVALID_ARGUMENT, and
// its words are dropped: they quote the URL, which holds the password.
absl::Status StatusFromConnecting(std::string_view message);

// What was thrown while a transaction ran: the one place where libpqxx's exceptions end. `connected` says whether the
// connection still stands. UNKNOWN alone means that the commit's own outcome is not known; with every other code
// nothing was committed.
absl::Status StatusFromException(const std::exception& error, bool connected);

// The same for what COMMIT itself threw: where the server, or a pooler before it, did not live to answer it, the
// outcome is UNKNOWN however the error calls itself.
absl::Status StatusFromCommit(const std::exception& error, bool connected);

}  // namespace videojobs::postgres

#endif  // VIDEOJOBS_ADAPTERS_POSTGRES_STATUS_H_
