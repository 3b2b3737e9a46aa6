#include "adapters/http/transfer.h"

#include <algorithm>
#include <cstring>
#include <optional>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/types/span.h"
#include "adapters/http/failure.h"
#include "adapters/http/transfer_loop.h"

namespace videojobs::http {
namespace {

constexpr size_t kMaxHeaderBytes = 64 * 1024;
constexpr size_t kMinRingBytes = 64 * 1024;

// The number in "HTTP/1.1 200 OK".
int StatusOf(absl::string_view line) {
  int status = 0;
  const size_t space = line.find(' ');
  if (space == absl::string_view::npos || !absl::SimpleAtoi(line.substr(space + 1, 3), &status)) return 0;
  return status;
}

Header ParseHeader(absl::string_view line) {
  const size_t colon = line.find(':');
  return {std::string(absl::StripAsciiWhitespace(line.substr(0, colon))),
          std::string(absl::StripAsciiWhitespace(line.substr(colon + 1)))};
}

}  // namespace

Transfer::Transfer(const Hop& hop, const Options& options)
    : hop_(hop),
      options_(options),
      origin_(absl::StrCat(hop.url.scheme, "://", hop.url.host, ":", hop.url.port)),
      inbound_(std::max(options.ring_bytes, kMinRingBytes)),
      outbound_(std::max(options.ring_bytes, kMinRingBytes)),
      easy_(curl_easy_init()) {}

Transfer* Transfer::Of(CURL* easy) {
  char* transfer = nullptr;
  curl_easy_getinfo(easy, CURLINFO_PRIVATE, &transfer);
  return reinterpret_cast<Transfer*>(transfer);
}

absl::Status Transfer::SetCallbacks() {
  EasyOptions set(easy_.get());
  set.Set(CURLOPT_PRIVATE, static_cast<void*>(this));
  set.Set(CURLOPT_ERRORBUFFER, error_);
  set.Set(CURLOPT_HEADERFUNCTION, &Transfer::OnHeader);
  set.Set(CURLOPT_HEADERDATA, this);
  set.Set(CURLOPT_WRITEFUNCTION, &Transfer::OnBody);
  set.Set(CURLOPT_WRITEDATA, this);
  set.Set(CURLOPT_READFUNCTION, &Transfer::OnUpload);
  set.Set(CURLOPT_READDATA, this);
  set.Set(CURLOPT_SEEKFUNCTION, &Transfer::OnSeek);
  set.Set(CURLOPT_SEEKDATA, this);
  // Called when the connection stands, TLS included, and right before the first byte of the request: the one sure sign
  // of what can have been sent. https://curl.se/libcurl/c/CURLOPT_PREREQFUNCTION.html
  set.Set(CURLOPT_PREREQFUNCTION, &Transfer::OnConnected);
  set.Set(CURLOPT_PREREQDATA, this);
  return set.status();
}

// ---- The I/O thread: libcurl's callbacks.

size_t Transfer::OnHeader(char* data, size_t, size_t size, void* self) {
  return static_cast<Transfer*>(self)->TakeHeader(absl::string_view(data, size));
}

size_t Transfer::OnBody(char* data, size_t, size_t size, void* self) {
  return static_cast<Transfer*>(self)->TakeBody(absl::string_view(data, size));
}

size_t Transfer::OnUpload(char* buffer, size_t, size_t capacity, void* self) {
  return static_cast<Transfer*>(self)->GiveBody(buffer, capacity);
}

int Transfer::OnSeek(void* self, curl_off_t offset, int origin) {
  auto* transfer = static_cast<Transfer*>(self);
  if (transfer->hop_.request->upload.has_value() || origin != SEEK_SET) return CURL_SEEKFUNC_CANTSEEK;
  transfer->sent_ = offset;
  return CURL_SEEKFUNC_OK;
}

int Transfer::OnConnected(void* self, char*, char*, int, int) {
  auto* transfer = static_cast<Transfer*>(self);
  transfer->request_begun_ = true;
  transfer->Advance(HasBodyBytes(*transfer->hop_.request) ? Phase::kSending : Phase::kWaiting);
  return CURL_PREREQFUNC_OK;
}

size_t Transfer::TakeHeader(absl::string_view line) {
  answer_begun_ = true;
  header_bytes_ += line.size();
  if (header_bytes_ > kMaxHeaderBytes) return Refuse("the answer's headers exceed 64 KiB");
  if (absl::StartsWith(line, "HTTP/")) {
    response_.status = StatusOf(line);
    response_.headers.clear();
  } else if (absl::StrContains(line, ':') && !body_begun_) {
    response_.headers.push_back(ParseHeader(line));
  }
  Advance(response_.status >= 200 ? Phase::kReceiving : phase_);
  return line.size();
}

size_t Transfer::TakeBody(absl::string_view bytes) {
  Advance(Phase::kReceiving);
  if (!body_begun_ && response_.ok()) {
    curl_off_t announced = -1;
    curl_easy_getinfo(easy_.get(), CURLINFO_CONTENT_LENGTH_DOWNLOAD_T, &announced);
    if (announced > BodyLimit()) return Refuse(absl::StrCat("the body exceeds ", BodyLimit(), " bytes"));
  }
  body_begun_ = true;
  return ToSink() ? PassBody(bytes) : KeepBody(bytes);
}

size_t Transfer::KeepBody(absl::string_view bytes) {
  const absl::string_view kept = bytes.substr(0, BodyLimit() - response_.body.size());
  if (kept.size() < bytes.size() && response_.ok()) {
    return Refuse(absl::StrCat("the body exceeds ", BodyLimit(), " bytes"));
  }
  response_.body.append(kept.data(), kept.size());
  if (kept.size() == bytes.size()) return bytes.size();
  response_.body_truncated = true;
  return CURL_WRITEFUNC_ERROR;
}

size_t Transfer::PassBody(absl::string_view bytes) {
  std::lock_guard lock(mutex_);
  if (inbound_.free() < bytes.size()) {
    receiving_paused_ = true;
    return CURL_WRITEFUNC_PAUSE;
  }
  received_ += static_cast<int64_t>(bytes.size());
  if (received_ > BodyLimit()) return Refuse(absl::StrCat("the body exceeds ", BodyLimit(), " bytes"));
  inbound_.Write(bytes);
  changed_.notify_one();
  return bytes.size();
}

size_t Transfer::GiveBody(char* buffer, size_t capacity) {
  Advance(Phase::kSending);
  if (hop_.request->upload.has_value()) return GiveFromSource(buffer, capacity);
  const absl::string_view rest = absl::string_view(hop_.request->body).substr(sent_, capacity);
  std::memcpy(buffer, rest.data(), rest.size());
  sent_ += static_cast<int64_t>(rest.size());
  if (sent_ == static_cast<int64_t>(hop_.request->body.size())) Advance(Phase::kWaiting);
  return rest.size();
}

size_t Transfer::GiveFromSource(char* buffer, size_t capacity) {
  std::lock_guard lock(mutex_);
  const size_t given = outbound_.Read(buffer, capacity);
  sent_ += static_cast<int64_t>(given);
  if (source_ended_ && outbound_.size() == 0) {
    Advance(Phase::kWaiting);
  } else if (given == 0) {
    sending_paused_ = true;
    return CURL_READFUNC_PAUSE;
  }
  changed_.notify_one();
  return given;
}

size_t Transfer::Refuse(absl::string_view what) {
  refusal_ = Explain(absl::StatusCode::kResourceExhausted, what);
  return CURL_WRITEFUNC_ERROR;
}

int64_t Transfer::BodyLimit() const { return ToSink() ? hop_.request->max_stream_bytes : hop_.request->max_body_bytes; }

void Transfer::Advance(Phase phase) {
  phase_ = phase;
  last_sign_ = Clock::now();
}

// ---- The I/O thread: what the loop asks.

void Transfer::Begin() {
  const absl::Duration waited = absl::FromChrono(Clock::now() - last_sign_);
  curl_easy_setopt(easy_.get(), CURLOPT_TIMEOUT_MS, CurlMilliseconds(hop_.total - waited));
  Advance(Phase::kConnecting);
}

void Transfer::Resume() {
  {
    std::lock_guard lock(mutex_);
    receiving_paused_ = sending_paused_ = wake_posted_ = false;
  }
  Advance(phase_);
  curl_easy_pause(easy_.get(), CURLPAUSE_CONT);
}

absl::Duration Transfer::Limit() const {
  switch (phase_) {
    case Phase::kQueued:
      return hop_.total;
    case Phase::kConnecting:
      return absl::InfiniteDuration();  // libcurl's own limit holds
    case Phase::kWaiting:
      return hop_.request->limits.first_byte;
    case Phase::kSending:
    case Phase::kReceiving:
      break;
  }
  return hop_.request->limits.stall;
}

Transfer::Clock::time_point Transfer::SilentAt() const {
  const absl::Duration limit = Limit();
  if (receiving_paused_ || sending_paused_ || limit > absl::Hours(24 * 365)) return Clock::time_point::max();
  return last_sign_ + absl::ToChronoNanoseconds(limit);
}

void Transfer::FailSilent() {
  const char* what = phase_ == Phase::kQueued    ? "its turn did not come within "
                     : phase_ == Phase::kWaiting ? "no byte of an answer within "
                     : phase_ == Phase::kSending ? "nothing of the request could be sent for "
                                                 : "nothing more of the answer came for ";
  Fail(absl::StatusCode::kDeadlineExceeded, absl::StrCat(what, absl::FormatDuration(Limit())));
}

void Transfer::Finish(CURLcode code) {
  if (!refusal_.ok()) return End(refusal_);
  if (code == CURLE_OK || response_.body_truncated) return End(absl::OkStatus());
  End(FailureFromCurl(code, progress(), Words(error_[0] != '\0' ? error_ : curl_easy_strerror(code))));
}

void Transfer::Fail(absl::StatusCode code, absl::string_view what) { End(Explain(code, what)); }

void Transfer::End(absl::Status result) {
  std::lock_guard lock(mutex_);
  result_ = std::move(result);
  finished_ = true;
  // Under the mutex: once the caller can see it, the transfer may be gone.
  changed_.notify_one();
}

Progress Transfer::progress() const {
  if (!request_begun_) return Progress::kNothingSent;
  return answer_begun_ ? Progress::kAnswerBegun : Progress::kRequestBegun;
}

absl::Status Transfer::Explain(absl::StatusCode code, absl::string_view what) const {
  return WithFailure(absl::Status(code, Words(what)),
                     request_begun_ ? TransportFailure::kMaybeSent : TransportFailure::kNothingSent);
}

std::string Transfer::Words(absl::string_view what) const {
  return absl::StrCat(hop_.request->method, " ", Describe(hop_.url), ": ", what);
}

// ---- The caller's thread.

absl::StatusOr<Response> Transfer::Run(TransferLoop& loop) {
  absl::StatusOr<CurlList> headers = SetUp(easy_.get(), hop_, options_);
  if (!headers.ok()) return WithFailure(headers.status(), TransportFailure::kNothingSent);
  headers_ = *std::move(headers);
  if (absl::Status set = SetCallbacks(); !set.ok()) return WithFailure(set, TransportFailure::kNothingSent);

  loop.Add(*this);
  std::unique_lock lock(mutex_);
  while (true) {
    changed_.wait(lock, [this] { return finished_ || CanDrain() || CanFill(); });
    if (CanDrain()) {
      Drain(lock, loop);
    } else if (finished_) {
      break;
    } else {
      Fill(lock, loop);
    }
  }
  if (!caller_error_.ok()) return WithFailure(caller_error_, TransportFailure::kMaybeSent);
  if (!result_.ok()) return result_;
  return std::move(response_);
}

bool Transfer::CanDrain() const { return caller_error_.ok() && result_.ok() && inbound_.size() > 0; }

bool Transfer::CanFill() const {
  return hop_.request->upload.has_value() && caller_error_.ok() && !finished_ && !source_ended_ && outbound_.free() > 0;
}

void Transfer::Drain(std::unique_lock<std::mutex>& lock, TransferLoop& loop) {
  const absl::string_view bytes = inbound_.Readable();
  lock.unlock();
  absl::Status written = hop_.sink->Write(bytes);
  lock.lock();
  if (!written.ok()) return Abandon(std::move(written), loop);
  inbound_.Consume(bytes.size());
  Wake(receiving_paused_ && inbound_.size() <= inbound_.capacity() / 2, loop);
}

void Transfer::Fill(std::unique_lock<std::mutex>& lock, TransferLoop& loop) {
  // A part of the ring at a time, so that reading and sending overlap.
  const absl::Span<char> room = outbound_.Writable().subspan(0, outbound_.capacity() / 4);
  lock.unlock();
  absl::StatusOr<size_t> count = ReadSource(room.data(), room.size());
  lock.lock();
  if (!count.ok()) return Abandon(count.status(), loop);
  outbound_.Commit(*count);
  read_ += static_cast<int64_t>(*count);
  source_ended_ = *count == 0 || read_ == hop_.request->upload->size;
  Wake(sending_paused_, loop);
}

// Also holds the source to the size announced. Its end is seen before its last bytes are sent: a body that is too long
// must not arrive looking whole.
absl::StatusOr<size_t> Transfer::ReadSource(char* buffer, size_t capacity) {
  const Upload& upload = *hop_.request->upload;
  absl::StatusOr<size_t> count = upload.source->Read(buffer, capacity);
  if (!count.ok() || !upload.size.has_value()) return count;
  const int64_t total = read_ + static_cast<int64_t>(*count);
  if (total<*upload.size&& * count> 0) return count;
  char beyond;
  absl::StatusOr<size_t> more = total == *upload.size && *count > 0 ? upload.source->Read(&beyond, 1) : size_t{0};
  if (!more.ok()) return more;
  if (total == *upload.size && *more == 0) return count;
  return absl::FailedPreconditionError(Words(
      absl::StrCat("the upload's source gave ", total < *upload.size ? "only " : "",
                   total < *upload.size ? total : total + *more, " or more bytes, announced were ", *upload.size)));
}

void Transfer::Abandon(absl::Status error, TransferLoop& loop) {
  caller_error_ = std::move(error);
  if (!finished_) loop.Cancel(*this);
}

void Transfer::Wake(bool paused, TransferLoop& loop) {
  if (!paused || wake_posted_ || finished_) return;
  wake_posted_ = true;
  loop.Resume(*this);
}

}  // namespace videojobs::http
