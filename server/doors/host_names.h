#ifndef VIDEOJOBS_SERVER_DOORS_HOST_NAMES_H_
#define VIDEOJOBS_SERVER_DOORS_HOST_NAMES_H_

#include <set>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"

namespace videojobs {

// The names under which a server may be asked. A web page of another origin can make a browser ask us by a name that
// its owner lets point here (DNS rebinding); its requests then carry that name.
class HostNames {
 public:
  // `listen` is the host that is listened on; where that is loopback or every interface, loopback's names are allowed.
  // The host of `public_url` is, and the `others`.
  HostNames(const std::string& listen, absl::string_view public_url, const std::vector<std::string>& others);

  // Whether the Host header may have this value; its port does not count. `local_address` is the one that the
  // connection came in on: whoever names it means this machine.
  bool Allow(absl::string_view host_header, absl::string_view local_address) const;

 private:
  std::set<std::string> names_;
};

}  // namespace videojobs

#endif  // VIDEOJOBS_SERVER_DOORS_HOST_NAMES_H_
