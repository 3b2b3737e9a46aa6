#ifndef VIDEOJOBS_SERVER_ENGINE_GENERATORS_H_
#define VIDEOJOBS_SERVER_ENGINE_GENERATORS_H_

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "adapters/video_generator.h"

namespace videojobs {

// What is known of a door that is not open here.
struct ClosedDoor {
  std::string how_to_open;  // in words: which credentials it takes, and where they are set
  std::string offer;        // what could be asked for there, as a sentence; may be empty
  // Brings running operations home all the same, with credentials that may be the right ones, but is not to start
  // anything; null: nothing does.
  VideoGenerator* spare = nullptr;
  // The model behind an operation whose name has this provider's form; empty: it is another's.
  std::function<std::string(const std::string& operation_name)> model_of{};
};
using ClosedDoors = std::map<std::string, ClosedDoor>;  // by provider

// Whose an operation is.
struct NamedOperation {
  std::string provider;
  std::string location;
  std::string model;
};

// The doors to generators that this server has credentials for. A job keeps its provider for life, so that a change of
// settings never asks the wrong door. Borrows the generators; a value, thread-safe.
class Generators {
 public:
  // `chosen` is for new jobs, `others` for jobs of earlier settings. Implicit, since one is the usual case.
  Generators(VideoGenerator& chosen, std::vector<VideoGenerator*> others = {},  // NOLINT(google-explicit-constructor)
             const ClosedDoors& closed = {});

  VideoGenerator& chosen() const { return *doors_.front(); }
  const std::vector<VideoGenerator*>& all() const { return doors_; }

  // Whether jobs of this provider may be started here.
  bool Has(const std::string& provider) const { return Find(provider) != nullptr; }
  // That provider's door. Where there is none, its spare one; else a stand-in to which everything is trouble that may
  // pass: it says which credentials are missing, and starts nothing.
  VideoGenerator& Of(const std::string& provider) const;
  // Whose operations have names of this form, of closed doors as well; none: nobody's.
  std::optional<NamedOperation> Naming(const std::string& operation_name) const;
  // What can be asked for where `provider` has no such model (any more), in words: what the open doors offer; where
  // they offer nothing, what the closed ones would, and how to open them. Empty: nothing is known.
  std::string AlternativesTo(const std::string& provider, const std::string& model) const;

 private:
  VideoGenerator* Find(const std::string& provider) const;

  std::vector<VideoGenerator*> doors_;
  std::shared_ptr<const std::map<std::string, std::unique_ptr<VideoGenerator>>> stand_ins_;  // by provider
  ClosedDoors closed_;
};

}  // namespace videojobs

#endif  // VIDEOJOBS_SERVER_ENGINE_GENERATORS_H_
