// The HTTP client of every adapter that talks to a web service: libcurl's multi interface on one I/O thread, blocking
// calls on any other.
#ifndef VIDEOJOBS_ADAPTERS_HTTP_CLIENT_H_
#define VIDEOJOBS_ADAPTERS_HTTP_CLIENT_H_

#include <memory>

#include "absl/status/statusor.h"
#include "adapters/byte_stream.h"
#include "adapters/http/failure.h"
#include "adapters/http/message.h"
#include "adapters/http/options.h"

namespace videojobs::http {

class TransferLoop;

// Whatever a server answers, an error status too, is a Response. A Status means that there is no whole answer:
//   INVALID_ARGUMENT     the request cannot be sent; says which field is wrong
//   UNAVAILABLE          not resolved, connected, or the connection broke before an answer
//   DEADLINE_EXCEEDED    one of Limits
//   DATA_LOSS            the answer broke off: fewer bytes than its Content-Length, or an unfinished chunk
//   RESOURCE_EXHAUSTED   a 2xx body over its limit, or headers over 64 KiB
//   FAILED_PRECONDITION  a server whose certificate is not trusted, a redirect not to be followed, or one too many
//   CANCELLED            Shutdown()
//   INTERNAL             anything else libcurl says
// or what the sink or source returned. FailureOf() of each says whether the request can have reached a server. Messages
// name method, scheme, host and path, never a query or a header.
//
// TLS is verified; HTTP/2 is used over TLS where the server has it, except for streams and fresh connections, which
// have one connection each: a slow sink must not hold up others. Clear text is HTTP/1.1. Connections are kept and
// reused. The usual proxy variables (https_proxy, no_proxy, …) are honoured, but never for this machine itself, nor for
// a request that is to go direct. Nothing is repeated by this class; libcurl by itself repeats a request whose kept
// connection closes under it (see Request::fresh_connection). Nothing is logged, no cookie is kept, no body is
// decompressed.
//
// Safe for any number of threads at once. Calls block up to Limits::total, longer if a sink or source does.
class Client {
 public:
  explicit Client(const Options& options = {});
  // Shuts down first. Calls that are still inside may return after it.
  ~Client();
  Client(const Client&) = delete;
  Client& operator=(const Client&) = delete;

  // Sends `request` and returns its whole answer.
  absl::StatusOr<Response> Send(const Request& request);

  // Sends `request` and writes the body of a 2xx answer to `sink`, on this thread, as it arrives; any other body is in
  // Response::body. After an error the sink may have got a part.
  absl::StatusOr<Response> Download(const Request& request, ByteSink& sink);

  // Ends all calls, present and future, with CANCELLED. Returns when the I/O thread has ended. May be called again.
  void Shutdown();

 private:
  const Options options_;
  const std::shared_ptr<TransferLoop> loop_;
};

}  // namespace videojobs::http

#endif  // VIDEOJOBS_ADAPTERS_HTTP_CLIENT_H_
