// The record of paid starts and of how often each operation was asked for. In memory only: after a restart it is empty,
// while the operations themselves are still answered (operation_id.h).
#pragma once

#include <cstdint>
#include <map>
#include <mutex>
#include <set>
#include <string>
#include <vector>

#include "absl/time/time.h"
#include "simulator/operation_id.h"

namespace videojobs::simulator {

// A start that was accepted, and so is paid for if a video comes of it, whether or not its answer arrived.
struct PaidStart {
  absl::Time at;
  std::string provider;  // "gemini", "vertex" or "interactions"
  std::string model;
  std::string prompt;
  int duration_seconds = 0;
  std::string operation;       // The operation's full name.
  std::string aspect_ratio;    // "16:9" or "9:16"
  std::string resolution;      // "360p", "720p", "1080p" or "4k"
  bool answer_spoilt = false;  // The client did not get the name: lost, cut, garbage or 500.
};

struct BillItem {
  std::string operation;
  std::string state;          // "running", "charged" or "free"
  int64_t micro_dollars = 0;  // 0 unless charged.
};

struct Bill {
  int64_t total_micro_dollars = 0;
  std::vector<BillItem> items;  // In the order of the starts.
};

// What has been seen since the start or the last reset.
struct Counts {
  int64_t connections = 0;
  int64_t requests = 0;                      // Of every kind.
  int64_t start_requests = 0;                // Accepted or not.
  int64_t model_requests = 0;                // Free GETs of a model.
  int64_t storyboard_requests = 0;           // Of generateContent.
  int64_t leaked_keys = 0;                   // Requests that carried a key to the other host of redirect_other_host.
  std::map<std::string, int64_t> polls;      // By operation name.
  std::map<std::string, int64_t> downloads;  // By operation name; requests that follow a redirect not counted again.
};

// Thread-safe.
class Ledger {
 public:
  void Record(PaidStart start, const Operation& operation);
  std::vector<PaidStart> starts() const;

  // An interaction that was cancelled stays so, whatever is cleared: its id cannot say it.
  void MarkCancelled(const std::string& operation_name);
  bool IsCancelled(const std::string& operation_name) const;

  // What Google would have charged by `now`: a finished video alone costs anything.
  Bill BillAt(absl::Time now) const;

  void CountStartRequest();
  void CountModelRequest();
  void CountStoryboardRequest();
  void CountLeakedKey();
  void CountPoll(const std::string& operation_name);
  void CountDownload(const std::string& operation_name);
  Counts counts() const;  // Without connections and requests, which connections.h counts.

  void Clear();

 private:
  struct Entry {
    PaidStart start;
    Operation operation;
  };

  mutable std::mutex mutex_;
  std::vector<Entry> entries_;
  std::set<std::string> cancelled_;
  Counts counts_;
};

}  // namespace videojobs::simulator
