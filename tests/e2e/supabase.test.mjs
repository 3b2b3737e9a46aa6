// Videos in Supabase Storage, whose bucket somebody forgot.
//   tests/wire/node --test supabase.test.mjs, with E2E_FAKE_SUPABASE naming serve_fake_supabase

import assert from 'node:assert/strict';
import { test } from 'node:test';

import { Api } from './support/api.mjs';
import { Program, Server, Simulator } from './support/programs.mjs';

test('Bucket_Missing_KeepsTheJobInWordsUntilItIsThere', async () => {
  const supabase = new Program([process.env.E2E_FAKE_SUPABASE]);
  const [, url, key] = await supabase.wrote(/^(\S+) (\S+)\n/);
  const simulator = await Simulator.start('--latency', '0s');
  const server = await Server.start({
    ...simulator.settings, SUPABASE_URL: url, SUPABASE_SERVICE_ROLE_KEY: key, VIDEOJOBS_POLL_INTERVAL: '0' });
  const api = new Api(server);
  const [{ job_id: jobId }] = await api.create([{ response_text: 'Three more days.' }], 'stored-there');
  const report = await api.poll();
  assert.deepEqual([report.created, report.completed, report.failed, report.deferred], [1, 0, 0, 1]);
  const waiting = await api.job(jobId);
  assert.equal(waiting.state, 'JOB_STATE_PROCESSING');
  assert.match(waiting.clips[0].detail, /bucket.*escalation-videos|escalation-videos.*bucket/);

  supabase.child.stdin.write('public escalation-videos\n');
  await supabase.wrote(/there is escalation-videos\n/);
  const job = await api.jobPolledTo('COMPLETED', jobId);
  assert.ok(job.video_url.startsWith(`${url}/storage/v1/object/public/escalation-videos/`), job.video_url);
  const video = Buffer.from(await (await fetch(job.video_url)).arrayBuffer());
  assert.equal(video.length, job.video_file.bytes);
  assert.equal((await simulator.starts()).length, 1);
  api.close();
  await server.stop();
  await simulator.stop();
  supabase.child.stdin.end();
  assert.equal((await supabase.ended).code, 0);
});
