-- VideoJobs on SQLite, 0003, undone: closed lanes open by time alone.

BEGIN IMMEDIATE;

DROP TRIGGER video_starts_are_settled_once;
DROP INDEX video_jobs_leased;
DROP INDEX video_starts_operation;
DROP INDEX video_clips_under_way;
ALTER TABLE video_job_events DROP COLUMN start_id;
ALTER TABLE video_lanes DROP COLUMN probe_start_id;
ALTER TABLE video_lanes DROP COLUMN check_until;
ALTER TABLE video_lanes DROP COLUMN check_token;
ALTER TABLE video_lanes DROP COLUMN checked;
ALTER TABLE video_lanes DROP COLUMN closures;

DELETE FROM videojobs_migrations WHERE number = 3;

COMMIT;
