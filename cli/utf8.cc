#include "cli/utf8.h"

#include <google/protobuf/stubs/logging.h>

#include "videojobs/v1/video_jobs.pb.h"

namespace videojobs::cli {

// Protobuf is asked, which decides in the end.
bool IsUtf8(const std::string& text) {
  const google::protobuf::LogSilencer silence;
  v1::GetStatusRequest request;
  request.set_escalation_id(text);
  return v1::GetStatusRequest().ParseFromString(request.SerializeAsString());
}

}  // namespace videojobs::cli
