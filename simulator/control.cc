#include "simulator/control.h"

#include <nlohmann/json.hpp>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/time/time.h"

namespace videojobs::simulator {
namespace {

using nlohmann::json;

json ToJson(const PaidStart& start) {
  return {{"at", absl::FormatTime(absl::RFC3339_full, start.at, absl::UTCTimeZone())},
          {"provider", start.provider},
          {"model", start.model},
          {"prompt", start.prompt},
          {"duration_seconds", start.duration_seconds},
          {"operation", start.operation},
          {"aspect_ratio", start.aspect_ratio},
          {"resolution", start.resolution},
          {"answer_spoilt", start.answer_spoilt}};
}

json ToJson(const Bill& bill) {
  json items = json::array();
  for (const BillItem& item : bill.items) {
    items.push_back({{"operation", item.operation}, {"state", item.state}, {"micro_dollars", item.micro_dollars}});
  }
  return {{"total_micro_dollars", bill.total_micro_dollars}, {"operations", std::move(items)}};
}

json ToJson(const Counts& counts) {
  return {{"connections", counts.connections},
          {"requests", counts.requests},
          {"start_requests", counts.start_requests},
          {"model_requests", counts.model_requests},
          {"storyboard_requests", counts.storyboard_requests},
          {"leaked_keys", counts.leaked_keys},
          {"polls", counts.polls},
          {"downloads", counts.downloads}};
}

json ToJson(const Fault& fault) {
  json body = {{"kind", FaultName(fault.kind)}, {"probability", fault.probability}, {"hits", fault.hits}};
  for (const auto& [name, value] : FaultSettings(fault)) body[name] = value;
  if (fault.count.has_value()) body["count"] = *fault.count;
  return body;
}

// A JSON value as the text that the flag would carry.
std::string TextOf(const json& value) { return value.is_string() ? value.get<std::string>() : value.dump(); }

absl::StatusOr<Fault> FaultFromJson(const json& object) {
  if (!object.is_object() || !object.contains("kind")) {
    return absl::InvalidArgumentError("kind: missing; a fault is an object such as {\"kind\":\"lost_answer\"}");
  }
  Fault fault;
  absl::Status set = SetFaultField(fault, "kind", TextOf(object["kind"]));
  for (const auto& [name, value] : object.items()) {
    if (!set.ok()) return set;
    set = SetFaultField(fault, name, TextOf(value));
  }
  if (!set.ok()) return set;
  return fault;
}

absl::StatusOr<std::vector<Fault>> FaultsFromJson(const std::string& body) {
  const json parsed = json::parse(body, nullptr, /*allow_exceptions=*/false);
  if (!parsed.is_object() || !parsed.contains("faults") || !parsed["faults"].is_array()) {
    return absl::InvalidArgumentError(
        "faults: missing; the body is JSON such as {\"faults\":[{\"kind\":\"filtered\"}]}");
  }
  std::vector<Fault> faults;
  for (const json& object : parsed["faults"]) {
    absl::StatusOr<Fault> fault = FaultFromJson(object);
    if (!fault.ok()) {
      return absl::InvalidArgumentError(absl::StrCat("faults[", faults.size(), "].", fault.status().message()));
    }
    faults.push_back(*std::move(fault));
  }
  return faults;
}

Answer FaultsAnswer(const Backend& backend) {
  json faults = json::array();
  for (const Fault& fault : backend.faults.faults()) faults.push_back(ToJson(fault));
  return JsonAnswer({{"faults", std::move(faults)}});
}

Answer PutFaults(Backend& backend, const std::string& body) {
  absl::StatusOr<std::vector<Fault>> faults = FaultsFromJson(body);
  if (!faults.ok()) return InvalidArgument({faults.status().message().data(), faults.status().message().size()});
  backend.faults.Set(*std::move(faults));
  return FaultsAnswer(backend);
}

Answer StartsAnswer(const Backend& backend) {
  json starts = json::array();
  for (const PaidStart& start : backend.ledger.starts()) starts.push_back(ToJson(start));
  return JsonAnswer({{"starts", std::move(starts)}});
}

}  // namespace

Counts CountsOf(const Backend& backend) {
  Counts counts = backend.ledger.counts();
  counts.connections = backend.connections.connections_seen();
  counts.requests = backend.connections.requests_seen();
  return counts;
}

void Reset(Backend& backend) {
  backend.faults.Set({});
  backend.ledger.Clear();
  backend.connections.ResetCounts();
  backend.tokens.ResetCounts();
}

void AddControl(httplib::Server& server, Backend& backend) {
  using httplib::Request;
  server.Get("/_simulator/starts",
             [&backend](const Request&, auto& response) { Send(StartsAnswer(backend), response); });
  server.Get("/_simulator/faults",
             [&backend](const Request&, auto& response) { Send(FaultsAnswer(backend), response); });
  server.Put("/_simulator/faults", [&backend](const Request& request, httplib::Response& response) {
    Send(PutFaults(backend, request.body), response);
  });
  server.Get("/_simulator/bill", [&backend](const Request&, auto& response) {
    Send(JsonAnswer(ToJson(backend.ledger.BillAt(backend.Now()))), response);
  });
  server.Get("/_simulator/counts",
             [&backend](const Request&, auto& response) { Send(JsonAnswer(ToJson(CountsOf(backend))), response); });
  server.Post("/_simulator/reset", [&backend](const Request&, httplib::Response& response) {
    Reset(backend);
    Send(JsonAnswer(nlohmann::json::object()), response);
  });
}

}  // namespace videojobs::simulator
