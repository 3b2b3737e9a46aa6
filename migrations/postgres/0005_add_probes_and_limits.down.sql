-- VideoJobs 0005, undone: closed lanes open by time alone.

BEGIN;

SET LOCAL lock_timeout = '5s';

DROP INDEX video_jobs_leased;
DROP INDEX video_starts_operation;
DROP INDEX video_clips_under_way;
ALTER TABLE video_lanes
  DROP COLUMN closures, DROP COLUMN checked, DROP COLUMN check_token, DROP COLUMN check_until,
  DROP COLUMN probe_start_id;

DELETE FROM videojobs_migrations WHERE number = 5;

COMMIT;
