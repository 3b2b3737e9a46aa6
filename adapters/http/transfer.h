// One hop under way, shared by two threads: the I/O thread runs libcurl's callbacks, the caller's thread serves its
// sink and source. Between them stands a bounded ring for each direction; a full one pauses libcurl, so that the I/O
// thread never waits and no body is held whole.
#ifndef VIDEOJOBS_ADAPTERS_HTTP_TRANSFER_H_
#define VIDEOJOBS_ADAPTERS_HTTP_TRANSFER_H_

#include <curl/curl.h>

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <mutex>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "adapters/http/curl_failure.h"
#include "adapters/http/curl_handles.h"
#include "adapters/http/easy_setup.h"
#include "adapters/http/message.h"
#include "adapters/http/options.h"
#include "adapters/http/ring.h"

namespace videojobs::http {

class TransferLoop;

class Transfer {
 public:
  using Clock = std::chrono::steady_clock;

  Transfer(const Hop& hop, const Options& options);
  Transfer(const Transfer&) = delete;
  Transfer& operator=(const Transfer&) = delete;

  // The caller's thread: runs the hop on `loop` to its end. Once.
  absl::StatusOr<Response> Run(TransferLoop& loop);

  // The I/O thread, from being added to the loop until one of Finish() and Fail(), after which it must not touch the
  // transfer again:
  CURL* easy() const { return easy_.get(); }
  static Transfer* Of(CURL* easy);
  // The scheme, host and port it goes to.
  const std::string& origin() const { return origin_; }
  // It is about to be given to libcurl, maybe after a wait.
  void Begin();
  void Resume();
  // When the limit of the moment runs out: of waiting for its turn, or of the other side's silence. Never while the
  // other side waits for us.
  Clock::time_point SilentAt() const;
  void FailSilent();
  void Finish(CURLcode code);
  // `code` with our own words.
  void Fail(absl::StatusCode code, absl::string_view what);

 private:
  enum class Phase { kQueued, kConnecting, kSending, kWaiting, kReceiving };

  absl::Status SetCallbacks();
  static size_t OnHeader(char* data, size_t, size_t size, void* self);
  static size_t OnBody(char* data, size_t, size_t size, void* self);
  static size_t OnUpload(char* buffer, size_t, size_t capacity, void* self);
  static int OnSeek(void* self, curl_off_t offset, int origin);
  static int OnConnected(void* self, char*, char*, int, int);

  size_t TakeHeader(absl::string_view line);
  size_t TakeBody(absl::string_view bytes);
  size_t KeepBody(absl::string_view bytes);
  size_t PassBody(absl::string_view bytes);
  size_t GiveBody(char* buffer, size_t capacity);
  size_t GiveFromSource(char* buffer, size_t capacity);
  size_t Refuse(absl::string_view what);
  int64_t BodyLimit() const;
  bool ToSink() const { return hop_.sink != nullptr && response_.ok(); }
  void Advance(Phase phase);
  absl::Duration Limit() const;
  void End(absl::Status result);
  absl::Status Explain(absl::StatusCode code, absl::string_view what) const;
  std::string Words(absl::string_view what) const;
  Progress progress() const;

  bool CanDrain() const;
  bool CanFill() const;
  void Drain(std::unique_lock<std::mutex>& lock, TransferLoop& loop);
  void Fill(std::unique_lock<std::mutex>& lock, TransferLoop& loop);
  absl::StatusOr<size_t> ReadSource(char* buffer, size_t capacity);
  void Abandon(absl::Status error, TransferLoop& loop);
  void Wake(bool paused, TransferLoop& loop);

  const Hop hop_;
  const Options& options_;
  const std::string origin_;

  // The I/O thread's own, and the caller's once finished.
  Phase phase_ = Phase::kQueued;
  Clock::time_point last_sign_ = Clock::now();
  bool request_begun_ = false;
  bool answer_begun_ = false;
  bool body_begun_ = false;
  size_t header_bytes_ = 0;
  int64_t received_ = 0;
  int64_t sent_ = 0;
  Response response_;
  absl::Status refusal_;  // why a callback ended the transfer
  char error_[CURL_ERROR_SIZE] = "";

  // The caller's own.
  int64_t read_ = 0;
  absl::Status caller_error_;

  std::mutex mutex_;
  std::condition_variable changed_;
  // Under the mutex.
  Ring inbound_;
  Ring outbound_;
  bool source_ended_ = false;
  bool receiving_paused_ = false;  // set and cleared by the I/O thread alone, which may read both without the mutex
  bool sending_paused_ = false;
  bool wake_posted_ = false;
  bool finished_ = false;
  absl::Status result_;

  CurlList headers_;
  CurlEasy easy_;
};

}  // namespace videojobs::http

#endif  // VIDEOJOBS_ADAPTERS_HTTP_TRANSFER_H_
