#ifndef VIDEOJOBS_SERVER_SETTING_NAMES_H_
#define VIDEOJOBS_SERVER_SETTING_NAMES_H_

#include <string>

#include "absl/strings/string_view.h"
#include "absl/types/span.h"

namespace videojobs {

// One environment variable that the server reads.
struct SettingName {
  absl::string_view name;
  absl::string_view default_value;  // as text; empty: none
  absl::string_view meaning;
};

// All of them, in the order in which they are explained.
absl::Span<const SettingName> SettingNames();

// For --help: every variable with its default and its meaning, in lines of at most 100 characters.
std::string SettingsHelp();

// The same as a Markdown table; README.md carries it, and a test compares.
std::string SettingsMarkdown();

// The name among ours that `name` was probably meant to be; empty where none is near.
std::string NearestSettingName(absl::string_view name);

}  // namespace videojobs

#endif  // VIDEOJOBS_SERVER_SETTING_NAMES_H_
