-- VideoJobs 0001, undone: all jobs and the evidence of what was paid for are gone with it.

BEGIN;

SET LOCAL lock_timeout = '5s';

DROP TABLE video_lanes, video_requests, video_job_events, video_spending, video_starts, video_clips,
  video_asked_scenes, video_jobs;
DROP TABLE videojobs_migrations;

COMMIT;
