#include "server/price_file.h"

#include <algorithm>
#include <cstddef>
#include <fstream>
#include <sstream>
#include <string>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/time/civil_time.h"
#include "server/setting_values.h"

namespace videojobs {
namespace {

bool IsDate(absl::string_view text) {
  absl::CivilDay day;
  return text.size() == 10 && absl::ParseCivilTime(text, &day);
}

// Its form only: a provider may come to make others than those that are known.
bool IsResolution(absl::string_view lower_case) {
  if (lower_case.size() < 2 || (lower_case.back() != 'p' && lower_case.back() != 'k')) return false;
  lower_case.remove_suffix(1);
  return std::all_of(lower_case.begin(), lower_case.end(), [](unsigned char c) { return absl::ascii_isdigit(c); });
}

absl::StatusOr<Price> ParseLine(absl::string_view line) {
  const std::vector<std::string> words = absl::StrSplit(line, absl::ByAnyChar(" \t"), absl::SkipEmpty());
  if (words.size() != 5) {
    return absl::InvalidArgumentError(
        absl::StrCat("has ", words.size(), " words; must be MODEL RESOLUTION DOLLARS_PER_SECOND DATE SOURCE"));
  }
  const std::string resolution = absl::AsciiStrToLower(words[1]);
  if (!IsResolution(resolution)) {
    return absl::InvalidArgumentError(absl::StrCat("the resolution \"", words[1], "\" is none; must be as 720p or 4k"));
  }
  const auto micros = ParseDollars(words[2]);
  if (!micros || *micros == 0) {
    return absl::InvalidArgumentError(
        absl::StrCat("the price \"", words[2], "\" is none; must be dollars per second above 0, as 0.40"));
  }
  if (!IsDate(words[3])) {
    return absl::InvalidArgumentError(absl::StrCat("the date \"", words[3], "\" is none; must be as 2026-10-22"));
  }
  return Price{words[0], resolution, *micros, words[3], words[4]};
}

}  // namespace

absl::StatusOr<std::vector<Price>> ParsePrices(absl::string_view text) {
  std::vector<Price> prices;
  int number = 0;
  for (absl::string_view line : absl::StrSplit(text, '\n')) {
    ++number;
    line = absl::StripAsciiWhitespace(line);
    if (line.empty() || line.front() == '#') continue;
    auto price = ParseLine(line);
    if (!price.ok()) {
      return absl::InvalidArgumentError(
          absl::StrCat("is wrong in line ", number, ": ", std::string(price.status().message())));
    }
    prices.push_back(*std::move(price));
  }
  return prices;
}

absl::StatusOr<std::vector<Price>> ReadPrices(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  std::ostringstream text;
  if (!file || !(text << file.rdbuf())) return absl::NotFoundError("cannot be read, or is empty");
  return ParsePrices(text.str());
}

}  // namespace videojobs
