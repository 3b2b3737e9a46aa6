// Videos in Supabase Storage, whose bucket somebody forgot.

import assert from 'node:assert/strict';
import { test } from 'node:test';

import { Api } from './support/api.mjs';
import { scratchFolder, Server, Simulator, Supabase } from './support/programs.mjs';

test('Bucket_Missing_KeepsTheJobInWordsUntilItIsThere', async () => {
  const supabase = await Supabase.start();
  const simulator = await Simulator.start('--latency', '0s');
  const server = await Server.start({
    ...simulator.settings, ...supabase.settings, VIDEOJOBS_POLL_INTERVAL: '0' });
  const api = new Api(server);
  const [{ job_id: jobId }] = await api.create([{ response_text: 'Three more days.' }], 'stored-there');
  const report = await api.poll();
  assert.deepEqual([report.created, report.completed, report.failed, report.deferred], [1, 0, 0, 1]);
  const waiting = await api.job(jobId);
  assert.equal(waiting.state, 'JOB_STATE_PROCESSING');
  assert.match(waiting.clips[0].detail, /bucket.*escalation-videos|escalation-videos.*bucket/);

  await supabase.makePublicBucket('escalation-videos');
  const job = await api.jobPolledTo('COMPLETED', jobId);
  assert.ok(job.video_url.startsWith(`${supabase.url}/storage/v1/object/public/escalation-videos/`), job.video_url);
  const video = Buffer.from(await (await fetch(job.video_url)).arrayBuffer());
  assert.equal(video.length, job.video_file.bytes);
  assert.equal((await simulator.starts()).length, 1);
  api.close();
  await server.stop();
  await simulator.stop();
  await supabase.stop();
});

// http://0.0.0.0:PORT/videos/... opens in no browser elsewhere, and a video keeps the URL that it was published with.
test('Bucket_Private_DoorOnEveryAddress_WaitsForAUrlThatBrowsersReach', async () => {
  const supabase = await Supabase.start();
  await supabase.makeBucket('private', 'escalation-videos');
  const simulator = await Simulator.start('--latency', '0s');
  const env = {
    ...simulator.settings, ...supabase.settings, VIDEOJOBS_DATA_DIR: scratchFolder(), VIDEOJOBS_POLL_INTERVAL: '0',
    VIDEOJOBS_HTTP_LISTEN: '0.0.0.0:0', VIDEOJOBS_INSECURE: 'yes' };
  const nameless = await Server.start(env);
  const before = new Api(nameless);
  const [{ job_id: jobId }] = await before.create([{ response_text: 'Three more days.' }], 'shown-nowhere');
  await before.poll();
  const waiting = await before.job(jobId);
  assert.equal(waiting.state, 'JOB_STATE_PROCESSING');
  assert.equal(waiting.video_url, '');
  assert.match(waiting.explanation, /It is stored, .* VIDEOJOBS_PUBLIC_URL/);
  before.close();
  await nameless.stop();

  const named = await Server.start({ ...env, VIDEOJOBS_PUBLIC_URL: 'https://videos.example' });
  const after = new Api(named);
  const job = await after.jobPolledTo('COMPLETED', jobId);
  assert.ok(job.video_url.startsWith('https://videos.example/videos/'), job.video_url);
  assert.equal((await simulator.starts()).length, 1);
  after.close();
  await named.stop();
  await simulator.stop();
  await supabase.stop();
});
