// What must never be in a log, whatever happens: keys, tokens, names, prompts.

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';

import { Api } from './support/api.mjs';
import { commandLine, scratchFolder, Server, Simulator, Supabase } from './support/programs.mjs';
import { until } from './support/until.mjs';

const kSecrets = {
  GOOGLE_GENAI_API_KEY: 'AIzaPlantedGoogleKey',
  SUPABASE_SERVICE_ROLE_KEY: 'planted-service-role-key',
  CRON_SECRET: 'planted-cron-secret',
};
const kName = 'Zebulon Quirkafleeg';
const kWords = 'marmalade platypus';
const kEnds = ['well', 'refused', 'lost', 'filtered', 'broken'];

function video(end) {
  return {
    escalation_id: `of-${end}`, response_text: `The ${kWords} ends ${end}.`,
    context: { student_name: kName, category: `category of the ${kWords}`, course_name: `course of the ${kWords}` },
    options: { negative_prompt: `no ${kWords}` } };
}

const kFaults = [
  { kind: 'refused', prompt: 'ends refused' },
  { kind: 'lost_answer', prompt: 'ends lost' },
  { kind: 'filtered', prompt: 'ends filtered' },
  { kind: 'operation_error', prompt: 'ends broken' },
  { kind: 'truncated', count: 1 },
];

describe('the log', { concurrency: true }, () => {
  for (const format of ['text', 'json']) {
    test(`Log_As_${format}_OfSucceedingAndFailingJobs_HoldsNoSecret`, async () => {
      const simulator = await Simulator.start('--latency', '0s');
      await simulator.setFaults(...kFaults);
      const server = await Server.start({
        ...simulator.settings, ...kSecrets, SUPABASE_URL: 'https://project.supabase.co',
        STORAGE_URL: `file://${scratchFolder()}`, VIDEOJOBS_POLL_INTERVAL: '0', VIDEOJOBS_LOG_FORMAT: format,
        VIDEOJOBS_LOG_LEVEL: 'debug' });
      const api = new Api(server);
      const jobs = await api.create(kEnds.map(video));
      await api.call('CreateJobs', { videos: [{ response_text: `${kWords}\0` }] }).catch(() => {});
      const unauthorized = await fetch(`${server.http}/api/video/poll`, {
        method: 'POST', headers: { authorization: `Bearer ${kSecrets.CRON_SECRET}x` } });
      assert.equal(unauthorized.status, 401);
      const authorized = await fetch(`${server.http}/api/video/poll`, {
        method: 'POST', headers: { authorization: `Bearer ${kSecrets.CRON_SECRET}` } });
      assert.equal(authorized.status, 200);
      await api.jobPolledTo('COMPLETED', jobs[0].job_id);
      for (const job of jobs.slice(1)) await api.jobPolledTo('FAILED', job.job_id);
      const met = (await simulator.faults()).filter(({ hits }) => hits > 0);
      assert.deepEqual(met.map(({ kind }) => kind), kFaults.map(({ kind }) => kind), 'a fault that nobody met');
      await simulator.setFaults({ kind: 'bad_key' });
      await api.create([{ ...video('refused for the key'), escalation_id: 'of-key' }]);
      const report = await api.poll();
      assert.equal(report.closed_lanes[0].reason, 'LANE_REASON_BAD_KEY');
      api.close();
      await server.stop();
      await simulator.stop();

      const log = server.output + server.errors;
      assert.match(log, /start refused/);
      assert.match(log, /completed/);
      for (const secret of [...Object.values(kSecrets), ...kName.split(' '), ...kWords.split(' ')]) {
        assert.ok(!log.includes(secret), `${secret} is in the log:\n${log}`);
      }
    });
  }
});

describe('the storage', { concurrency: true }, () => {
  test('SupabaseKey_RefusedByEveryUpload_ShowsNowhere', async () => {
    const simulator = await Simulator.start('--latency', '0s');
    const supabase = await Supabase.start();
    await supabase.makePublicBucket('escalation-videos');
    const server = await Server.start({
      ...simulator.settings, ...supabase.settings, SUPABASE_SERVICE_ROLE_KEY: kSecrets.SUPABASE_SERVICE_ROLE_KEY,
      VIDEOJOBS_POLL_INTERVAL: '0', VIDEOJOBS_LOG_LEVEL: 'debug' });
    const api = new Api(server);
    const [{ job_id: id }] = await api.create([{ response_text: 'It is never stored.' }], 'refused');
    await until('an upload is refused', async () => {
      await api.poll();
      return /the key is refused/.test(server.errors + server.output);
    });
    const shown = [
      JSON.stringify(await api.job(id)), JSON.stringify(await api.call('ExplainJob', { job_id: id })),
      (await commandLine(['explain', id], { VIDEOJOBS_SERVER: server.grpc })).out];
    api.close();
    for (const program of [server, supabase, simulator]) await program.stop();
    for (const text of [...shown, server.output + server.errors]) {
      assert.ok(!text.includes(kSecrets.SUPABASE_SERVICE_ROLE_KEY), text);
    }
  });

  test('SignedUrl_OfAPrivateBucket_IsSeenByWhoPlaysAlone', async () => {
    const simulator = await Simulator.start('--latency', '0s');
    const supabase = await Supabase.start();
    await supabase.makeBucket('private', 'hidden');
    const server = await Server.start({
      ...simulator.settings, ...supabase.settings, SUPABASE_STORAGE_BUCKET: 'hidden', VIDEOJOBS_LOG_LEVEL: 'debug',
      VIDEOJOBS_POLL_INTERVAL: '0' });
    const api = new Api(server);
    const [{ job_id: id }] = await api.create([{ response_text: 'It is private.' }], 'private');
    const job = await api.jobPolledTo('COMPLETED', id);
    const redirect = await fetch(job.video_url, { redirect: 'manual' });
    const signed = redirect.headers.get('location');
    const [, token] = /[?]token=([\w-]+)$/.exec(signed);
    assert.equal((await fetch(signed)).status, 200);
    const shown = [JSON.stringify(job), JSON.stringify(await api.call('ExplainJob', { job_id: id }))];
    api.close();
    for (const program of [server, supabase, simulator]) await program.stop();
    for (const text of [...shown, server.output + server.errors]) {
      assert.ok(!text.includes(signed) && !text.includes(`token=${token}`), text);
      assert.ok(!text.includes(supabase.settings.SUPABASE_SERVICE_ROLE_KEY), text);
    }
  });
});
