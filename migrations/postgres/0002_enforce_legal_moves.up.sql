-- VideoJobs 0002: the database refuses illegal moves and rewritten evidence by itself, for raw SQL and for the owner of
-- the tables as well.

BEGIN;

SET LOCAL lock_timeout = '5s';

-- The legal edges. '' stands for "not stored yet". A test proves that they are those of statemachine/.
CREATE TABLE video_job_edges (
  from_state text NOT NULL,
  to_state   text NOT NULL,
  PRIMARY KEY (from_state, to_state)
);
INSERT INTO video_job_edges (from_state, to_state) VALUES
  ('', 'pending'), ('', 'processing'), ('', 'failed'),
  ('pending', 'processing'), ('pending', 'failed'),
  ('processing', 'completed'), ('processing', 'failed'),
  ('failed', 'pending'), ('failed', 'processing');

CREATE TABLE video_clip_edges (
  from_state text NOT NULL,
  to_state   text NOT NULL,
  PRIMARY KEY (from_state, to_state)
);
INSERT INTO video_clip_edges (from_state, to_state) VALUES
  ('', 'planned'), ('', 'running'), ('', 'unknown'),
  ('planned', 'starting'), ('planned', 'failed'),
  ('starting', 'running'), ('starting', 'planned'), ('starting', 'refused'), ('starting', 'unknown'),
  ('starting', 'ready'),
  ('running', 'ready'), ('running', 'failed'),
  ('unknown', 'running'), ('unknown', 'refused'), ('unknown', 'ready'), ('unknown', 'planned'),
  ('refused', 'planned'),
  ('ready', 'stored'), ('ready', 'failed'),
  ('failed', 'planned');

-- The functions keep the search_path of today: a session with another one still finds the edges.
CREATE FUNCTION video_jobs_refuse_illegal_move() RETURNS trigger LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
DECLARE
  before text := '';
BEGIN
  IF TG_OP = 'UPDATE' THEN before := OLD.status; END IF;
  IF NOT EXISTS (SELECT FROM video_job_edges WHERE from_state = before AND to_state = NEW.status) THEN
    RAISE EXCEPTION 'video_jobs: no legal move from "%" to "%"', before, NEW.status USING ERRCODE = 'check_violation';
  END IF;
  RETURN NEW;
END $$;

CREATE TRIGGER video_jobs_legal_insert BEFORE INSERT ON video_jobs
  FOR EACH ROW EXECUTE FUNCTION video_jobs_refuse_illegal_move();
CREATE TRIGGER video_jobs_legal_update BEFORE UPDATE ON video_jobs
  FOR EACH ROW WHEN (OLD.status IS DISTINCT FROM NEW.status) EXECUTE FUNCTION video_jobs_refuse_illegal_move();

CREATE FUNCTION video_clips_refuse_illegal_move() RETURNS trigger LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
DECLARE
  before text := '';
BEGIN
  IF TG_OP = 'UPDATE' THEN before := OLD.state; END IF;
  IF NOT EXISTS (SELECT FROM video_clip_edges WHERE from_state = before AND to_state = NEW.state) THEN
    RAISE EXCEPTION 'video_clips: no legal move from "%" to "%"', before, NEW.state USING ERRCODE = 'check_violation';
  END IF;
  RETURN NEW;
END $$;

CREATE TRIGGER video_clips_legal_insert BEFORE INSERT ON video_clips
  FOR EACH ROW EXECUTE FUNCTION video_clips_refuse_illegal_move();
CREATE TRIGGER video_clips_legal_update BEFORE UPDATE ON video_clips
  FOR EACH ROW WHEN (OLD.state IS DISTINCT FROM NEW.state) EXECUTE FUNCTION video_clips_refuse_illegal_move();

-- Evidence is not rewritten: an open outcome may become any, an unknown one accepted or refused, and what a start did
-- cost is settled once.
CREATE FUNCTION video_starts_keep_evidence() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF (OLD.start_id, OLD.tenant, OLD.mock, OLD.job_id, OLD.clip, OLD.attempt, OLD.lease_token, OLD.provider, OLD.model,
      OLD.location, OLD.price, OLD.intended_at)
     IS DISTINCT FROM
     (NEW.start_id, NEW.tenant, NEW.mock, NEW.job_id, NEW.clip, NEW.attempt, NEW.lease_token, NEW.provider, NEW.model,
      NEW.location, NEW.price, NEW.intended_at) THEN
    RAISE EXCEPTION 'video_starts: the intent of a start is evidence and cannot change'
      USING ERRCODE = 'check_violation';
  END IF;
  IF OLD.outcome <> NEW.outcome
     AND NOT (OLD.outcome = 'open' OR (OLD.outcome = 'unknown' AND NEW.outcome IN ('accepted', 'refused'))) THEN
    RAISE EXCEPTION 'video_starts: the outcome "%" cannot become "%"', OLD.outcome, NEW.outcome
      USING ERRCODE = 'check_violation';
  END IF;
  IF OLD.outcome = NEW.outcome AND OLD.operation_name <> NEW.operation_name THEN
    RAISE EXCEPTION 'video_starts: the operation of an accepted start cannot change' USING ERRCODE = 'check_violation';
  END IF;
  IF OLD.settled IS NOT NULL AND NEW.settled IS DISTINCT FROM OLD.settled THEN
    RAISE EXCEPTION 'video_starts: a start is settled once' USING ERRCODE = 'check_violation';
  END IF;
  RETURN NEW;
END $$;

CREATE TRIGGER video_starts_evidence BEFORE UPDATE ON video_starts
  FOR EACH ROW EXECUTE FUNCTION video_starts_keep_evidence();

CREATE FUNCTION videojobs_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION '% is append-only: % is refused', TG_TABLE_NAME, TG_OP USING ERRCODE = 'check_violation';
END $$;

CREATE TRIGGER video_starts_never_deleted BEFORE DELETE ON video_starts
  FOR EACH ROW EXECUTE FUNCTION videojobs_refuse_change();
CREATE TRIGGER video_starts_never_emptied BEFORE TRUNCATE ON video_starts
  FOR EACH STATEMENT EXECUTE FUNCTION videojobs_refuse_change();
CREATE TRIGGER video_job_events_append_only BEFORE UPDATE OR DELETE ON video_job_events
  FOR EACH ROW EXECUTE FUNCTION videojobs_refuse_change();
CREATE TRIGGER video_job_events_never_emptied BEFORE TRUNCATE ON video_job_events
  FOR EACH STATEMENT EXECUTE FUNCTION videojobs_refuse_change();

INSERT INTO videojobs_migrations (number, name) VALUES (2, '0002_enforce_legal_moves') ON CONFLICT DO NOTHING;

COMMIT;
