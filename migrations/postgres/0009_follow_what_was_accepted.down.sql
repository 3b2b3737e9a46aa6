-- VideoJobs 0009, undone.

BEGIN;

SET LOCAL lock_timeout = '5s';

DELETE FROM video_clip_edges WHERE (from_state, to_state) IN (('failed', 'running'), ('refused', 'running'));

DELETE FROM videojobs_migrations WHERE number = 9;

COMMIT;
