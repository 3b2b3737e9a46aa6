-- VideoJobs 0006, undone.

BEGIN;

SET LOCAL lock_timeout = '5s';

DROP INDEX video_starts_in_doubt;
ALTER TABLE video_jobs DROP COLUMN person_generation, DROP COLUMN generate_audio;

DELETE FROM videojobs_migrations WHERE number = 6;

COMMIT;
