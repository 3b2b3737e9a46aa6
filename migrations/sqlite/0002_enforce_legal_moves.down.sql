-- VideoJobs on SQLite, 0002 undone: illegal moves and changed evidence are not refused any more.
--
-- sqlite3 -bail FILE < 0002_enforce_legal_moves.down.sql

BEGIN IMMEDIATE;

DROP TRIGGER video_job_events_are_kept;
DROP TRIGGER video_job_events_are_not_changed;
DROP TRIGGER video_job_events_are_not_replaced;
DROP TRIGGER video_starts_outcomes_are_fixed;
DROP TRIGGER video_starts_intents_are_fixed;
DROP TRIGGER video_starts_are_kept;
DROP TRIGGER video_starts_are_not_replaced;
DROP TRIGGER video_starts_begin_open;
DROP TRIGGER video_clips_move_is_legal;
DROP TRIGGER video_clips_insert_is_legal;
DROP TRIGGER video_jobs_move_is_legal;
DROP TRIGGER video_jobs_insert_is_legal;
DROP TABLE video_clip_edges;
DROP TABLE video_job_edges;

DELETE FROM videojobs_migrations WHERE number = 2;

COMMIT;
