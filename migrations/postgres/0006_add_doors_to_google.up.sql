-- VideoJobs 0006: what Veo on Vertex AI can be asked for beyond the other doors, and a quick way to the starts that may
-- be healed by evidence.

BEGIN;

SET LOCAL lock_timeout = '5s';

-- Empty and null: the model's own default.
ALTER TABLE video_jobs
  ADD COLUMN person_generation text NOT NULL DEFAULT '',
  ADD COLUMN generate_audio    boolean;

-- Starts in doubt are few; those whose door keeps evidence under their own id are looked for again and again.
CREATE INDEX video_starts_in_doubt ON video_starts (provider, intended_at) WHERE outcome = 'unknown';

INSERT INTO videojobs_migrations (number, name) VALUES (6, '0006_add_doors_to_google') ON CONFLICT DO NOTHING;

COMMIT;
