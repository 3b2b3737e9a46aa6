// The names of operations and files. An id carries everything that is needed to answer for its operation, so that a
// simulator that was restarted, or another one beside it, answers like the one that took the start, without a file.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "absl/time/time.h"
#include "simulator/models.h"

namespace videojobs::simulator {

// What becomes of an operation, decided when it is started.
enum class Outcome {
  kVideo,         // A file to download.
  kInline,        // The video as base64 inside the poll's answer.
  kFiltered,      // Done without videos because of the safety filter.
  kError,         // Done with a google.rpc.Status.
  kEmpty,         // Done with neither a response nor an error.
  kEmptySamples,  // Done with an empty list of videos.
  kStuck,         // Never done.
  // Of interactions alone:
  kRequiresAction,
  kBudgetExceeded,
  kIncomplete,
  kFileProcessing,  // A file that never becomes ACTIVE.
  kFileFailed,      // A file that is FAILED.
  kWords,           // Completed, with a text alone.
};

// Where Vertex AI is told to leave its videos: gs://{bucket}/{prefix}, a prefix that is empty or ends with '/'.
struct Storage {
  std::string bucket;  // Empty: nowhere, the videos come inside the answer.
  std::string prefix;

  bool operator==(const Storage&) const = default;
};

struct Operation {
  absl::Time started;      // Kept in whole milliseconds, not before 1970.
  absl::Duration latency;  // Kept in whole milliseconds, up to 24 days.
  int model = 0;           // Index into Models().
  Shape shape = Shape::kLandscape;
  Resolution resolution = Resolution::k720p;
  int duration_seconds = 8;
  Outcome outcome = Outcome::kVideo;
  int error_code = 0;  // Of kError: 0 to 46655.
  int padded_mib = 0;  // The file is padded to this size: 0 to 4095.
  uint64_t nonce = 0;  // Makes the id unique; 50 bits are kept.
  // Of Vertex AI alone, and kept in an operation's name, not in the ids of its files.
  std::string project;
  std::string location;
  Storage storage;
  int samples = 1;  // How many videos: 1 to 9.

  Door door() const;
  absl::Time DoneAt() const;     // InfiniteFuture when stuck.
  bool IsBilled() const;         // Google charges for a finished video alone.
  int64_t MicroDollars() const;  // The price if it is billed, of all its videos.
};

// Lower-case letters and digits only: Google's SDK cuts other ids short. The two kinds never decode as each other.
// OperationId is the one of Veo on the Gemini API, and the mark in the videos of every door.
std::string OperationId(const Operation& operation);
std::string FileId(const Operation& operation);

// The name that clients keep, as the model's door has it: "models/{model}/operations/{id}",
// "projects/{project}/locations/{location}/publishers/google/models/{model}/operations/{id with hyphens}", "v1_{id}".
std::string OperationName(const Operation& operation);

// Nothing for text that this simulator never gave out (the id carries a checksum).
std::optional<Operation> DecodeOperationId(std::string_view id);
std::optional<Operation> DecodeFileId(std::string_view id);
std::optional<Operation> DecodeOperationName(std::string_view name);

// "{prefix}{id}/sample_0.mp4", the object in which Vertex AI leaves a video; of an operation with storage.
std::string ObjectName(const Operation& operation, int sample);

struct StoredVideo {
  Operation operation;  // Without project and location, which an object does not carry.
  int sample = 0;
};
std::optional<StoredVideo> DecodeObject(std::string_view bucket, std::string_view object);

}  // namespace videojobs::simulator
