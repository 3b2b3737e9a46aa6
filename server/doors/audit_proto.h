#ifndef VIDEOJOBS_SERVER_DOORS_AUDIT_PROTO_H_
#define VIDEOJOBS_SERVER_DOORS_AUDIT_PROTO_H_

#include <string>
#include <utility>

#include "absl/status/statusor.h"
#include "absl/time/civil_time.h"
#include "adapters/audit.h"
#include "server/engine/explaining.h"
#include "videojobs/v1/video_jobs.pb.h"

namespace videojobs {

// History and costs as the API shows them. Pure.

// All but the job itself, which job_proto.h shows. Texts and prompts only where `include_texts`.
void ToProto(const Explanation& explanation, bool include_texts, v1::ExplainJobResponse& out);
void ToProto(const CostLine& line, v1::CostRow& out);

// The first and the last day asked for, completed from `today`. INVALID_ARGUMENT, INVALID_REQUEST on the field that is
// wrong.
absl::StatusOr<std::pair<absl::CivilDay, absl::CivilDay>> DaysOf(const v1::GetCostsRequest& request,
                                                                 absl::CivilDay today);

}  // namespace videojobs

#endif  // VIDEOJOBS_SERVER_DOORS_AUDIT_PROTO_H_
