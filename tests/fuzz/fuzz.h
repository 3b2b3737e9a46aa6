#ifndef VIDEOJOBS_TESTS_FUZZ_FUZZ_H_
#define VIDEOJOBS_TESTS_FUZZ_FUZZ_H_

#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>

#include "absl/strings/string_view.h"

// A property that must hold for every input. It ends the process, so that a fuzzer keeps the input.
#define FUZZ_EXPECT(condition)                                                                     \
  do {                                                                                             \
    if (!(condition)) {                                                                            \
      std::fprintf(stderr, "%s:%d: property does not hold: %s\n", __FILE__, __LINE__, #condition); \
      std::abort();                                                                                \
    }                                                                                              \
  } while (false)

namespace videojobs::fuzz {

inline absl::string_view AsText(const std::uint8_t* data, std::size_t size) {
  return {reinterpret_cast<const char*>(data), size};
}

// Up to the first line break, which is taken away, or all there is.
inline absl::string_view TakeLine(absl::string_view& text) {
  const auto end = text.find('\n');
  const absl::string_view line = text.substr(0, end);
  text.remove_prefix(end == absl::string_view::npos ? text.size() : end + 1);
  return line;
}

}  // namespace videojobs::fuzz

// What libFuzzer calls (https://llvm.org/docs/LibFuzzer.html#fuzz-target), and the replay of the corpus.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

#endif  // VIDEOJOBS_TESTS_FUZZ_FUZZ_H_
