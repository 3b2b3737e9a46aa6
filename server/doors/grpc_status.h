#ifndef VIDEOJOBS_SERVER_DOORS_GRPC_STATUS_H_
#define VIDEOJOBS_SERVER_DOORS_GRPC_STATUS_H_

#include "absl/status/status.h"
#include "grpcpp/support/status.h"

namespace videojobs {

// An error that is fit for the caller (caller_status.h) as gRPC sends it: the code, the message, and as details
// (https://google.aip.dev/193) a google.rpc.ErrorInfo with domain "videojobs", and a google.rpc.BadRequest with at most
// 10 of the violations; the message says how many there are in all. Message and details are cut to fit 4 KiB on the
// wire: what is larger reaches many clients as RESOURCE_EXHAUSTED without anything.
grpc::Status ToGrpcStatus(const absl::Status& status);

}  // namespace videojobs

#endif  // VIDEOJOBS_SERVER_DOORS_GRPC_STATUS_H_
