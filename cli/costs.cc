#include <cstdint>
#include <map>
#include <string>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/strip.h"
#include "cli/call_error.h"
#include "cli/commands.h"
#include "cli/exit_code.h"
#include "cli/job_text.h"

namespace videojobs::cli {
namespace {

std::string StateText(v1::CostState state) {
  return absl::AsciiStrToLower(absl::StripPrefix(v1::CostState_Name(state), "COST_STATE_"));
}

std::string RowText(const std::string& day, const std::string& provider, const std::string& model,
                    const std::string& state, int starts, std::int64_t micros) {
  return absl::StrFormat("%-10s  %-12s  %-32s  %-8s  %6d  %12s\n", day, Printable(provider), Printable(model), state,
                         starts, DollarsText(micros));
}

std::string LimitText(absl::string_view what, std::int64_t spent, bool limited, std::int64_t limit) {
  return absl::StrCat(what, " ", DollarsText(spent), limited ? absl::StrCat(" of ", DollarsText(limit)) : ", no limit",
                      "\n");
}

std::string CostsText(const v1::GetCostsResponse& costs) {
  std::string text = absl::StrFormat("%-10s  %-12s  %-32s  %-8s  %6s  %12s\n", "day (UTC)", "provider", "model",
                                     "state", "starts", "");
  struct Sum {
    int starts = 0;
    std::int64_t micros = 0;
  };
  std::map<v1::CostState, Sum> sums;
  for (const v1::CostRow& row : costs.rows()) {
    text +=
        RowText(Printable(row.day()), row.provider(), row.model(), StateText(row.state()), row.starts(), row.micros());
    sums[row.state()].starts += row.starts();
    sums[row.state()].micros += row.micros();
  }
  for (const auto& [state, sum] : sums) text += RowText("total", "", "", StateText(state), sum.starts, sum.micros);
  absl::StrAppend(&text, "\n",
                  LimitText("today's limit:", costs.spent_today_micros(), costs.has_daily_limit_micros(),
                            costs.daily_limit_micros()),
                  LimitText("total limit:  ", costs.spent_total_micros(), costs.has_total_limit_micros(),
                            costs.total_limit_micros()));
  return text;
}

}  // namespace

int Costs(const CostsOptions& options, Client& client, Console& console) {
  v1::GetCostsRequest request;
  request.set_first_day(options.first_day);
  request.set_last_day(options.last_day);
  v1::GetCostsResponse response;
  if (const grpc::Status status = client.GetCosts(request, response); !status.ok()) {
    console.err << Describe(status, client.server());
    return ExitCodeFor(status);
  }
  console.out << (options.json ? JsonText(response) : CostsText(response)) << std::flush;
  return kOk;
}

}  // namespace videojobs::cli
