-- VideoJobs 0008, undone.

BEGIN;

SET LOCAL lock_timeout = '5s';

DROP TRIGGER video_starts_answer_fixed ON video_starts;
DROP FUNCTION video_starts_refuse_other_answer();
DROP TRIGGER video_starts_begin_open ON video_starts;
DROP FUNCTION video_starts_refuse_born_ended();
ALTER TABLE video_lanes DROP CONSTRAINT video_lanes_reason_known;
ALTER TABLE video_requests DROP CONSTRAINT video_requests_named;
ALTER TABLE video_job_events DROP CONSTRAINT video_job_events_seq_counts;
ALTER TABLE video_starts DROP CONSTRAINT video_starts_attempt_counts;
ALTER TABLE video_clips DROP CONSTRAINT video_clips_stored_hashed, DROP CONSTRAINT video_clips_counts;
ALTER TABLE video_jobs DROP CONSTRAINT video_jobs_placeholder_completes;

DELETE FROM videojobs_migrations WHERE number = 8;

COMMIT;
