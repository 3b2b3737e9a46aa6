-- VideoJobs 0003: what the web app's table needs, where it is there: the four columns that the app reads, and a list of
-- the answers that were already waiting. Adds only what is missing; never drops or rewrites what the app owns.

BEGIN;

SET LOCAL lock_timeout = '5s';

-- Answers that were waiting when VideoJobs came: VIDEOJOBS_ADOPT=new leaves them alone as long as they read the same.
-- 5,000 old answers would cost $12,000.
CREATE TABLE video_escalation_backlog (
  tenant          text NOT NULL DEFAULT '',
  mock            boolean NOT NULL,
  escalation_id   uuid NOT NULL,
  response_sha256 text NOT NULL,
  PRIMARY KEY (tenant, mock, escalation_id)
);

DO $$
DECLARE
  app_table regclass := to_regclass('escalations');
  missing   integer;
BEGIN
  IF app_table IS NULL THEN RETURN; END IF;

  -- ALTER TABLE is for the owner only, so it is not tried where the app's own migrations 010 and 012 have run.
  SELECT 4 - count(*) INTO missing FROM pg_attribute
   WHERE attrelid = app_table AND NOT attisdropped
     AND attname IN ('video_url', 'video_generated_at', 'video_generation_status', 'video_job_id');
  IF missing > 0 THEN
    ALTER TABLE escalations
      ADD COLUMN IF NOT EXISTS video_url text,
      ADD COLUMN IF NOT EXISTS video_generated_at timestamptz,
      ADD COLUMN IF NOT EXISTS video_generation_status text DEFAULT 'pending'
        CHECK (video_generation_status IN ('pending', 'processing', 'completed', 'failed')),
      ADD COLUMN IF NOT EXISTS video_job_id text;
  END IF;

  INSERT INTO video_escalation_backlog (mock, escalation_id, response_sha256)
  SELECT mode.mock, e.id, encode(sha256(convert_to(e.response, 'UTF8')), 'hex')
    FROM escalations e CROSS JOIN (VALUES (false), (true)) AS mode (mock)
   WHERE e.video_generation_status = 'pending' AND e.response ~ '[^[:space:]]';
END $$;

INSERT INTO videojobs_migrations (number, name) VALUES (3, '0003_connect_escalations') ON CONFLICT DO NOTHING;

COMMIT;
