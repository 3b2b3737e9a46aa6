#include "cli/call_error.h"

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "google/rpc/errors.pb.h"

namespace videojobs::cli {
namespace {

std::string CodeName(grpc::StatusCode code) {
  switch (code) {
    case grpc::StatusCode::INVALID_ARGUMENT:
      return "INVALID_ARGUMENT";
    case grpc::StatusCode::FAILED_PRECONDITION:
      return "FAILED_PRECONDITION";
    case grpc::StatusCode::ALREADY_EXISTS:
      return "ALREADY_EXISTS";
    case grpc::StatusCode::NOT_FOUND:
      return "NOT_FOUND";
    case grpc::StatusCode::RESOURCE_EXHAUSTED:
      return "RESOURCE_EXHAUSTED";
    case grpc::StatusCode::PERMISSION_DENIED:
      return "PERMISSION_DENIED";
    case grpc::StatusCode::UNAUTHENTICATED:
      return "UNAUTHENTICATED";
    case grpc::StatusCode::UNAVAILABLE:
      return "UNAVAILABLE";
    case grpc::StatusCode::DEADLINE_EXCEEDED:
      return "DEADLINE_EXCEEDED";
    case grpc::StatusCode::UNIMPLEMENTED:
      return "UNIMPLEMENTED";
    case grpc::StatusCode::INTERNAL:
      return "INTERNAL";
    case grpc::StatusCode::UNKNOWN:
      return "UNKNOWN";
    default:
      return absl::StrCat("gRPC code ", static_cast<int>(code));
  }
}

struct Details {
  google::rpc::ErrorInfo info;
  google::rpc::BadRequest bad_request;
};

Details DetailsOf(const grpc::Status& error) {
  Details details;
  google::rpc::Status status;
  if (!status.ParseFromString(error.error_details())) return details;
  for (const auto& detail : status.details()) {
    if (detail.UnpackTo(&details.info)) continue;
    detail.UnpackTo(&details.bad_request);
  }
  return details;
}

std::string WhatToDo(const grpc::Status& error, const Details& details, absl::string_view server) {
  if (error.error_code() == grpc::StatusCode::UNAVAILABLE && details.info.reason().empty()) {
    return absl::StrCat("  Is videojobs-server running at ", server,
                        "? Name another with --server HOST:PORT or VIDEOJOBS_SERVER.\n");
  }
  if (error.error_code() == grpc::StatusCode::UNIMPLEMENTED) {
    return absl::StrCat("  Is it a videojobs-server, and not older than this program, that listens at ", server, "?\n");
  }
  return "";
}

}  // namespace

std::string Printable(absl::string_view text) {
  std::string printable(text);
  for (char& c : printable) {
    if (absl::ascii_iscntrl(static_cast<unsigned char>(c))) c = ' ';
  }
  return printable;
}

std::string Describe(const grpc::Status& error, absl::string_view server) {
  if (error.error_code() == grpc::StatusCode::CANCELLED) return "videojobs: interrupted\n";
  const Details details = DetailsOf(error);
  const std::string& reason = details.info.reason();
  std::string text = absl::StrCat("videojobs: ", Printable(error.error_message()), " (", CodeName(error.error_code()),
                                  reason.empty() ? "" : ", ", Printable(reason), ")\n");
  for (const auto& violation : details.bad_request.field_violations()) {
    absl::StrAppend(&text, "  ", Printable(violation.field()), ": ", Printable(violation.description()), "\n");
  }
  for (const auto& [key, value] : details.info.metadata()) {
    absl::StrAppend(&text, "  ", Printable(key), ": ", Printable(value), "\n");
  }
  return absl::StrCat(text, WhatToDo(error, details, server));
}

ExitCode ExitCodeFor(const grpc::Status& error) {
  switch (error.error_code()) {
    case grpc::StatusCode::OK:
      return kOk;
    case grpc::StatusCode::CANCELLED:
      return kInterrupted;
    case grpc::StatusCode::UNAVAILABLE:
    case grpc::StatusCode::UNKNOWN:
      return kUnreachable;
    case grpc::StatusCode::NOT_FOUND:
      return kNotFound;
    case grpc::StatusCode::DEADLINE_EXCEEDED:
      return kTimedOut;
    case grpc::StatusCode::INVALID_ARGUMENT:
    case grpc::StatusCode::FAILED_PRECONDITION:
    case grpc::StatusCode::ALREADY_EXISTS:
    case grpc::StatusCode::PERMISSION_DENIED:
    case grpc::StatusCode::UNAUTHENTICATED:
    case grpc::StatusCode::RESOURCE_EXHAUSTED:
    case grpc::StatusCode::OUT_OF_RANGE:
    case grpc::StatusCode::ABORTED:
      return kRefused;
    default:
      return kTrouble;
  }
}

}  // namespace videojobs::cli
