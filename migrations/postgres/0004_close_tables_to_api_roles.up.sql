-- VideoJobs 0004: our tables hold names and prompts. Supabase's PostgREST publishes every table of its schema that the
-- roles anon and authenticated may read, so: row-level security without a policy, and no rights for these roles.
-- VideoJobs connects as the owner of the tables, or as a role with BYPASSRLS.

BEGIN;

SET LOCAL lock_timeout = '5s';

DO $$
DECLARE
  our_table text;
  api_role  text;
BEGIN
  FOREACH our_table IN ARRAY ARRAY[
    'video_jobs', 'video_asked_scenes', 'video_clips', 'video_starts', 'video_spending', 'video_job_events',
    'video_requests', 'video_lanes', 'video_job_edges', 'video_clip_edges', 'video_escalation_backlog',
    'videojobs_migrations']
  LOOP
    EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', our_table);
    EXECUTE format('REVOKE ALL ON TABLE %I FROM PUBLIC', our_table);
    FOR api_role IN SELECT rolname FROM pg_roles WHERE rolname IN ('anon', 'authenticated') LOOP
      EXECUTE format('REVOKE ALL ON TABLE %I FROM %I', our_table, api_role);
    END LOOP;
  END LOOP;
END $$;

INSERT INTO videojobs_migrations (number, name) VALUES (4, '0004_close_tables_to_api_roles') ON CONFLICT DO NOTHING;

COMMIT;
