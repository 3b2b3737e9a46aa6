-- VideoJobs 0004, undone. Rights that were revoked stay revoked: nobody is meant to get them back by going back.

BEGIN;

SET LOCAL lock_timeout = '5s';

ALTER TABLE video_jobs DISABLE ROW LEVEL SECURITY;
ALTER TABLE video_asked_scenes DISABLE ROW LEVEL SECURITY;
ALTER TABLE video_clips DISABLE ROW LEVEL SECURITY;
ALTER TABLE video_starts DISABLE ROW LEVEL SECURITY;
ALTER TABLE video_spending DISABLE ROW LEVEL SECURITY;
ALTER TABLE video_job_events DISABLE ROW LEVEL SECURITY;
ALTER TABLE video_requests DISABLE ROW LEVEL SECURITY;
ALTER TABLE video_lanes DISABLE ROW LEVEL SECURITY;
ALTER TABLE video_job_edges DISABLE ROW LEVEL SECURITY;
ALTER TABLE video_clip_edges DISABLE ROW LEVEL SECURITY;
ALTER TABLE video_escalation_backlog DISABLE ROW LEVEL SECURITY;
ALTER TABLE videojobs_migrations DISABLE ROW LEVEL SECURITY;

DELETE FROM videojobs_migrations WHERE number = 4;

COMMIT;
