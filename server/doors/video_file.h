#ifndef VIDEOJOBS_SERVER_DOORS_VIDEO_FILE_H_
#define VIDEOJOBS_SERVER_DOORS_VIDEO_FILE_H_

#include <httplib.h>

#include <string>

#include "absl/status/status.h"
#include "adapters/video_storage.h"

namespace videojobs {

// Answers with the stored video `name`: a local file as a stream, whole or the range asked for, or a redirect to where
// the storage serves it. A name that no object can have is NOT_FOUND, as is a missing object; then, and on the
// storage's errors, nothing is written to `response`.
absl::Status SendVideo(const std::string& name, const httplib::Request& request, VideoStorage& storage,
                       httplib::Response& response);

}  // namespace videojobs

#endif  // VIDEOJOBS_SERVER_DOORS_VIDEO_FILE_H_
