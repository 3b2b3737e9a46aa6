-- VideoJobs on SQLite, 0004, undone.

BEGIN IMMEDIATE;

DROP INDEX video_starts_in_doubt;
ALTER TABLE video_jobs DROP COLUMN generate_audio;
ALTER TABLE video_jobs DROP COLUMN person_generation;

DELETE FROM videojobs_migrations WHERE number = 4;

COMMIT;
