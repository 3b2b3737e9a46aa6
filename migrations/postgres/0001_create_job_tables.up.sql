-- VideoJobs 0001: jobs, their clips, the evidence of every paid start, and what coordinates the replicas.
--
-- Runs as it is: psql -v ON_ERROR_STOP=1 -f FILE, the Supabase CLI, or `videojobs migrate`; all three record what they
-- did in videojobs_migrations. An applied file is never edited.
--
-- All money is in micro-dollars (1,000,000 is one dollar). `tenant` is '' as long as one database serves one tenant.

BEGIN;

-- A migration must not make the web app wait behind it.
SET LOCAL lock_timeout = '5s';

CREATE TABLE videojobs_migrations (
  number     integer PRIMARY KEY,
  name       text NOT NULL,
  applied_at timestamptz NOT NULL DEFAULT clock_timestamp()
);

-- One video to make for one response.
CREATE TABLE video_jobs (
  id                   text PRIMARY KEY,
  tenant               text NOT NULL DEFAULT '',
  mock                 boolean NOT NULL DEFAULT false,
  escalation_id        text NOT NULL DEFAULT '',
  -- The web app's key is a uuid; any other id is only a label. Lower case alone, so that one row has one spelling.
  escalation_uuid      uuid GENERATED ALWAYS AS (
    CASE WHEN escalation_id ~ '^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$'
         THEN escalation_id::uuid END) STORED,
  adopted              boolean NOT NULL DEFAULT false,
  status               text NOT NULL,
  reason               text NOT NULL DEFAULT '',
  detail               text NOT NULL DEFAULT '',
  stop_requested       text NOT NULL DEFAULT '',
  response_text        text NOT NULL,
  response_sha256      text NOT NULL,
  response_changed     boolean NOT NULL DEFAULT false,
  student_name         text NOT NULL DEFAULT '',
  category             text NOT NULL DEFAULT '',
  course_name          text NOT NULL DEFAULT '',
  model                text NOT NULL,
  duration_seconds     integer NOT NULL DEFAULT 6,
  aspect_ratio         text NOT NULL DEFAULT '16:9',
  resolution           text NOT NULL DEFAULT '720p',
  negative_prompt      text NOT NULL DEFAULT '',
  seed                 bigint,
  max_scenes           integer NOT NULL DEFAULT 1,
  provider             text NOT NULL,
  location             text NOT NULL DEFAULT '',
  created_at           timestamptz NOT NULL DEFAULT clock_timestamp(),
  updated_at           timestamptz NOT NULL DEFAULT clock_timestamp(),
  pending_since        timestamptz NOT NULL DEFAULT clock_timestamp(),
  finished_at          timestamptz,
  due_at               timestamptz,
  lease_token          text NOT NULL DEFAULT '',
  lease_until          timestamptz,
  video_url            text NOT NULL DEFAULT '',
  video_is_placeholder boolean NOT NULL DEFAULT false,
  -- Its row of the web app existed when the job came: when it no longer does, the app deleted it.
  escalation_known     boolean NOT NULL DEFAULT false,
  -- What the web app's row was last made to show; NULL before the first time.
  mirrored_status      text,
  CONSTRAINT video_jobs_status_known CHECK (status IN ('pending', 'processing', 'completed', 'failed')),
  CONSTRAINT video_jobs_finished_has_time CHECK ((status IN ('completed', 'failed')) = (finished_at IS NOT NULL)),
  CONSTRAINT video_jobs_failed_has_reason CHECK ((status = 'failed') = (reason <> '')),
  CONSTRAINT video_jobs_completed_has_url CHECK ((status = 'completed') = (video_url <> '')),
  CONSTRAINT video_jobs_lease_has_end CHECK ((lease_token <> '') = (lease_until IS NOT NULL)),
  CONSTRAINT video_jobs_stop_known CHECK (stop_requested IN ('', 'CANCELLED', 'ESCALATION_GONE')),
  CONSTRAINT video_jobs_response_hashed CHECK (response_sha256 ~ '^[0-9a-f]{64}$')
);

-- Claims walk this one: only jobs with work ahead are in it, so finished ones cost nothing however many there are.
CREATE INDEX video_jobs_due ON video_jobs (tenant, mock, due_at, id) WHERE due_at IS NOT NULL;

-- Two callers, or a caller and an adoption, may race for one escalation: one of them wins here.
CREATE UNIQUE INDEX video_jobs_one_unfinished ON video_jobs (tenant, mock, escalation_id)
  WHERE escalation_id <> '' AND status IN ('pending', 'processing');

-- The newest job of an escalation, for GetStatus, adoption and the mirror.
CREATE INDEX video_jobs_of_escalation ON video_jobs (tenant, mock, escalation_id, created_at DESC, id DESC)
  WHERE escalation_id <> '';

-- Pages of a listing: newest first, the id for jobs of one instant.
CREATE INDEX video_jobs_newest ON video_jobs (tenant, mock, created_at DESC, id DESC);

-- Scenes that the caller asked for, until they are written as the job's storyboard.
CREATE TABLE video_asked_scenes (
  job_id           text NOT NULL REFERENCES video_jobs (id),
  scene            integer NOT NULL,
  prompt           text NOT NULL,
  duration_seconds integer NOT NULL,
  PRIMARY KEY (job_id, scene)
);

