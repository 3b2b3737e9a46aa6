#ifndef VIDEOJOBS_CLI_JOB_TEXT_H_
#define VIDEOJOBS_CLI_JOB_TEXT_H_

// How jobs are shown to people and to scripts. Pure functions.

#include <google/protobuf/message.h>

#include <cstdint>
#include <string>

#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "videojobs/v1/video_jobs.pb.h"

namespace videojobs::cli {

// "pending", "processing", "completed", "failed".
std::string StateWord(v1::JobState state);
bool IsFinished(const v1::Job& job);

// All that a person wants to know of one job, in a few lines; the video's URL is the last one, when there is one.
std::string JobText(const v1::Job& job);

// One line of a listing, and the line above it.
std::string ListHeader();
std::string ListLine(const v1::Job& job);

// Which model waits, why, and until when, on one line.
std::string ClosedLaneText(const v1::ClosedLane& lane);

// "$0.60".
std::string DollarsText(std::int64_t micros);

// "2026-01-31 12:00:00" of UTC.
std::string TimeText(const google::protobuf::Timestamp& timestamp);

// An enum value's name as words: JOB_STATE_PENDING with its prefix taken off is "pending".
std::string Words(absl::string_view name, absl::string_view prefix);

// "1:05", "1:02:03".
std::string ClockText(absl::Duration duration);

// "[########            ]  40 %  processing  1:03 of usually 2:30".
std::string ProgressText(const v1::Job& job, absl::Duration elapsed);

// Protobuf's JSON (https://protobuf.dev/programming-guides/json/) on one line, with a line break; fields that are empty
// are there as well.
std::string JsonText(const google::protobuf::Message& message);

absl::Time TimeOf(const google::protobuf::Timestamp& timestamp);

}  // namespace videojobs::cli

#endif  // VIDEOJOBS_CLI_JOB_TEXT_H_
