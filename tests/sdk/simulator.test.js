// Google's own SDK drives the simulator from a start to a video on disk. It is the judge of the wire format: what it
// completes against the simulator, and how it reads the simulator's errors, is how the real service looks to it.
import { ApiError, GoogleGenAI } from '@google/genai';
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { after, before, beforeEach, test } from 'node:test';

const MODEL = 'veo-3.1-generate-preview';

let simulator;
let baseUrl;
let folder;
let google;

before(async () => {
  const program = process.env.VEO_SIMULATOR;
  assert.ok(program, 'VEO_SIMULATOR must name the program veo-simulator');
  simulator = spawn(program, ['--listen', '127.0.0.1:0', '--latency', '50ms', '--seed', '1', '--api-key', 'test-key'], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [line] = await once(createInterface({ input: simulator.stdout }), 'line');
  baseUrl = line.replace('veo-simulator listening on ', '');
  folder = await mkdtemp(join(tmpdir(), 'videojobs-sdk-'));
  google = new GoogleGenAI({ apiKey: 'test-key', httpOptions: { baseUrl } });
});

after(async () => {
  simulator.kill('SIGTERM');
  const [code] = await once(simulator, 'exit');
  await rm(folder, { recursive: true });
  assert.equal(code, 0, 'SIGTERM ends the simulator with success');
});

beforeEach(async () => {
  assert.equal((await fetch(`${baseUrl}/_simulator/reset`, { method: 'POST' })).status, 200);
});

async function setFaults(...faults) {
  const answer = await fetch(`${baseUrl}/_simulator/faults`, { method: 'PUT', body: JSON.stringify({ faults }) });
  assert.equal(answer.status, 200, await answer.text());
}

async function control(path) {
  return (await fetch(`${baseUrl}/_simulator/${path}`)).json();
}

function start(config = {}) {
  return google.models.generateVideos({ model: MODEL, source: { prompt: 'A cell divides' }, config });
}

async function finish(operation) {
  while (!operation.done) operation = await google.operations.getVideosOperation({ operation });
  return operation;
}

async function download(video) {
  const downloadPath = join(folder, `${crypto.randomUUID()}.mp4`);
  await google.files.download({ file: video, downloadPath });
  return readFile(downloadPath);
}

async function rejectsWith(promise, status, message) {
  await assert.rejects(promise, (error) => {
    assert.ok(error instanceof ApiError, `${error}`);
    assert.equal(error.status, status);
    assert.match(error.message, message);
    return true;
  });
}

test('generateVideos, getVideosOperation and files.download complete a video', async () => {
  const started = await start({ durationSeconds: 6, aspectRatio: '9:16', resolution: '720p' });
  assert.match(started.name, new RegExp(`^models/${MODEL}/operations/[a-z0-9]+$`));
  assert.ok(!started.done);

  const { response } = await finish(started);
  assert.equal(response.generatedVideos.length, 1);
  const uri = response.generatedVideos[0].video.uri;
  const bytes = await download(response.generatedVideos[0]);
  assert.equal(bytes.subarray(4, 8).toString(), 'ftyp');
  const { pathname } = new URL(uri);
  const file = await (
    await fetch(baseUrl + pathname.replace(':download', ''), { headers: { 'x-goog-api-key': 'test-key' } })
  ).json();
  assert.equal(bytes.length, Number(file.sizeBytes));

  const { starts } = await control('starts');
  assert.equal(starts.length, 1);
  assert.equal(starts[0].operation, started.name);
  assert.equal(starts[0].prompt, 'A cell divides');
  assert.equal(starts[0].duration_seconds, 6);
  assert.equal(starts[0].aspect_ratio, '9:16');
  assert.equal((await control('bill')).total_micro_dollars, 2_400_000);
});

test('files.download follows a redirect on the same host', async () => {
  const { response } = await finish(await start());
  await setFaults({ kind: 'redirect', count: 1 });
  const bytes = await download(response.generatedVideos[0]);
  assert.equal(bytes.subarray(4, 8).toString(), 'ftyp');
});

test('a base64 answer is read as videoBytes', async () => {
  await setFaults({ kind: 'base64' });
  const { response } = await finish(await start());
  const { video } = response.generatedVideos[0];
  assert.equal(video.mimeType, 'video/mp4');
  assert.equal(Buffer.from(video.videoBytes, 'base64').subarray(4, 8).toString(), 'ftyp');
});

test('a filtered operation is read as a count with reasons, and costs nothing', async () => {
  await setFaults({ kind: 'filtered' });
  const { response } = await finish(await start());
  assert.equal(response.raiMediaFilteredCount, 1);
  assert.match(response.raiMediaFilteredReasons[0], /You will not be charged/);
  assert.equal(response.generatedVideos?.length ?? 0, 0);
  assert.equal((await control('bill')).total_micro_dollars, 0);
});

test('a failed operation is read as its error', async () => {
  await setFaults({ kind: 'operation_error', code: 13 });
  const { error } = await finish(await start());
  assert.equal(error.code, 13);
});

test('429 is an ApiError at once, with the details in its message', async () => {
  await setFaults({ kind: '429', count: 1, retry_after: '34s' });
  await rejectsWith(start(), 429, /RESOURCE_EXHAUSTED.*"retryDelay":"34s"|"retryDelay":"34s".*RESOURCE_EXHAUSTED/s);
  assert.equal((await control('counts')).start_requests, 1);
});

test('an unsupported combination is an ApiError 400', async () => {
  await rejectsWith(start({ resolution: '1080p', durationSeconds: 4 }), 400, /INVALID_ARGUMENT/);
});

test('a wrong key is an ApiError 400 API_KEY_INVALID', async () => {
  const stranger = new GoogleGenAI({ apiKey: 'wrong-key', httpOptions: { baseUrl } });
  await rejectsWith(stranger.models.generateVideos({ model: MODEL, source: { prompt: 'a' } }), 400, /API_KEY_INVALID/);
});

test('a model that is gone is an ApiError 404', async () => {
  await setFaults({ kind: 'model_gone' });
  await rejectsWith(start(), 404, /is no longer available/);
});

test('a lost answer is an error without a status, and yet a paid start', async () => {
  await setFaults({ kind: 'lost_answer', count: 1 });
  await assert.rejects(start(), (error) => !(error instanceof ApiError) || error.status === undefined);
  assert.equal((await control('starts')).starts.length, 1);
});
