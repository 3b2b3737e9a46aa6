-- VideoJobs 0009: a start that was accepted after all is followed, also where another start of its clip came to nothing.

BEGIN;

SET LOCAL lock_timeout = '5s';

INSERT INTO video_clip_edges (from_state, to_state) VALUES ('failed', 'running'), ('refused', 'running');

INSERT INTO videojobs_migrations (number, name) VALUES (9, '0009_follow_what_was_accepted') ON CONFLICT DO NOTHING;

COMMIT;
