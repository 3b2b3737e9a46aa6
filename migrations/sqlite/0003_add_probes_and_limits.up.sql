-- VideoJobs on SQLite, 0003: what a closed lane needs to be opened again by one probe in place of a stampede, what the
-- limits count by, and which start an event is about.
--
-- sqlite3 -bail FILE < 0003_add_probes_and_limits.up.sql

BEGIN IMMEDIATE;

-- ---- Lanes: a row is a lane that is not open ------------------------------------------------------------------------

-- Until `closed_until` nothing goes through. Then one start does, as a probe, for as long as it is open under a live
-- lease; a lane that was closed for the key or the model takes a free check before that.
ALTER TABLE video_lanes ADD COLUMN closures INTEGER NOT NULL DEFAULT 1 CHECK (closures >= 1);
ALTER TABLE video_lanes ADD COLUMN checked INTEGER NOT NULL DEFAULT 0 CHECK (checked IN (0, 1));
ALTER TABLE video_lanes ADD COLUMN check_token TEXT NOT NULL DEFAULT '';
ALTER TABLE video_lanes ADD COLUMN check_until INTEGER;
ALTER TABLE video_lanes ADD COLUMN probe_start_id TEXT NOT NULL DEFAULT '';

-- ---- Limits ---------------------------------------------------------------------------------------------------------

CREATE INDEX video_clips_under_way ON video_clips (job_id) WHERE state IN ('starting', 'running');
CREATE INDEX video_jobs_leased ON video_jobs (tenant, mock, lease_until) WHERE lease_until IS NOT NULL;

-- "Nobody has this operation", when candidates for a lost start are shown.
CREATE INDEX video_starts_operation ON video_starts (operation_name) WHERE operation_name <> '';

-- ---- Evidence -------------------------------------------------------------------------------------------------------

CREATE TRIGGER video_starts_are_settled_once BEFORE UPDATE OF settled ON video_starts
WHEN OLD.settled IS NOT NULL AND NEW.settled IS NOT OLD.settled
BEGIN
  SELECT RAISE(ABORT, 'evidence: a start is settled once');
END;

-- ---- Events ---------------------------------------------------------------------------------------------------------

ALTER TABLE video_job_events ADD COLUMN start_id TEXT NOT NULL DEFAULT '';

INSERT INTO videojobs_migrations (number, name) VALUES (3, '0003_add_probes_and_limits') ON CONFLICT DO NOTHING;

COMMIT;
