#ifndef VIDEOJOBS_ADAPTERS_SQLITE_DOUBT_H_
#define VIDEOJOBS_ADAPTERS_SQLITE_DOUBT_H_

// Whether start `s` is one of clip `c` that may have been charged without its outcome being known, as an SQL condition.
// A person's word allowed every start that took the clip after such a one, and is used up by it unless that was surely
// refused: a refused start is as if it had never been tried.
#define VIDEOJOBS_IS_DOUBTED                                                                    \
  "s.job_id = c.job_id AND s.clip = c.clip AND s.outcome IN ('open', 'unknown')"                \
  " AND NOT EXISTS (SELECT 1 FROM video_starts t WHERE t.job_id = s.job_id AND t.clip = s.clip" \
  " AND t.attempt > s.attempt AND t.outcome <> 'refused'"                                       \
  " AND EXISTS (SELECT 1 FROM video_job_events e WHERE e.job_id = t.job_id"                     \
  " AND e.start_id = t.start_id AND e.event = 'start_intended' AND e.to_state = 'starting'))"

// The newest such start of clip `c`, as an SQL expression; NULL: none. (There may be two: one that the database had
// lost is recorded again beside another.)
#define VIDEOJOBS_DOUBTED_START \
  "(SELECT s.start_id FROM video_starts s WHERE " VIDEOJOBS_IS_DOUBTED " ORDER BY s.attempt DESC LIMIT 1)"

// Whether clip `c` of job `d` may have been charged without that being known, as an SQL condition. A clip that was
// planned again by a person's word forgets its state: should the job end before anything followed, that word was not
// used and allows nothing. (Nothing is adopted here, so that every start is ours.)
#define VIDEOJOBS_IN_DOUBT                                                                                   \
  "(c.state IN ('starting', 'unknown') OR (d.status IN ('failed', 'completed') AND " VIDEOJOBS_DOUBTED_START \
  " IS NOT NULL))"

// Each of what a person names to accept that, a row each: the start. Joins starts `s` to clips `c` of jobs `d`.
#define VIDEOJOBS_JOIN_DOUBTS " LEFT JOIN video_starts s ON " VIDEOJOBS_IS_DOUBTED
#define VIDEOJOBS_NAME_OF_DOUBT "coalesce(s.start_id, d.id)"

// Whether job `j` is not over: it is unfinished, or it failed and its start turned out to be accepted, so that it is
// about to go on with a video that is paid for.
#define VIDEOJOBS_GOES_ON                                                         \
  "(j.status IN ('pending', 'processing')"                                        \
  " OR (j.status = 'failed' AND j.reason NOT IN ('CANCELLED', 'ESCALATION_GONE')" \
  " AND EXISTS (SELECT 1 FROM video_clips r WHERE r.job_id = j.id AND r.state = 'running')))"

#endif  // VIDEOJOBS_ADAPTERS_SQLITE_DOUBT_H_
