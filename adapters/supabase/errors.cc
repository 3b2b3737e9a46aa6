#include "adapters/supabase/errors.h"

#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/ascii.h"
#include "absl/strings/escaping.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/substitute.h"

namespace videojobs::supabase {
namespace {

using nlohmann::json;

constexpr std::size_t kLongestQuote = 200;

constexpr absl::string_view kNoBucket =
    "there is no bucket \"$0\", or the key may not see it: create it (Dashboard, Storage, New bucket), name another in "
    "SUPABASE_STORAGE_BUCKET, or set SUPABASE_SERVICE_ROLE_KEY to the project's service_role key";
constexpr absl::string_view kRowSecurity =
    "row-level security forbids this key to write to the bucket \"$0\": set SUPABASE_SERVICE_ROLE_KEY to the project's "
    "service_role or secret key (the anon key is another), or add a policy on storage.objects";
constexpr absl::string_view kBadKey =
    "the key is refused: set SUPABASE_SERVICE_ROLE_KEY to the service_role or secret key of the project in "
    "SUPABASE_URL "
    "(Dashboard, Project Settings, API Keys)";
constexpr absl::string_view kTooLarge =
    "the video is larger than the bucket \"$0\" or the project's plan allows: raise the file size limit of the bucket, "
    "or "
    "the global one (Dashboard, Storage, Settings)";
constexpr absl::string_view kWrongType =
    "the bucket \"$0\" does not take video/mp4: add it to the bucket's allowed MIME types (Dashboard, Storage, Edit "
    "bucket)";
constexpr absl::string_view kRestricted =
    "the project is over its quota: see Dashboard, Organization, Usage and Billing";
constexpr absl::string_view kNotThere =
    "nothing at this address answers as Supabase Storage: check that SUPABASE_URL is the URL of a Supabase project";

// The first row that fits decides: a text beats a code, because the code of bad keys and of row-level security is one.
struct TextRule {
  absl::string_view text;  // in lower case, somewhere in what the server said
  absl::StatusCode code;
  absl::string_view words;
};
constexpr TextRule kTextRules[] = {
    {"bucket not found", absl::StatusCode::kNotFound, kNoBucket},
    {"nosuchbucket", absl::StatusCode::kNotFound, kNoBucket},
    {"row-level security", absl::StatusCode::kPermissionDenied, kRowSecurity},
    {"compact jws", absl::StatusCode::kPermissionDenied, kBadKey},
    {"invalidjwt", absl::StatusCode::kPermissionDenied, kBadKey},
    {"jwt expired", absl::StatusCode::kPermissionDenied, kBadKey},
    {"signature verification failed", absl::StatusCode::kPermissionDenied, kBadKey},
    {"api key", absl::StatusCode::kPermissionDenied, kBadKey},
    {"authorization", absl::StatusCode::kPermissionDenied, kBadKey},
};

struct CodeRule {
  int code;
  absl::StatusCode meaning;
  absl::string_view words;
};
constexpr CodeRule kCodeRules[] = {
    {400, absl::StatusCode::kInvalidArgument, "the request is refused"},
    {401, absl::StatusCode::kPermissionDenied, kBadKey},
    {402, absl::StatusCode::kResourceExhausted, kRestricted},
    {403, absl::StatusCode::kPermissionDenied, kBadKey},
    {404, absl::StatusCode::kNotFound, "there is no such object in the bucket \"$0\""},
    {408, absl::StatusCode::kUnavailable, "the server waited too long"},
    {409, absl::StatusCode::kAlreadyExists, "an object of that name is in the bucket \"$0\" already"},
    {413, absl::StatusCode::kResourceExhausted, kTooLarge},
    {415, absl::StatusCode::kInvalidArgument, kWrongType},
    {429, absl::StatusCode::kUnavailable, "too many requests for now"},
    {540, absl::StatusCode::kFailedPrecondition, "the project is paused: restore it in the Dashboard"},
};

struct Said {
  int code;          // the real one
  std::string text;  // what it said in words
  bool is_json;      // a page of HTML may contain any words
  bool has_code;     // so Supabase Storage itself said it, not a gateway
};

std::string TextOf(const json& body, const char* name) {
  const auto found = body.find(name);
  return found != body.end() && found->is_string() ? found->get<std::string>() : "";
}

std::optional<int> CodeOf(const json& body) {
  const auto found = body.find("statusCode");
  if (found == body.end()) return std::nullopt;
  int code = found->is_number_integer() ? found->get<int>() : 0;
  if (found->is_string() && !absl::SimpleAtoi(found->get<std::string>(), &code)) return std::nullopt;
  return code >= 400 && code < 600 ? std::optional(code) : std::nullopt;
}

Said Read(const http::Response& answer) {
  const json body = json::parse(answer.body, nullptr, /*allow_exceptions=*/false);
  if (!body.is_object()) return {answer.status, answer.body, false, false};
  std::string text = absl::StrCat(TextOf(body, "code"), " ", TextOf(body, "error"), " ", TextOf(body, "message"));
  const std::optional<int> code = CodeOf(body);
  return {code.value_or(answer.status), std::move(text), true, code.has_value()};
}

struct Verdict {
  absl::StatusCode code;
  absl::string_view words;
};

Verdict Judge(const Said& said) {
  const std::string text = said.is_json ? absl::AsciiStrToLower(said.text) : "";
  for (const TextRule& rule : kTextRules) {
    if (absl::StrContains(text, rule.text)) return {rule.code, rule.words};
  }
  if (said.code < 400 || (said.code == 404 && !said.has_code)) {
    return {absl::StatusCode::kFailedPrecondition, kNotThere};
  }
  for (const CodeRule& rule : kCodeRules) {
    if (rule.code == said.code) return {rule.meaning, rule.words};
  }
  if (said.code >= 500) return {absl::StatusCode::kUnavailable, "the server is in trouble"};
  return {absl::StatusCode::kInternal, "an answer of an unknown kind"};
}

std::string Quote(const Said& said, absl::string_view key) {
  const std::string safe = absl::StrReplaceAll(said.text, {{key, "[key]"}});
  const absl::string_view text = absl::StripAsciiWhitespace(safe);
  return absl::Utf8SafeCEscape(text.substr(0, kLongestQuote));
}

}  // namespace

absl::Status StatusFromAnswer(const http::Response& answer, const Endpoint& endpoint) {
  const Said said = Read(answer);
  const Verdict verdict = Judge(said);
  return absl::Status(verdict.code, absl::StrCat("Supabase Storage: ", absl::Substitute(verdict.words, endpoint.bucket),
                                                 " (it said ", said.code, ": ", Quote(said, endpoint.key), ")"));
}

}  // namespace videojobs::supabase
