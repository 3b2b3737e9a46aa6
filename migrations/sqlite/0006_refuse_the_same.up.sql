-- VideoJobs on SQLite, 0006: SQLite and Postgres refuse the same: what one of them let through so far, the other did not.
--
-- sqlite3 -bail FILE < 0006_refuse_the_same.up.sql
-- SQLite adds no CHECK to a table that is there: triggers stand for them, under the names that Postgres gives them.

BEGIN IMMEDIATE;

-- The last line of defence against paying twice: a clip never has two starts under way.
CREATE UNIQUE INDEX video_starts_one_open ON video_starts (job_id, clip) WHERE outcome = 'open';

CREATE TRIGGER video_jobs_completed_has_url BEFORE UPDATE OF status, video_url ON video_jobs
WHEN NEW.status = 'completed' AND NEW.video_url = ''
BEGIN
  SELECT RAISE(ABORT, 'video_jobs_completed_has_url: a completed job has a URL');
END;

CREATE TRIGGER video_jobs_response_hashed_at_first BEFORE INSERT ON video_jobs
WHEN NEW.response_sha256 GLOB '*[^0-9a-f]*'
BEGIN
  SELECT RAISE(ABORT, 'video_jobs_response_hashed: a hash is 64 lower-case hex digits');
END;

CREATE TRIGGER video_jobs_response_hashed BEFORE UPDATE OF response_sha256 ON video_jobs
WHEN NEW.response_sha256 GLOB '*[^0-9a-f]*'
BEGIN
  SELECT RAISE(ABORT, 'video_jobs_response_hashed: a hash is 64 lower-case hex digits');
END;

CREATE TRIGGER video_clips_accepted_has_operation_at_first BEFORE INSERT ON video_clips
WHEN (NEW.accepted_at IS NULL) <> (NEW.operation_name = '')
BEGIN
  SELECT RAISE(ABORT, 'video_clips_accepted_has_operation: what was accepted has an operation, and nothing else has');
END;

CREATE TRIGGER video_clips_accepted_has_operation BEFORE UPDATE OF accepted_at, operation_name ON video_clips
WHEN (NEW.accepted_at IS NULL) <> (NEW.operation_name = '')
BEGIN
  SELECT RAISE(ABORT, 'video_clips_accepted_has_operation: what was accepted has an operation, and nothing else has');
END;

CREATE TRIGGER video_clips_stored_hashed BEFORE UPDATE OF stored_sha256 ON video_clips
WHEN NEW.stored_sha256 GLOB '*[^0-9a-f]*'
BEGIN
  SELECT RAISE(ABORT, 'video_clips_stored_hashed: a hash is 64 lower-case hex digits');
END;

CREATE TRIGGER video_lanes_check_has_end_at_first BEFORE INSERT ON video_lanes
WHEN (NEW.check_token = '') <> (NEW.check_until IS NULL)
BEGIN
  SELECT RAISE(ABORT, 'video_lanes_check_has_end: a check that somebody has ends some time');
END;

CREATE TRIGGER video_lanes_check_has_end BEFORE UPDATE OF check_token, check_until ON video_lanes
WHEN (NEW.check_token = '') <> (NEW.check_until IS NULL)
BEGIN
  SELECT RAISE(ABORT, 'video_lanes_check_has_end: a check that somebody has ends some time');
END;

CREATE TRIGGER video_starts_begin_unsettled BEFORE INSERT ON video_starts
WHEN NEW.settled IS NOT NULL
BEGIN
  SELECT RAISE(ABORT, 'evidence: a start is recorded before its outcome');
END;

CREATE TRIGGER video_starts_details_are_fixed BEFORE UPDATE OF detail ON video_starts
WHEN OLD.outcome <> 'open' AND NEW.outcome = OLD.outcome AND NEW.detail <> OLD.detail
BEGIN
  SELECT RAISE(ABORT, 'evidence: the answer to a start does not change');
END;

INSERT INTO videojobs_migrations (number, name) VALUES (6, '0006_refuse_the_same') ON CONFLICT DO NOTHING;

COMMIT;
