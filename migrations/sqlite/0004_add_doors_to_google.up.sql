-- VideoJobs on SQLite, 0004: what Veo on Vertex AI can be asked for beyond the other doors, and a quick way to the
-- starts that may be healed by evidence.
--
-- sqlite3 -bail FILE < 0004_add_doors_to_google.up.sql

BEGIN IMMEDIATE;

-- Empty and null: the model's own default.
ALTER TABLE video_jobs ADD COLUMN person_generation TEXT NOT NULL DEFAULT '';
ALTER TABLE video_jobs ADD COLUMN generate_audio INTEGER CHECK (generate_audio IN (0, 1));

-- Starts in doubt are few; those whose door keeps evidence under their own id are looked for again and again.
CREATE INDEX video_starts_in_doubt ON video_starts (provider, intended_at) WHERE outcome = 'unknown';

INSERT INTO videojobs_migrations (number, name) VALUES (4, '0004_add_doors_to_google') ON CONFLICT DO NOTHING;

COMMIT;
