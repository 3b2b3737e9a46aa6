#ifndef VIDEOJOBS_ADAPTERS_HTTP_OPTIONS_H_
#define VIDEOJOBS_ADAPTERS_HTTP_OPTIONS_H_

#include <cstddef>
#include <string>

namespace videojobs::http {

struct Options {
  std::string user_agent = {};          // empty: videojobs/VERSION
  std::string ca_file = {};             // PEM file trusted instead of the system's certificates; empty: the system's
  int max_calls_per_host = 32;          // at once; one beyond them waits for its turn, within Limits::total
  size_t ring_bytes = size_t{1} << 20;  // held of each streamed body at most, per direction; at least 64 KiB
};

}  // namespace videojobs::http

#endif  // VIDEOJOBS_ADAPTERS_HTTP_OPTIONS_H_
