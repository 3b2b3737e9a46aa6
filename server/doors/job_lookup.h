#ifndef VIDEOJOBS_SERVER_DOORS_JOB_LOOKUP_H_
#define VIDEOJOBS_SERVER_DOORS_JOB_LOOKUP_H_

#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "adapters/job.h"
#include "adapters/job_reader.h"

namespace videojobs {

// INVALID_ARGUMENT, INVALID_REQUEST on `field`, where `text` cannot be an escalation's id.
absl::Status CheckEscalationId(absl::string_view text, const std::string& field);

// The job of this id. INVALID_ARGUMENT, INVALID_REQUEST on job_id; NOT_FOUND, JOB_NOT_FOUND; else as in JobReader.
absl::StatusOr<Job> JobOfId(const std::string& job_id, JobReader& reader);

// The newest job of this escalation. Errors likewise, on escalation_id.
absl::StatusOr<Job> NewestOfEscalation(const std::string& escalation_id, JobReader& reader);

}  // namespace videojobs

#endif  // VIDEOJOBS_SERVER_DOORS_JOB_LOOKUP_H_