-- One scene of a job on its way from plan to stored video.
CREATE TABLE video_clips (
  job_id            text NOT NULL REFERENCES video_jobs (id),
  clip              integer NOT NULL,
  state             text NOT NULL,
  reason            text NOT NULL DEFAULT '',
  detail            text NOT NULL DEFAULT '',
  prompt            text NOT NULL DEFAULT '',
  duration_seconds  integer NOT NULL DEFAULT 6,
  object_stem       text NOT NULL DEFAULT '',
  start_id          text NOT NULL DEFAULT '',
  start_lease_token text NOT NULL DEFAULT '',
  attempts          integer NOT NULL DEFAULT 0,
  operation_name    text NOT NULL DEFAULT '',
  accepted_at       timestamptz,
  next_poll_at      timestamptz,
  last_answer_at    timestamptz,
  done_at           timestamptz,
  polls             integer NOT NULL DEFAULT 0,
  troubles          integer NOT NULL DEFAULT 0,
  result            text NOT NULL DEFAULT '',
  stored_object     text,
  stored_bytes      bigint,
  stored_sha256     text,
  stored_micros     bigint,
  PRIMARY KEY (job_id, clip),
  CONSTRAINT video_clips_state_known CHECK (
    state IN ('planned', 'starting', 'running', 'unknown', 'refused', 'ready', 'stored', 'failed')),
  CONSTRAINT video_clips_reason_of_end CHECK (reason = '' OR state IN ('unknown', 'refused', 'failed')),
  CONSTRAINT video_clips_accepted_has_operation CHECK ((accepted_at IS NOT NULL) = (operation_name <> '')),
  CONSTRAINT video_clips_running_has_operation CHECK (state <> 'running' OR operation_name <> ''),
  CONSTRAINT video_clips_stored_has_object CHECK ((state = 'stored') = (stored_object IS NOT NULL)),
  CONSTRAINT video_clips_stored_whole CHECK (
    num_nulls(stored_object, stored_bytes, stored_sha256, stored_micros) IN (0, 4))
);

-- "Nobody else has this operation", when a row of the web app is adopted.
CREATE INDEX video_clips_operation ON video_clips (operation_name) WHERE operation_name <> '';

-- The evidence of every paid call: written before it goes out, never deleted.
CREATE TABLE video_starts (
  start_id       text PRIMARY KEY,
  tenant         text NOT NULL DEFAULT '',
  mock           boolean NOT NULL DEFAULT false,
  job_id         text NOT NULL,
  clip           integer NOT NULL,
  attempt        integer NOT NULL,
  lease_token    text NOT NULL,
  provider       text NOT NULL,
  model          text NOT NULL,
  location       text NOT NULL DEFAULT '',
  price          bigint NOT NULL,
  intended_at    timestamptz NOT NULL DEFAULT clock_timestamp(),
  outcome        text NOT NULL DEFAULT 'open',
  outcome_at     timestamptz,
  operation_name text NOT NULL DEFAULT '',
  http_status    integer NOT NULL DEFAULT 0,
  detail         text NOT NULL DEFAULT '',
  settled        bigint,
  FOREIGN KEY (job_id, clip) REFERENCES video_clips (job_id, clip),
  UNIQUE (job_id, clip, attempt),
  CONSTRAINT video_starts_outcome_known CHECK (outcome IN ('open', 'accepted', 'refused', 'unknown')),
  CONSTRAINT video_starts_outcome_has_time CHECK ((outcome = 'open') = (outcome_at IS NULL)),
  CONSTRAINT video_starts_accepted_has_operation CHECK ((outcome = 'accepted') = (operation_name <> '')),
  CONSTRAINT video_starts_money_not_negative CHECK (price >= 0 AND (settled IS NULL OR settled >= 0))
);

-- The last line of defence against paying twice: a clip never has two starts under way.
CREATE UNIQUE INDEX video_starts_one_open ON video_starts (job_id, clip) WHERE outcome = 'open';

-- Spending caps sum a day, or everything, from this index alone.
CREATE INDEX video_starts_spent ON video_starts (tenant, mock, intended_at) INCLUDE (outcome, price, settled);

-- One row per tenant and mode, locked by every intent: spending is counted by one replica at a time.
CREATE TABLE video_spending (
  tenant text NOT NULL DEFAULT '',
  mock   boolean NOT NULL,
  PRIMARY KEY (tenant, mock)
);
INSERT INTO video_spending (mock) VALUES (false), (true);

-- What happened to a job, in order. `seq` is given under the job's row lock. No prompts, no texts.
CREATE TABLE video_job_events (
  job_id     text NOT NULL REFERENCES video_jobs (id),
  seq        integer NOT NULL,
  at         timestamptz NOT NULL DEFAULT clock_timestamp(),
  clip       integer,
  event      text NOT NULL,
  from_state text NOT NULL DEFAULT '',
  to_state   text NOT NULL DEFAULT '',
  reason     text NOT NULL DEFAULT '',
  detail     text NOT NULL DEFAULT '',
  start_id   text NOT NULL DEFAULT '',
  PRIMARY KEY (job_id, seq)
);

-- What each request_id made, so that a repeated request gives the same jobs.
CREATE TABLE video_requests (
  tenant      text NOT NULL DEFAULT '',
  mock        boolean NOT NULL DEFAULT false,
  request_id  text NOT NULL,
  fingerprint text NOT NULL,
  job_ids     text[] NOT NULL,
  created_at  timestamptz NOT NULL DEFAULT clock_timestamp(),
  PRIMARY KEY (tenant, mock, request_id)
);

-- The lanes that are closed, or were.
CREATE TABLE video_lanes (
  tenant       text NOT NULL DEFAULT '',
  mock         boolean NOT NULL DEFAULT false,
  provider     text NOT NULL,
  model        text NOT NULL,
  reason       text NOT NULL,
  detail       text NOT NULL DEFAULT '',
  closed_until timestamptz NOT NULL,
  PRIMARY KEY (tenant, mock, provider, model)
);

INSERT INTO videojobs_migrations (number, name) VALUES (1, '0001_create_job_tables') ON CONFLICT DO NOTHING;

COMMIT;
