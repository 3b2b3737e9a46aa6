#include "simulator/ledger.h"

#include <utility>

namespace videojobs::simulator {

void Ledger::Record(PaidStart start, const Operation& operation) {
  const std::lock_guard lock(mutex_);
  entries_.push_back({std::move(start), operation});
}

std::vector<PaidStart> Ledger::starts() const {
  const std::lock_guard lock(mutex_);
  std::vector<PaidStart> starts;
  starts.reserve(entries_.size());
  for (const Entry& entry : entries_) starts.push_back(entry.start);
  return starts;
}

void Ledger::MarkCancelled(const std::string& operation_name) {
  const std::lock_guard lock(mutex_);
  cancelled_.insert(operation_name);
}

bool Ledger::IsCancelled(const std::string& operation_name) const {
  const std::lock_guard lock(mutex_);
  return cancelled_.contains(operation_name);
}

Bill Ledger::BillAt(absl::Time now) const {
  const std::lock_guard lock(mutex_);
  Bill bill;
  for (const auto& [start, operation] : entries_) {
    BillItem item{start.operation, "running", 0};
    if (cancelled_.contains(start.operation)) {
      item.state = "free";
    } else if (now >= operation.DoneAt()) {
      item.state = operation.IsBilled() ? "charged" : "free";
      item.micro_dollars = operation.IsBilled() ? operation.MicroDollars() : 0;
    }
    bill.total_micro_dollars += item.micro_dollars;
    bill.items.push_back(std::move(item));
  }
  return bill;
}

void Ledger::CountStartRequest() {
  const std::lock_guard lock(mutex_);
  ++counts_.start_requests;
}

void Ledger::CountModelRequest() {
  const std::lock_guard lock(mutex_);
  ++counts_.model_requests;
}

void Ledger::CountStoryboardRequest() {
  const std::lock_guard lock(mutex_);
  ++counts_.storyboard_requests;
}

void Ledger::CountLeakedKey() {
  const std::lock_guard lock(mutex_);
  ++counts_.leaked_keys;
}

void Ledger::CountPoll(const std::string& operation_name) {
  const std::lock_guard lock(mutex_);
  ++counts_.polls[operation_name];
}

void Ledger::CountDownload(const std::string& operation_name) {
  const std::lock_guard lock(mutex_);
  ++counts_.downloads[operation_name];
}

Counts Ledger::counts() const {
  const std::lock_guard lock(mutex_);
  return counts_;
}

void Ledger::Clear() {
  const std::lock_guard lock(mutex_);
  entries_.clear();
  counts_ = Counts();
}

}  // namespace videojobs::simulator
