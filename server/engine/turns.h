#ifndef VIDEOJOBS_SERVER_ENGINE_TURNS_H_
#define VIDEOJOBS_SERVER_ENGINE_TURNS_H_

#include <algorithm>
#include <functional>
#include <iterator>
#include <map>
#include <mutex>
#include <string>
#include <vector>

namespace videojobs {

// Whose turn it is in lines that are read anew each time and never served whole: however many stay in a line for good,
// each of the others has its turn. Thread-safe.
class Turns {
 public:
  // Turns `line` round so that it begins after whoever had the last turn; left as it is where that one has gone.
  // `id` gives a T's own, a string.
  template <typename T, typename Id = std::identity>
  void Arrange(const std::string& name, std::vector<T>& line, Id id = {}) {
    const std::lock_guard lock(mutex_);
    const auto last = std::ranges::find(line, last_[name], id);
    if (last != line.end()) std::rotate(line.begin(), std::next(last), line.end());
  }

  void NoteTurn(const std::string& name, const std::string& id) {
    const std::lock_guard lock(mutex_);
    last_[name] = id;
  }

 private:
  std::mutex mutex_;
  std::map<std::string, std::string> last_;  // by the line's name
};

}  // namespace videojobs

#endif  // VIDEOJOBS_SERVER_ENGINE_TURNS_H_
