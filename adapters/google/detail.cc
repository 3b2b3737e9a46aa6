#include "adapters/google/detail.h"

#include <algorithm>
#include <cstddef>

#include "absl/strings/ascii.h"
#include "adapters/google/json.h"

namespace videojobs::google {
namespace {

constexpr std::size_t kMostWords = 2000;
constexpr std::size_t kMostLine = 300;
constexpr std::size_t kShortestSecret = 8;
constexpr std::size_t kKeyRun = 8;
constexpr std::size_t kPromptRun = 20;
constexpr absl::string_view kReplacement = "[hidden]";

std::size_t CommonPrefix(absl::string_view a, absl::string_view b) {
  const std::size_t most = std::min(a.size(), b.size());
  return static_cast<std::size_t>(std::mismatch(a.begin(), a.begin() + most, b.begin()).first - a.begin());
}

// How much of the beginning of `words` is a run of `secret`: 0, or at least `shortest`.
std::size_t RunOf(absl::string_view secret, absl::string_view words, std::size_t shortest) {
  if (words.size() < shortest) return 0;
  const absl::string_view beginning = words.substr(0, shortest);
  std::size_t longest = 0;
  for (std::size_t at = secret.find(beginning); at != absl::string_view::npos; at = secret.find(beginning, at + 1)) {
    longest = std::max(longest, CommonPrefix(secret.substr(at), words));
  }
  return longest;
}

std::string Without(absl::string_view secret, absl::string_view words, std::size_t run) {
  if (secret.size() < kShortestSecret) return std::string(words);
  const std::size_t shortest = std::min(run, secret.size());
  std::string kept;
  while (!words.empty()) {
    const std::size_t length = RunOf(secret, words, shortest);
    kept.append(length > 0 ? kReplacement.data() : words.data(), length > 0 ? kReplacement.size() : 1);
    words.remove_prefix(std::max(length, std::size_t{1}));
  }
  return kept;
}

bool ContinuesCharacter(char c) { return (static_cast<unsigned char>(c) & 0xc0) == 0x80; }

// Cuts in front of a character, never inside one.
absl::string_view Cut(absl::string_view text, std::size_t most) {
  if (text.size() <= most) return text;
  while (most > 0 && ContinuesCharacter(text[most])) --most;
  return text.substr(0, most);
}

}  // namespace

std::string Hide(absl::string_view words, const Hidden& hidden) {
  std::string kept = Without(hidden.api_key, Cut(words, kMostWords), kKeyRun);
  for (const std::string& prompt : hidden.prompts) kept = Without(prompt, kept, kPromptRun);
  return kept;
}

std::string OneLine(absl::string_view words) {
  // Half of a character may be left where a secret was, and a database takes no broken text.
  std::string line = Repaired(std::string(words));
  std::replace_if(
      line.begin(), line.end(), [](char c) { return absl::ascii_iscntrl(static_cast<unsigned char>(c)); }, ' ');
  absl::RemoveExtraAsciiWhitespace(&line);
  return std::string(Cut(line, kMostLine));
}

}  // namespace videojobs::google
