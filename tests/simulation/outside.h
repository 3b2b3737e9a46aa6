#ifndef VIDEOJOBS_TESTS_SIMULATION_OUTSIDE_H_
#define VIDEOJOBS_TESTS_SIMULATION_OUTSIDE_H_

// The provider, the storage and the randomness as a process of a simulated world reaches them.

#include <string>
#include <vector>

#include "absl/strings/str_format.h"
#include "adapters/id_source.h"
#include "adapters/video_generator.h"
#include "adapters/video_storage.h"
#include "tests/simulation/wires.h"

namespace videojobs::simulation {

class WiredStorage : public VideoStorage, Wire {
 public:
  WiredStorage(World& world, int replica, VideoStorage& real) : Wire(world, replica), real_(real) {}
  absl::Status Put(const std::string& name, ByteSource& source, std::int64_t bytes) override {
    world().Travel(replica(), absl::Seconds(20) * world().Fraction(), Place::kUpload);
    if (world().Suffers(OutageKind::kStorage) || world().Chance(0.05)) {
      return absl::PermissionDeniedError("the bucket refuses");
    }
    return Over([&] { return real_.Put(name, source, bytes); }, Place::kUpload);
  }
  absl::StatusOr<std::int64_t> Size(const std::string& name) override { return real_.Size(name); }
  absl::StatusOr<std::string> PublicUrl(const std::string& name) override {
    return Over([&] { return real_.PublicUrl(name); });
  }
  absl::StatusOr<VideoAddress> Address(const std::string& name) override { return real_.Address(name); }
  absl::Status Remove(const std::string& name) override { return real_.Remove(name); }

 private:
  VideoStorage& real_;
};

class WiredProvider : public VideoGenerator {
 public:
  WiredProvider(World& world, int replica) : world_(world), replica_(replica) {}
  std::string provider() const override { return "gemini"; }
  std::string location() const override { return ""; }
  std::string ModelId(const std::string& name) const override { return name; }
  std::vector<Violation> Check(const VideoOptions&, const std::vector<Scene>&) const override { return {}; }
  std::int64_t PriceMicros(const VideoOptions&, const Scene& scene) const override {
    return std::int64_t{100'000} * scene.duration_seconds;
  }
  absl::Duration UsualTime(const VideoOptions&) const override { return absl::Minutes(1); }
  bool IsOperationName(const std::string& name) const override { return !name.empty(); }
  std::string ModelOf(const std::string&) const override { return ""; }
  std::string AlternativesTo(const std::string&) const override { return ""; }
  absl::Status CheckModel(const std::string&) override { return world_.provider.CheckModel(travel_); }
  absl::StatusOr<std::vector<ListedOperation>> ListOperations(const std::string&, int) override {
    return absl::UnimplementedError("not here");
  }
  StartOutcome Start(const StartRequest& request) override {
    world_.start_holders[request.start_id] = replica_;
    return world_.provider.Start(
        request, [this](absl::Duration duration) { world_.Travel(replica_, duration, Place::kPaidStart); });
  }
  PollAnswer Poll(const std::string& name) override { return world_.provider.Poll(name, travel_); }
  absl::Status Fetch(const std::string& name, const std::string&, ByteSink& sink) override {
    return world_.provider.Fetch(name, sink, travel_);
  }
  absl::Status Cancel(const std::string&) override { return absl::UnimplementedError("not here"); }
  bool KeepsEvidence() const override { return world_.provider.keeps_evidence(); }
  absl::StatusOr<std::string> FindStart(const std::string& start_id) override {
    return world_.provider.FindStart(start_id, travel_);
  }

 private:
  World& world_;
  const int replica_;
  const Travel travel_ = [this](absl::Duration duration) { world_.Travel(replica_, duration, Place::kElsewhere); };
};

// Ids under the seed.
class SeededIds : public IdSource {
 public:
  explicit SeededIds(World& world) : world_(world) {}
  std::string NewId() override {
    const std::uint64_t high = world_.random() >> 32, low = world_.random() >> 16;
    return absl::StrFormat("%08x-0000-7000-8000-%012x", high, low);
  }
  std::string NewSecretName() override {
    const std::uint64_t high = world_.random(), low = world_.random();
    return absl::StrFormat("%016x%016x", high, low);
  }
  double NewFraction() override { return world_.Fraction(); }

 private:
  World& world_;
};

}  // namespace videojobs::simulation

#endif  // VIDEOJOBS_TESTS_SIMULATION_OUTSIDE_H_
