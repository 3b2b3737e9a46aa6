-- VideoJobs on SQLite, 0001 undone: every job is forgotten, and with the ledger the evidence of what was paid.
--
-- sqlite3 -bail FILE < 0001_create_job_tables.down.sql

BEGIN IMMEDIATE;

DROP TABLE video_lanes;
DROP TABLE video_request_jobs;
DROP TABLE video_requests;
DROP TABLE video_job_events;
DROP TABLE video_starts;
DROP TABLE video_clips;
DROP TABLE video_asked_scenes;
DROP TABLE video_jobs;
DROP TABLE videojobs_migrations;

COMMIT;
