-- VideoJobs 0007, undone.

BEGIN;

SET LOCAL lock_timeout = '5s';

DROP INDEX video_starts_unsettled;
DELETE FROM video_clip_edges WHERE (from_state, to_state) = ('planned', 'running');

DELETE FROM videojobs_migrations WHERE number = 7;

COMMIT;
