-- VideoJobs 0008: Postgres and SQLite refuse the same: what one of them let through so far, the other did not.

BEGIN;

SET LOCAL lock_timeout = '5s';

ALTER TABLE video_jobs
  ADD CONSTRAINT video_jobs_placeholder_completes CHECK (status = 'completed' OR NOT video_is_placeholder);

ALTER TABLE video_clips
  ADD CONSTRAINT video_clips_counts CHECK (clip >= 0 AND attempts >= 0 AND polls >= 0 AND troubles >= 0),
  ADD CONSTRAINT video_clips_stored_hashed CHECK (stored_sha256 ~ '^[0-9a-f]{64}$');

ALTER TABLE video_starts
  ADD CONSTRAINT video_starts_attempt_counts CHECK (attempt >= 1);

ALTER TABLE video_job_events
  ADD CONSTRAINT video_job_events_seq_counts CHECK (seq >= 1);

ALTER TABLE video_requests
  ADD CONSTRAINT video_requests_named CHECK (request_id <> '');

ALTER TABLE video_lanes
  ADD CONSTRAINT video_lanes_reason_known CHECK (
    reason IN ('QUOTA', 'OVERLOADED', 'BAD_KEY', 'BILLING', 'MODEL_UNAVAILABLE', 'SPENDING_CAP'));

-- Evidence is written before the call, and what became of it afterwards.
CREATE FUNCTION video_starts_refuse_born_ended() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'video_starts: a start is recorded before its outcome' USING ERRCODE = 'check_violation';
END $$;

CREATE TRIGGER video_starts_begin_open BEFORE INSERT ON video_starts
  FOR EACH ROW WHEN (NEW.outcome <> 'open' OR NEW.settled IS NOT NULL)
  EXECUTE FUNCTION video_starts_refuse_born_ended();

-- 0002 keeps the operation's name; when, how and in which words the provider answered is evidence as well.
CREATE FUNCTION video_starts_refuse_other_answer() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'video_starts: the answer to a start is evidence and cannot change'
    USING ERRCODE = 'check_violation';
END $$;

CREATE TRIGGER video_starts_answer_fixed BEFORE UPDATE ON video_starts
  FOR EACH ROW WHEN (OLD.outcome <> 'open' AND NEW.outcome = OLD.outcome
                     AND (OLD.outcome_at, OLD.http_status, OLD.detail)
                         IS DISTINCT FROM (NEW.outcome_at, NEW.http_status, NEW.detail))
  EXECUTE FUNCTION video_starts_refuse_other_answer();

INSERT INTO videojobs_migrations (number, name) VALUES (8, '0008_refuse_the_same') ON CONFLICT DO NOTHING;

COMMIT;
