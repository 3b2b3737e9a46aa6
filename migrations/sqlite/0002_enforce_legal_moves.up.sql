-- VideoJobs on SQLite, 0002: the database itself refuses illegal moves and changed evidence, whoever writes.
--
-- sqlite3 -bail FILE < 0002_enforce_legal_moves.up.sql
-- The edges are those of statemachine/job_machine.h and clip_machine.h; a test compares them. '' stands for "not stored yet".

BEGIN IMMEDIATE;

-- ---- Legal edges ----------------------------------------------------------------------------------------------------

CREATE TABLE video_job_edges (
  from_state TEXT NOT NULL,
  to_state   TEXT NOT NULL,
  PRIMARY KEY (from_state, to_state)
) STRICT, WITHOUT ROWID;

INSERT INTO video_job_edges (from_state, to_state) VALUES
  ('',           'pending'),
  ('',           'processing'),
  ('',           'failed'),
  ('pending',    'processing'),
  ('pending',    'failed'),
  ('processing', 'completed'),
  ('processing', 'failed'),
  ('failed',     'pending'),
  ('failed',     'processing');

CREATE TABLE video_clip_edges (
  from_state TEXT NOT NULL,
  to_state   TEXT NOT NULL,
  PRIMARY KEY (from_state, to_state)
) STRICT, WITHOUT ROWID;

INSERT INTO video_clip_edges (from_state, to_state) VALUES
  ('',         'planned'),
  ('',         'running'),
  ('',         'unknown'),
  ('planned',  'starting'),
  ('planned',  'failed'),
  ('starting', 'running'),
  ('starting', 'planned'),
  ('starting', 'refused'),
  ('starting', 'unknown'),
  ('starting', 'ready'),
  ('running',  'ready'),
  ('running',  'failed'),
  ('unknown',  'running'),
  ('unknown',  'refused'),
  ('unknown',  'ready'),
  ('unknown',  'planned'),
  ('refused',  'planned'),
  ('ready',    'stored'),
  ('ready',    'failed'),
  ('failed',   'planned');

CREATE TRIGGER video_jobs_insert_is_legal BEFORE INSERT ON video_jobs
WHEN NOT EXISTS (SELECT 1 FROM video_job_edges WHERE from_state = '' AND to_state = NEW.status)
BEGIN
  SELECT RAISE(ABORT, 'illegal move: a job does not begin in this status (video_job_edges lists the legal ones)');
END;

CREATE TRIGGER video_jobs_move_is_legal BEFORE UPDATE OF status ON video_jobs
WHEN NEW.status <> OLD.status
 AND NOT EXISTS (SELECT 1 FROM video_job_edges WHERE from_state = OLD.status AND to_state = NEW.status)
BEGIN
  SELECT RAISE(ABORT, 'illegal move of a job (video_job_edges lists the legal ones)');
END;

CREATE TRIGGER video_clips_insert_is_legal BEFORE INSERT ON video_clips
WHEN NOT EXISTS (SELECT 1 FROM video_clip_edges WHERE from_state = '' AND to_state = NEW.state)
BEGIN
  SELECT RAISE(ABORT, 'illegal move: a clip does not begin in this state (video_clip_edges lists the legal ones)');
END;

CREATE TRIGGER video_clips_move_is_legal BEFORE UPDATE OF state ON video_clips
WHEN NEW.state <> OLD.state
 AND NOT EXISTS (SELECT 1 FROM video_clip_edges WHERE from_state = OLD.state AND to_state = NEW.state)
BEGIN
  SELECT RAISE(ABORT, 'illegal move of a clip (video_clip_edges lists the legal ones)');
END;

-- ---- Evidence: starts are never forgotten, and only an open or unknown outcome becomes another ----------------------

CREATE TRIGGER video_starts_begin_open BEFORE INSERT ON video_starts
WHEN NEW.outcome <> 'open'
BEGIN
  SELECT RAISE(ABORT, 'evidence: a start is recorded before its outcome');
END;

-- INSERT OR REPLACE deletes without firing delete triggers.
CREATE TRIGGER video_starts_are_not_replaced BEFORE INSERT ON video_starts
WHEN EXISTS (SELECT 1 FROM video_starts WHERE start_id = NEW.start_id
                                           OR (job_id = NEW.job_id AND clip = NEW.clip AND attempt = NEW.attempt))
BEGIN
  SELECT RAISE(ABORT, 'evidence: this start is recorded already');
END;

CREATE TRIGGER video_starts_are_kept BEFORE DELETE ON video_starts
BEGIN
  SELECT RAISE(ABORT, 'evidence: a start is never deleted');
END;

CREATE TRIGGER video_starts_intents_are_fixed
BEFORE UPDATE OF start_id, tenant, mock, job_id, clip, attempt, lease_token, provider, model, location, price,
                 intended_at ON video_starts
BEGIN
  SELECT RAISE(ABORT, 'evidence: what a start intended does not change');
END;

CREATE TRIGGER video_starts_outcomes_are_fixed
BEFORE UPDATE OF outcome, outcome_at, operation_name, lane_reason, http_status ON video_starts
WHEN NOT (OLD.outcome = 'open' OR (OLD.outcome = 'unknown' AND NEW.outcome IN ('accepted', 'refused')))
BEGIN
  SELECT RAISE(ABORT, 'evidence: only an open or unknown outcome becomes another');
END;

-- ---- Events are appended, nothing else ------------------------------------------------------------------------------

CREATE TRIGGER video_job_events_are_not_replaced BEFORE INSERT ON video_job_events
WHEN EXISTS (SELECT 1 FROM video_job_events WHERE job_id = NEW.job_id AND seq = NEW.seq)
BEGIN
  SELECT RAISE(ABORT, 'events are only appended');
END;

CREATE TRIGGER video_job_events_are_not_changed BEFORE UPDATE ON video_job_events
BEGIN
  SELECT RAISE(ABORT, 'events are only appended');
END;

CREATE TRIGGER video_job_events_are_kept BEFORE DELETE ON video_job_events
BEGIN
  SELECT RAISE(ABORT, 'events are only appended');
END;

INSERT INTO videojobs_migrations (number, name) VALUES (2, '0002_enforce_legal_moves') ON CONFLICT DO NOTHING;

COMMIT;
