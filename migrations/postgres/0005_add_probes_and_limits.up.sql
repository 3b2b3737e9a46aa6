-- VideoJobs 0005: what a closed lane needs to be opened again by one probe in place of a stampede, and what the limits
-- over all replicas count by.

BEGIN;

SET LOCAL lock_timeout = '5s';

-- A row is a lane that is not open. Until `closed_until` nothing goes through. Then one start does, as a probe, for as
-- long as it is open under a live lease; a lane that was closed for the key or the model takes a free check before that.
ALTER TABLE video_lanes
  ADD COLUMN closures       integer NOT NULL DEFAULT 1,      -- in a row, without an accepted start in between
  ADD COLUMN checked        boolean NOT NULL DEFAULT false,  -- the free check has passed since it was closed last
  ADD COLUMN check_token    text NOT NULL DEFAULT '',        -- who makes the free check, and until when it is theirs
  ADD COLUMN check_until    timestamptz,
  ADD COLUMN probe_start_id text NOT NULL DEFAULT '',        -- the latest start that was let through as a probe
  ADD CONSTRAINT video_lanes_closed_once CHECK (closures >= 1),
  ADD CONSTRAINT video_lanes_check_has_end CHECK ((check_token <> '') = (check_until IS NOT NULL));

-- VIDEOJOBS_MAX_CONCURRENT_OPERATIONS counts these before every paid call.
CREATE INDEX video_clips_under_way ON video_clips (job_id) WHERE state IN ('starting', 'running');

-- "Nobody has this operation", when candidates for a lost start are shown.
CREATE INDEX video_starts_operation ON video_starts (operation_name) WHERE operation_name <> '';

-- The leases that end next: a dead replica's jobs are found by them.
CREATE INDEX video_jobs_leased ON video_jobs (tenant, mock, lease_until) WHERE lease_until IS NOT NULL;

INSERT INTO videojobs_migrations (number, name) VALUES (5, '0005_add_probes_and_limits') ON CONFLICT DO NOTHING;

COMMIT;
