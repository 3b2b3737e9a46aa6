-- VideoJobs 0002, undone: the tables stay, nothing guards their states any more.

BEGIN;

SET LOCAL lock_timeout = '5s';

DROP TRIGGER video_jobs_legal_insert ON video_jobs;
DROP TRIGGER video_jobs_legal_update ON video_jobs;
DROP TRIGGER video_clips_legal_insert ON video_clips;
DROP TRIGGER video_clips_legal_update ON video_clips;
DROP TRIGGER video_starts_evidence ON video_starts;
DROP TRIGGER video_starts_never_deleted ON video_starts;
DROP TRIGGER video_starts_never_emptied ON video_starts;
DROP TRIGGER video_job_events_append_only ON video_job_events;
DROP TRIGGER video_job_events_never_emptied ON video_job_events;
DROP FUNCTION video_jobs_refuse_illegal_move();
DROP FUNCTION video_clips_refuse_illegal_move();
DROP FUNCTION video_starts_keep_evidence();
DROP FUNCTION videojobs_refuse_change();
DROP TABLE video_job_edges, video_clip_edges;

DELETE FROM videojobs_migrations WHERE number = 2;

COMMIT;
