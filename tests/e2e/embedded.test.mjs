// The server as it is tried first: embedded database, videos in files, MOCK_MODE.

import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { readdirSync } from 'node:fs';
import { describe, test } from 'node:test';

import { Api, bufCurl, isPast } from './support/api.mjs';
import { commandLine, scratchFolder, Server } from './support/programs.mjs';
import { until } from './support/until.mjs';

const kMock = { MOCK_MODE: 'true' };
const kLeftToPollAll = { ...kMock, VIDEOJOBS_POLL_INTERVAL: '0' };

// Plays `url` as a browser does, and gives the whole file.
async function play(url) {
  const beginning = await fetch(url, { headers: { range: 'bytes=0-63' } });
  assert.equal(beginning.status, 206);
  assert.equal(beginning.headers.get('content-type'), 'video/mp4');
  const first = Buffer.from(await beginning.arrayBuffer());
  assert.equal(first.length, 64);
  assert.equal(first.toString('latin1', 4, 8), 'ftyp');
  const whole = Buffer.from(await (await fetch(url)).arrayBuffer());
  assert.equal(beginning.headers.get('content-range'), `bytes 0-63/${whole.length}`);
  assert.deepEqual(whole.subarray(0, 64), first);
  return whole;
}

describe('the server on the embedded default', { concurrency: true }, () => {
  test('BufCurl_FromAJobInToCompleted_KnowsTheApiByReflectionAlone', async () => {
    const server = await Server.start(kLeftToPollAll);
    const service = 'videojobs.v1.VideoJobs';
    assert.deepEqual(await bufCurl(server, 'grpc.health.v1.Health/Check', { service }), { status: 'SERVING' });
    const created = await bufCurl(server, `${service}/CreateJobs`, {
      request_id: 'by-buf', videos: [{ response_text: 'You have three more days.' }] });
    const { jobId, state } = created.jobs[0];
    assert.equal(state, 'JOB_STATE_PENDING');
    const first = await bufCurl(server, `${service}/PollAll`, {});
    assert.deepEqual([first.created, first.polled, first.completed], [1, 1, undefined]);

    const api = new Api(server);
    await until('the job is due again', async () => isPast((await api.job(jobId)).next_due_time));
    api.close();
    const second = await bufCurl(server, `${service}/PollAll`, {});
    assert.deepEqual([second.created, second.polled, second.completed], [undefined, 1, 1]);
    const { job } = await bufCurl(server, `${service}/GetStatus`, { jobId });
    assert.deepEqual([job.state, job.mock, job.progressPercent], ['JOB_STATE_COMPLETED', true, 100]);
    assert.ok(job.videoUrl.startsWith(`${server.http}/videos/`), job.videoUrl);
    assert.deepEqual(await server.stop(), { code: 0, signal: null });
  });

  test('NodeClient_FromAJobInToCompleted_GetsAVideoThatPlays', async () => {
    const folder = scratchFolder();
    const server = await Server.start({ ...kLeftToPollAll, VIDEOJOBS_DATA_DIR: folder });
    const api = new Api(server);
    const [{ job_id: jobId }] = await api.create([{ response_text: 'See page four.' }], 'by-node');
    await api.poll();
    assert.equal((await api.job(jobId)).state, 'JOB_STATE_PROCESSING');
    const job = await api.jobPolledTo('COMPLETED', jobId);

    const video = await play(job.video_url);
    assert.equal(video.length, job.video_file.bytes);
    assert.equal(createHash('sha256').update(video).digest('hex'), job.video_file.sha256);
    assert.equal(job.video_file.duration.seconds, 6);
    assert.deepEqual(readdirSync(`${folder}/videos`), [job.video_url.split('/').at(-1)]);
    assert.equal(job.clips[0].state, 'CLIP_STATE_STORED');
    assert.match(job.clips[0].operation_name, /^models\/veo-3\.1-generate-preview\/operations\//);

    const idle = await api.poll();
    assert.deepEqual([idle.created, idle.polled, idle.completed, idle.remaining_due], [0, 0, 0, 0]);
    api.close();
    await server.stop();
  });

  test('CommandLine_CreateAndWait_EndsWithTheVideosUrl', async () => {
    const server = await Server.start(kMock);
    const env = { VIDEOJOBS_SERVER: server.grpc };
    const created = await commandLine(['create', '--text', 'Ask again on Monday.', '--wait'], env);
    assert.equal(created.code, 0, created.err);
    const [url] = created.out.match(/http:\S+\.mp4/);
    await play(url);
    const listed = await commandLine(['list', '--json'], env);
    assert.equal(listed.code, 0, listed.err);
    assert.ok(listed.out.includes(url), listed.out);
    await server.stop();
  });

  test('CommandLine_MigrateInTheServersFolder_FindsTheServersDatabase', async () => {
    const folder = scratchFolder();
    const server = await Server.start({ ...kLeftToPollAll, VIDEOJOBS_DATA_DIR: folder });
    await server.stop();
    const listed = await commandLine(['migrate', '--list'], { VIDEOJOBS_DATA_DIR: folder });
    assert.deepEqual(listed, { code: 0, out: '', err: 'the database is up to date\n' });
  });
});
