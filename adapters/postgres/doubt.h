#ifndef VIDEOJOBS_ADAPTERS_POSTGRES_DOUBT_H_
#define VIDEOJOBS_ADAPTERS_POSTGRES_DOUBT_H_

// Whether the latest start of clip `c` of job `d` may have been charged without its outcome being known, as an SQL
// condition. A clip that was planned again by a person's word forgets its state, not its start: should the job end
// before anything followed, that word was not used and allows nothing.
#define VIDEOJOBS_IN_DOUBT                                                                             \
  "(c.state IN ('starting', 'unknown') OR (d.status = 'failed' AND EXISTS (SELECT FROM video_starts s" \
  " WHERE s.start_id = c.start_id AND s.outcome IN ('open', 'unknown'))))"

// Whether job `j` is not over: it is unfinished, or it failed and its start turned out to be accepted, so that it is
// about to go on with a video that is paid for.
#define VIDEOJOBS_GOES_ON                                                         \
  "(j.status IN ('pending', 'processing')"                                        \
  " OR (j.status = 'failed' AND j.reason NOT IN ('CANCELLED', 'ESCALATION_GONE')" \
  " AND EXISTS (SELECT FROM video_clips r WHERE r.job_id = j.id AND r.state = 'running')))"

#endif  // VIDEOJOBS_ADAPTERS_POSTGRES_DOUBT_H_
