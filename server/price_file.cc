#include "server/price_file.h"

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

absl::StatusOr<Price> ParseLine(absl::string_view line) {
  const std::vector<std::string> words = absl::StrSplit(line, absl::ByAnyChar(" \t"), absl::SkipEmpty());
  if (words.size() != 5) {
    return absl::InvalidArgumentError(
        absl::StrCat("has ", words.size(), " words; must be MODEL RESOLUTION DOLLARS_PER_SECOND DATE SOURCE"));
  }
  const auto micros = ParseDollars(words[2]);
  if (!micros || *micros == 0) {
    return absl::InvalidArgumentError(
        absl::StrCat("the price \"", words[2], "\" is none; must be dollars per second above 0, as 0.40"));
  }
  if (!IsDate(words[3])) {
    return absl::InvalidArgumentError(absl::StrCat("the date \"", words[3], "\" is none; must be as 2026-10-22"));
  }
  return Price{words[0], words[1], *micros, words[3], words[4]};
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
