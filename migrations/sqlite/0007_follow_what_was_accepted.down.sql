-- VideoJobs on SQLite, 0007, undone.

BEGIN IMMEDIATE;

DELETE FROM video_clip_edges WHERE from_state IN ('failed', 'refused') AND to_state = 'running';

DELETE FROM videojobs_migrations WHERE number = 7;

COMMIT;
