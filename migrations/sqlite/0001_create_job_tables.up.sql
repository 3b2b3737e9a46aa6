-- VideoJobs on SQLite, 0001: jobs, clips, the ledger of starts, events, requests, lanes.
--
-- Runs through `videojobs migrate` and the server's start, and by itself: sqlite3 -bail FILE < 0001_create_job_tables.up.sql
-- Never edited once released: a change is a new file.
--
-- Times are whole microseconds since 1970-01-01 UTC, money is whole micro-dollars, flags are 0 and 1.
-- Names that callers choose are unique per tenant, and for mock and real jobs apart.

BEGIN IMMEDIATE;

-- ---- Migrations -----------------------------------------------------------------------------------------------------

CREATE TABLE IF NOT EXISTS videojobs_migrations (
  number     INTEGER PRIMARY KEY,
  name       TEXT NOT NULL,
  applied_at TEXT NOT NULL DEFAULT CURRENT_TIMESTAMP
) STRICT;

-- ---- Jobs -----------------------------------------------------------------------------------------------------------

CREATE TABLE video_jobs (
  id                   TEXT PRIMARY KEY NOT NULL,
  tenant               TEXT NOT NULL DEFAULT '',
  mock                 INTEGER NOT NULL DEFAULT 0 CHECK (mock IN (0, 1)),
  escalation_id        TEXT CHECK (escalation_id <> ''),
  status               TEXT NOT NULL CHECK (status IN ('pending', 'processing', 'completed', 'failed')),
  reason               TEXT NOT NULL DEFAULT '',
  detail               TEXT NOT NULL DEFAULT '',
  stop_requested       TEXT NOT NULL DEFAULT '' CHECK (stop_requested IN ('', 'CANCELLED', 'ESCALATION_GONE')),
  response_text        TEXT NOT NULL CHECK (instr(response_text, char(0)) = 0),
  response_sha256      TEXT NOT NULL CHECK (length(response_sha256) = 64),
  student_name         TEXT NOT NULL DEFAULT '',
  category             TEXT NOT NULL DEFAULT '',
  course_name          TEXT NOT NULL DEFAULT '',
  provider             TEXT NOT NULL,
  location             TEXT NOT NULL DEFAULT '',
  model                TEXT NOT NULL,
  duration_seconds     INTEGER NOT NULL DEFAULT 6,
  aspect_ratio         TEXT NOT NULL DEFAULT '16:9',
  resolution           TEXT NOT NULL DEFAULT '720p',
  negative_prompt      TEXT NOT NULL DEFAULT '',
  seed                 INTEGER,
  max_scenes           INTEGER NOT NULL DEFAULT 1,
  created_at           INTEGER NOT NULL,
  updated_at           INTEGER NOT NULL,
  pending_since        INTEGER NOT NULL,
  finished_at          INTEGER,
  due_at               INTEGER,
  lease_token          TEXT,
  lease_until          INTEGER,
  video_url            TEXT NOT NULL DEFAULT '',
  video_is_placeholder INTEGER NOT NULL DEFAULT 0 CHECK (video_is_placeholder IN (0, 1)),
  CHECK ((status IN ('completed', 'failed')) = (finished_at IS NOT NULL)),
  CHECK ((status = 'failed') = (reason <> '')),
  CHECK ((lease_token IS NULL) = (lease_until IS NULL)),
  CHECK (status = 'completed' OR (video_url = '' AND video_is_placeholder = 0))
) STRICT;

-- At most one unfinished job per escalation, whoever inserts.
CREATE UNIQUE INDEX video_jobs_one_unfinished ON video_jobs (tenant, mock, escalation_id)
  WHERE status IN ('pending', 'processing');
-- Claims read the longest due first. Finished jobs, nearly all of them, are not in it.
CREATE INDEX video_jobs_due ON video_jobs (tenant, mock, due_at, id) WHERE due_at IS NOT NULL;
-- The newest job of an escalation.
CREATE INDEX video_jobs_of_escalation ON video_jobs (tenant, mock, escalation_id, created_at, id)
  WHERE escalation_id IS NOT NULL;
-- Pages of a listing, newest first.
CREATE INDEX video_jobs_newest ON video_jobs (tenant, mock, created_at, id);

-- Scenes that the caller wrote; none: the storyboarder writes them.
CREATE TABLE video_asked_scenes (
  job_id           TEXT NOT NULL REFERENCES video_jobs (id),
  scene            INTEGER NOT NULL CHECK (scene >= 0),
  prompt           TEXT NOT NULL,
  duration_seconds INTEGER NOT NULL,
  PRIMARY KEY (job_id, scene)
) STRICT, WITHOUT ROWID;

-- ---- Clips ----------------------------------------------------------------------------------------------------------

