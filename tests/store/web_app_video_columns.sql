-- The web app's own migrations 010 and 012.

ALTER TABLE escalations ADD COLUMN video_url text;
ALTER TABLE escalations ADD COLUMN video_generated_at timestamptz;

ALTER TABLE escalations ADD COLUMN video_generation_status text DEFAULT 'pending'
  CHECK (video_generation_status IN ('pending', 'processing', 'completed', 'failed'));
ALTER TABLE escalations ADD COLUMN video_job_id text;
CREATE INDEX idx_escalations_video_status ON escalations (video_generation_status);
