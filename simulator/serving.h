// Sending a video's bytes, whole or spoilt, whichever door was asked for it.
#pragma once

#include <string>

#include "httplib.h"
#include "simulator/answers.h"
#include "simulator/backend.h"
#include "simulator/videos.h"

namespace videojobs::simulator {

inline constexpr char kVideoType[] = "video/mp4";

// Where a door's videos are, for the faults that lead elsewhere or say that they are not.
struct Whereabouts {
  std::string redirect;        // A path of the same host, where the caller must show who it is again.
  std::string other_redirect;  // A path for another host, which asks nobody.
  Answer forbidden;
};

// Ranges and HEAD are answered too.
void SendVideo(const httplib::Request& request, const Video& video, httplib::Response& response);

// SendVideo, or what a fault of Moment::kDownload makes of it. The backend must live as long as the response.
void ServeVideo(Backend& backend, const httplib::Request& request, const Video& video, const Whereabouts& where,
                httplib::Response& response);

}  // namespace videojobs::simulator
