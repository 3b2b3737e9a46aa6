-- VideoJobs on SQLite, 0005: an operation that is known after all is followed, whatever happened to its clip meanwhile.
--
-- sqlite3 -bail FILE < 0005_follow_late_answers.up.sql

BEGIN IMMEDIATE;

-- A clip that was planned again over a lost answer runs when that answer is found before its next start.
INSERT INTO video_clip_edges (from_state, to_state) VALUES ('planned', 'running');

-- Accepted starts whose cost is not known yet: those that lost their clip to a later start are asked for by it.
CREATE INDEX video_starts_unsettled ON video_starts (provider, outcome_at)
  WHERE outcome = 'accepted' AND settled IS NULL;

INSERT INTO videojobs_migrations (number, name) VALUES (5, '0005_follow_late_answers') ON CONFLICT DO NOTHING;

COMMIT;
