-- VideoJobs on SQLite, 0005, undone.

BEGIN IMMEDIATE;

DROP INDEX video_starts_unsettled;
DELETE FROM video_clip_edges WHERE from_state = 'planned' AND to_state = 'running';

DELETE FROM videojobs_migrations WHERE number = 5;

COMMIT;
