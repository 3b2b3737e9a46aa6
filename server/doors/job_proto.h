#ifndef VIDEOJOBS_SERVER_DOORS_JOB_PROTO_H_
#define VIDEOJOBS_SERVER_DOORS_JOB_PROTO_H_

#include "absl/time/time.h"
#include "adapters/job.h"
#include "adapters/lanes.h"
#include "server/doors/job_view.h"
#include "server/engine/sweep_report.h"
#include "videojobs/v1/video_jobs.pb.h"

namespace videojobs {

// Domain values as the API shows them. Pure.
v1::JobState ToProto(JobState state);
v1::ClipState ToProto(ClipState state);
v1::FailureReason ToProto(FailureReason reason);
v1::LaneReason ToProto(LaneReason reason);

void SetTime(absl::Time time, google::protobuf::Timestamp& out);
void ToProto(const Job& job, const JobView& view, v1::Job& out);
void ToProto(const ClosedLane& lane, v1::ClosedLane& out);
void ToProto(const SweepReport& report, v1::PollAllResponse& out);

}  // namespace videojobs

#endif  // VIDEOJOBS_SERVER_DOORS_JOB_PROTO_H_
