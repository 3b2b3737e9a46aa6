-- The part of the web app's schema that VideoJobs meets, as its first migrations leave it.

CREATE TABLE profiles (id uuid PRIMARY KEY, name text, email text);
CREATE TABLE courses (id uuid PRIMARY KEY, name text);
CREATE TABLE escalations (
  id         uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  query      text NOT NULL,
  response   text,
  category   text,
  student_id uuid REFERENCES profiles (id),
  course_id  uuid REFERENCES courses (id),
  status     text NOT NULL DEFAULT 'open',
  created_at timestamptz NOT NULL DEFAULT now()
);
