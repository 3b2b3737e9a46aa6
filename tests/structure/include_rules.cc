#include "tests/structure/include_rules.h"

#include <algorithm>
#include <array>
#include <optional>
#include <sstream>
#include <string_view>

#include "absl/strings/str_cat.h"
#include "tests/structure/source_tree.h"

namespace videojobs::structure {
namespace {

// What the files of one place may include beside the C++ standard library and, where `posix` says so, POSIX.
struct Rule {
  std::string_view place;    // a file, "folder/" with all below it, or "folder/*" for its own files only
  std::string_view allowed;  // words of the same three forms
  bool posix = false;
};

// The dependency rule. The first place that a file is in counts.
constexpr auto kRules = std::to_array<Rule>({
    // The innermost: nothing but the standard library.
    {"statemachine/", "statemachine/"},

    // The ports.
    {"adapters/*", "statemachine/ adapters/* absl/"},

    // Each technology: the ports, itself, its one library. Three rooms serve the others: http/ (transfers),
    // sha256/, and google/ (what its APIs have in common).
    {"adapters/http/", "statemachine/ adapters/* adapters/http/ absl/ curl/", true},
    {"adapters/sha256/", "adapters/* adapters/sha256/ absl/ openssl/"},
    {"adapters/system/", "adapters/* adapters/system/ absl/", true},
    {"adapters/plain/", "statemachine/ adapters/* adapters/plain/ absl/"},
    {"adapters/google/", "statemachine/ adapters/* adapters/google/ adapters/http/ absl/ nlohmann/"},
    {"adapters/veo/", "statemachine/ adapters/* adapters/veo/ adapters/google/ adapters/http/ absl/"},
    {"adapters/interactions/", "statemachine/ adapters/* adapters/interactions/ adapters/google/ adapters/http/ absl/"},
    {"adapters/vertex/",
     "statemachine/ adapters/* adapters/vertex/ adapters/google/ adapters/http/ absl/ openssl/"},
    {"adapters/gemini/", "statemachine/ adapters/* adapters/gemini/ adapters/google/ adapters/http/ absl/"},
    {"adapters/postgres/",
     "statemachine/ adapters/* adapters/postgres/ adapters/sha256/ absl/ pqxx/ embedded_migrations.h", true},
    {"adapters/sqlite/",
     "statemachine/ adapters/* adapters/sqlite/ adapters/sha256/ absl/ sqlite3.h embedded_migrations.h", true},
    {"adapters/filesystem/", "statemachine/ adapters/* adapters/filesystem/ adapters/sha256/ absl/", true},
    {"adapters/supabase/",
     "statemachine/ adapters/* adapters/supabase/ adapters/http/ adapters/sha256/ absl/ nlohmann/"},

    // The simulator stands for Google: it knows nothing of ours.
    {"simulator/", "simulator/ absl/ httplib.h nlohmann/ CLI/ openssl/", true},

    // The server. The engine knows ports only, the doors translate, assembly/ and main.cc alone name concrete adapters.
    {"server/assembly/", "statemachine/ adapters/ server/ absl/", true},
    {"server/doctor/", "statemachine/ adapters/* adapters/http/ adapters/system/ server/ absl/", true},
    {"server/main.cc", "statemachine/ adapters/ server/ simulator/ absl/", true},
    {"server/engine/", "statemachine/ adapters/* adapters/sha256/ server/engine/ absl/"},
    {"server/doors/",
     "statemachine/ adapters/* server/engine/ server/doors/ server/setting_values.h absl/ videojobs/v1/ grpc/ grpcpp/ "
     "google/ httplib.h "
     "nlohmann/",
     true},
    {"server/logging/", "adapters/* server/logging/ absl/ spdlog/ nlohmann/"},
    {"server/", "adapters/* server/engine/ server/* absl/", true},

    // The command line is a client of the API; only `migrate` goes to a database, and `doctor` looks at everything.
    {"cli/",
     "cli/ adapters/clock.h adapters/id_source.h adapters/postgres/migrator.h adapters/sqlite/migrator.h "
     "adapters/system/ server/doctor/ absl/ videojobs/v1/ grpc/ grpcpp/ "
     "google/ CLI/",
     true},
});

constexpr std::string_view kPosix =
    "arpa/ dirent.h fcntl.h netdb.h netinet/ poll.h pthread.h signal.h stdlib.h sys/ termios.h time.h unistd.h";

bool IsIn(std::string_view path, std::string_view place) {
  if (place.ends_with("/*")) {
    place.remove_suffix(1);
    return path.starts_with(place) && path.find('/', place.size()) == std::string_view::npos;
  }
  return place.ends_with('/') ? path.starts_with(place) : path == place;
}

bool IsInAny(std::string_view path, std::string_view places) {
  std::istringstream words{std::string(places)};
  for (std::string place; words >> place;) {
    if (IsIn(path, place)) return true;
  }
  return false;
}

bool IsStandard(std::string_view included, bool in_angles) {
  return in_angles && included.find_first_of("/.") == std::string_view::npos;
}

struct Include {
  int line = 0;
  std::string name;
  bool in_angles = false;
};

std::optional<Include> ParseInclude(std::string_view line, int number) {
  const auto first = line.find_first_not_of(" \t");
  if (first == std::string_view::npos || line[first] != '#') return std::nullopt;
  line.remove_prefix(first + 1);
  line.remove_prefix(std::min(line.find_first_not_of(" \t"), line.size()));
  if (!line.starts_with("include")) return std::nullopt;
  const auto open = line.find_first_of("<\"");
  const auto close = line.find_first_of(">\"", open + 1);
  if (open == std::string_view::npos || close == std::string_view::npos) return std::nullopt;
  return Include{number, std::string(line.substr(open + 1, close - open - 1)), line[open] == '<'};
}

std::vector<Include> IncludesOf(const std::filesystem::path& file) {
  std::vector<Include> includes;
  std::istringstream text(ReadText(file));
  int number = 0;
  for (std::string line; std::getline(text, line);) {
    if (auto include = ParseInclude(line, ++number)) includes.push_back(*include);
  }
  return includes;
}

bool IsAllowed(const Include& include, const Rule& rule) {
  return IsStandard(include.name, include.in_angles) || IsInAny(include.name, rule.allowed) ||
         (rule.posix && IsInAny(include.name, kPosix));
}

bool IsSource(std::string_view file) {
  return (file.ends_with(".h") || file.ends_with(".cc")) && !IsInAny(file, "tests/ bench/");
}

const Rule* RuleFor(std::string_view file) {
  for (const Rule& rule : kRules) {
    if (IsIn(file, rule.place)) return &rule;
  }
  return nullptr;
}

}  // namespace

std::vector<std::string> ForbiddenIncludes(const std::filesystem::path& root) {
  std::vector<std::string> found;
  for (const std::string& file : FilesIn(root)) {
    if (!IsSource(file)) continue;
    const Rule* rule = RuleFor(file);
    if (rule == nullptr) {
      found.push_back(absl::StrCat(file, ": no rule says what this place may include"));
      continue;
    }
    for (const Include& include : IncludesOf(root / file)) {
      if (IsAllowed(include, *rule)) continue;
      found.push_back(absl::StrCat(file, ":", include.line, ": includes ", include.name, ", which ",
                                   std::string(rule->place), " may not"));
    }
  }
  return found;
}

}  // namespace videojobs::structure
