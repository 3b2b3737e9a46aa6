-- VideoJobs on SQLite, 0007: a start that was accepted after all is followed, also where another start of its clip came
-- to nothing.
--
-- sqlite3 -bail FILE < 0007_follow_what_was_accepted.up.sql

BEGIN IMMEDIATE;

INSERT INTO video_clip_edges (from_state, to_state) VALUES ('failed', 'running'), ('refused', 'running');

INSERT INTO videojobs_migrations (number, name) VALUES (7, '0007_follow_what_was_accepted') ON CONFLICT DO NOTHING;

COMMIT;
