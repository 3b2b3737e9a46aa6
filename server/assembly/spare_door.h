#ifndef VIDEOJOBS_SERVER_ASSEMBLY_SPARE_DOOR_H_
#define VIDEOJOBS_SERVER_ASSEMBLY_SPARE_DOOR_H_

#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "adapters/clock.h"
#include "adapters/video_generator.h"

namespace videojobs {

// Brings home what was started with other settings, by credentials that this process finds although nobody named them:
// they may be the right ones. So nothing is started here, a 403 or 404 says nothing of the operation (it is trouble
// that may pass), and no door is opened before a job asks for it. Thread-safe.
class SpareDoor : public VideoGenerator {
 public:
  using Open = std::function<absl::StatusOr<std::unique_ptr<VideoGenerator>>()>;

  // `ways` are tried in order, for each call anew until one knows the operation; one that cannot be opened is left
  // alone for a minute. `clock` is borrowed. `how_to_open` ends a sentence.
  SpareDoor(std::string provider, std::string how_to_open, std::vector<Open> ways, Clock& clock);

  std::string provider() const override { return provider_; }
  std::string location() const override { return ""; }
  std::string ModelId(const std::string& name) const override;
  std::vector<Violation> Check(const VideoOptions& options, const std::vector<Scene>& scenes) const override;
  // Nothing is started here: the price of what was is in its own start.
  std::int64_t PriceMicros(const VideoOptions&, const Scene&) const override { return 0; }
  absl::Duration UsualTime(const VideoOptions& options) const override;
  // Of no operation that nobody knows yet: a door that was named has the first word on those.
  bool IsOperationName(const std::string&) const override { return false; }
  std::string ModelOf(const std::string&) const override { return ""; }
  std::string AlternativesTo(const std::string&) const override { return ""; }
  absl::Status CheckModel(const std::string&) override { return absl::UnavailableError(words_); }
  absl::StatusOr<std::vector<ListedOperation>> ListOperations(const std::string&, int) override {
    return absl::UnavailableError(words_);
  }
  // Refused, unsent.
  StartOutcome Start(const StartRequest& request) override;
  PollAnswer Poll(const std::string& operation_name) override;
  absl::Status Fetch(const std::string& operation_name, const std::string& result, ByteSink& sink) override;
  absl::Status Cancel(const std::string& operation_name) override;
  absl::StatusOr<std::string> FindStart(const std::string&) override { return absl::UnimplementedError(words_); }

 private:
  struct Way {
    Open open;
    std::shared_ptr<VideoGenerator> door{};  // once it is open
    absl::Status failed{};                   // else why it could not be opened
    absl::Duration not_before{};             // on the clock's Elapsed(): when to try again
  };
  // The way's door, opened now if need be.
  absl::StatusOr<std::shared_ptr<VideoGenerator>> DoorOf(std::size_t way);

  const std::string provider_;
  const std::string words_;
  Clock& clock_;
  std::mutex mutex_;  // guards the next, also while one is opened
  std::vector<Way> ways_;
};

}  // namespace videojobs

#endif  // VIDEOJOBS_SERVER_ASSEMBLY_SPARE_DOOR_H_
