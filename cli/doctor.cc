#include "server/doctor/doctor.h"

#include <algorithm>
#include <string>
#include <vector>

#include "absl/strings/str_format.h"
#include "cli/call_error.h"
#include "cli/commands.h"
#include "cli/exit_code.h"

namespace videojobs::cli {
namespace {

const char* MarkOf(Health health) {
  switch (health) {
    case Health::kWell:
      return "ok";
    case Health::kWarning:
      return "warning";
    case Health::kIll:
      return "ILL";
  }
  return "";
}

}  // namespace

int RunDoctor(Console& console) {
  const std::vector<Finding> findings = Examine(console.env);
  for (const Finding& finding : findings) {
    console.out << absl::StrFormat("%-8s %-12s %s\n", MarkOf(finding.health), finding.subject,
                                   Printable(finding.words));
    if (!finding.mend.empty()) console.out << absl::StrFormat("%-21s mend: %s\n", "", Printable(finding.mend));
  }
  const auto ill = std::count_if(findings.begin(), findings.end(),
                                 [](const Finding& finding) { return finding.health == Health::kIll; });
  console.out << (ill == 0 ? "a server with these settings can work" : "a server with these settings cannot work")
              << std::endl;
  return ill == 0 ? kOk : kTrouble;
}

}  // namespace videojobs::cli
