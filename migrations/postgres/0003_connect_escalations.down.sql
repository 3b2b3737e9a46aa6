-- VideoJobs 0003, undone. The web app's table keeps its columns: it reads them.

BEGIN;

SET LOCAL lock_timeout = '5s';

DROP TABLE video_escalation_backlog;

DELETE FROM videojobs_migrations WHERE number = 3;

COMMIT;
