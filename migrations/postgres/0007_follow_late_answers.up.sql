-- VideoJobs 0007: an operation that is known after all is followed, whatever happened to its clip meanwhile.

BEGIN;

SET LOCAL lock_timeout = '5s';

-- A clip that was planned again over a lost answer runs when that answer is found before its next start.
INSERT INTO video_clip_edges (from_state, to_state) VALUES ('planned', 'running');

-- A clip that was planned again kept the time of its earlier operation's last answer: its next operation could be given
-- up for silence at its first poll.
UPDATE video_clips SET last_answer_at = NULL
 WHERE state IN ('planned', 'starting', 'running') AND last_answer_at < coalesce(accepted_at, clock_timestamp());

-- Accepted starts whose cost is not known yet: those that lost their clip to a later start are asked for by it.
CREATE INDEX video_starts_unsettled ON video_starts (provider, outcome_at)
  WHERE outcome = 'accepted' AND settled IS NULL;

INSERT INTO videojobs_migrations (number, name) VALUES (7, '0007_follow_late_answers') ON CONFLICT DO NOTHING;

COMMIT;