CREATE TABLE video_clips (
  job_id           TEXT NOT NULL REFERENCES video_jobs (id),
  clip             INTEGER NOT NULL CHECK (clip >= 0),
  state            TEXT NOT NULL CHECK (state IN ('planned', 'starting', 'running', 'unknown', 'refused', 'ready',
                                                  'stored', 'failed')),
  reason           TEXT NOT NULL DEFAULT '',
  detail           TEXT NOT NULL DEFAULT '',
  prompt           TEXT NOT NULL,
  duration_seconds INTEGER NOT NULL,
  object_stem      TEXT NOT NULL,
  start_id         TEXT,
  attempts         INTEGER NOT NULL DEFAULT 0 CHECK (attempts >= 0),
  operation_name   TEXT NOT NULL DEFAULT '',
  accepted_at      INTEGER,
  next_poll_at     INTEGER,
  last_answer_at   INTEGER,
  done_at          INTEGER,
  polls            INTEGER NOT NULL DEFAULT 0 CHECK (polls >= 0),
  troubles         INTEGER NOT NULL DEFAULT 0 CHECK (troubles >= 0),
  result           TEXT NOT NULL DEFAULT '',
  stored_object    TEXT,
  stored_bytes     INTEGER,
  stored_sha256    TEXT CHECK (length(stored_sha256) = 64),
  stored_duration  INTEGER,  -- microseconds
  PRIMARY KEY (job_id, clip),
  CHECK (state <> 'running' OR operation_name <> ''),
  CHECK (state IN ('unknown', 'refused', 'failed') OR reason = ''),
  CHECK ((state = 'stored') = (stored_object IS NOT NULL)),
  CHECK ((stored_object IS NULL) = (stored_bytes IS NULL)),
  CHECK ((stored_object IS NULL) = (stored_sha256 IS NULL)),
  CHECK ((stored_object IS NULL) = (stored_duration IS NULL))
) STRICT, WITHOUT ROWID;

-- ---- The ledger of starts: evidence of every paid call --------------------------------------------------------------

CREATE TABLE video_starts (
  start_id       TEXT PRIMARY KEY NOT NULL,
  tenant         TEXT NOT NULL DEFAULT '',
  mock           INTEGER NOT NULL CHECK (mock IN (0, 1)),
  job_id         TEXT NOT NULL REFERENCES video_jobs (id),
  clip           INTEGER NOT NULL,
  attempt        INTEGER NOT NULL CHECK (attempt >= 1),  -- counts every call for the clip
  lease_token    TEXT NOT NULL,
  provider       TEXT NOT NULL,
  model          TEXT NOT NULL,
  location       TEXT NOT NULL DEFAULT '',
  price          INTEGER NOT NULL CHECK (price >= 0),
  intended_at    INTEGER NOT NULL,
  outcome        TEXT NOT NULL DEFAULT 'open' CHECK (outcome IN ('open', 'accepted', 'refused', 'unknown')),
  outcome_at     INTEGER,
  operation_name TEXT NOT NULL DEFAULT '',
  lane_reason    TEXT NOT NULL DEFAULT '',
  http_status    INTEGER NOT NULL DEFAULT 0,
  detail         TEXT NOT NULL DEFAULT '',
  settled        INTEGER CHECK (settled >= 0),
  UNIQUE (job_id, clip, attempt),
  FOREIGN KEY (job_id, clip) REFERENCES video_clips (job_id, clip),
  CHECK ((outcome = 'open') = (outcome_at IS NULL)),
  CHECK ((outcome = 'accepted') = (operation_name <> '')),
  CHECK (outcome = 'refused' OR lane_reason = '')
) STRICT;

-- What was spent on a UTC day: summed before every paid call, from the index alone.
CREATE INDEX video_starts_spent ON video_starts (tenant, mock, intended_at, outcome, price, settled);

-- ---- Events: what happened to a job, in order. No prompts, no names of persons --------------------------------------

CREATE TABLE video_job_events (
  job_id     TEXT NOT NULL REFERENCES video_jobs (id),
  seq        INTEGER NOT NULL CHECK (seq >= 1),
  at         INTEGER NOT NULL,
  clip       INTEGER,  -- none: the job itself
  event      TEXT NOT NULL,
  from_state TEXT NOT NULL,
  to_state   TEXT NOT NULL,
  reason     TEXT NOT NULL DEFAULT '',
  detail     TEXT NOT NULL DEFAULT '',
  PRIMARY KEY (job_id, seq)
) STRICT, WITHOUT ROWID;

-- ---- Requests: what an earlier CreateJobs of the same request_id made -----------------------------------------------

CREATE TABLE video_requests (
  tenant      TEXT NOT NULL DEFAULT '',
  mock        INTEGER NOT NULL CHECK (mock IN (0, 1)),
  request_id  TEXT NOT NULL CHECK (request_id <> ''),
  fingerprint TEXT NOT NULL,
  created_at  INTEGER NOT NULL,
  PRIMARY KEY (tenant, mock, request_id)
) STRICT, WITHOUT ROWID;

CREATE TABLE video_request_jobs (
  tenant     TEXT NOT NULL DEFAULT '',
  mock       INTEGER NOT NULL,
  request_id TEXT NOT NULL,
  position   INTEGER NOT NULL CHECK (position >= 0),
  job_id     TEXT NOT NULL REFERENCES video_jobs (id),
  PRIMARY KEY (tenant, mock, request_id, position),
  FOREIGN KEY (tenant, mock, request_id) REFERENCES video_requests (tenant, mock, request_id)
) STRICT, WITHOUT ROWID;

-- ---- Lanes: closed gates in front of paid starts --------------------------------------------------------------------

CREATE TABLE video_lanes (
  tenant       TEXT NOT NULL DEFAULT '',
  mock         INTEGER NOT NULL CHECK (mock IN (0, 1)),
  provider     TEXT NOT NULL,
  model        TEXT NOT NULL,
  reason       TEXT NOT NULL CHECK (reason IN ('QUOTA', 'OVERLOADED', 'BAD_KEY', 'BILLING', 'MODEL_UNAVAILABLE',
                                               'SPENDING_CAP')),
  detail       TEXT NOT NULL DEFAULT '',
  closed_until INTEGER NOT NULL,
  PRIMARY KEY (tenant, mock, provider, model)
) STRICT, WITHOUT ROWID;

INSERT INTO videojobs_migrations (number, name) VALUES (1, '0001_create_job_tables') ON CONFLICT DO NOTHING;

COMMIT;
