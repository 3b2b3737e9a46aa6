#ifndef VIDEOJOBS_SERVER_ENGINE_UUID_H_
#define VIDEOJOBS_SERVER_ENGINE_UUID_H_

#include <optional>
#include <string>

#include "absl/strings/string_view.h"

namespace videojobs {

// A UUID in its usual form of 36 characters, in lower case; none where `text` is not one. Pure, as is the next.
std::optional<std::string> NormalUuid(absl::string_view text);

// The one spelling of an escalation's id: a UUID in lower case, as Postgres shows it; any other id as it is.
std::string NormalEscalationId(absl::string_view id);

}  // namespace videojobs

#endif  // VIDEOJOBS_SERVER_ENGINE_UUID_H_
