// The folder that videos and scratch files share.
#ifndef VIDEOJOBS_ADAPTERS_FILESYSTEM_FOLDER_H_
#define VIDEOJOBS_ADAPTERS_FILESYSTEM_FOLDER_H_

#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace videojobs::filesystem {

// What the names of files begin with that are not whole yet. No object's name does.
inline constexpr absl::string_view kTemporaryPrefix = ".tmp-";

// Makes `path` a folder that can be written: created with its parents, for the owner alone, where it is missing, and
// freed of the temporary files that crashes have left. Those that a live process is writing are told by their lock and
// stay, so that several processes can share the folder. Gives the absolute path. Errors as StatusFromErrno.
absl::StatusOr<std::string> OpenFolder(const std::string& path);

}  // namespace videojobs::filesystem

#endif  // VIDEOJOBS_ADAPTERS_FILESYSTEM_FOLDER_H_
