-- VideoJobs on SQLite, 0006, undone.

BEGIN IMMEDIATE;

DROP TRIGGER video_starts_details_are_fixed;
DROP TRIGGER video_starts_begin_unsettled;
DROP TRIGGER video_lanes_check_has_end;
DROP TRIGGER video_lanes_check_has_end_at_first;
DROP TRIGGER video_clips_stored_hashed;
DROP TRIGGER video_clips_accepted_has_operation;
DROP TRIGGER video_clips_accepted_has_operation_at_first;
DROP TRIGGER video_jobs_response_hashed;
DROP TRIGGER video_jobs_response_hashed_at_first;
DROP TRIGGER video_jobs_completed_has_url;
DROP INDEX video_starts_one_open;

DELETE FROM videojobs_migrations WHERE number = 6;

COMMIT;
