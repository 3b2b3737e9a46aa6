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
import { setTimeout as sleep } from 'node:timers/promises';

const MODEL = 'veo-3.1-generate-preview';
const VERTEX_MODEL = 'veo-3.1-generate-001';
const OMNI = 'gemini-omni-1.1-flash';

let simulator;
let baseUrl;
let folder;
let google;

before(async () => {
  const program = process.env.VEO_SIMULATOR;
  assert.ok(program, 'VEO_SIMULATOR must name the program veo-simulator');
  const flags = ['--listen', '127.0.0.1:0', '--latency', '50ms', '--file-processing', '50ms', '--seed', '1'];
  simulator = spawn(program, [...flags, '--api-key', 'test-key'], { stdio: ['ignore', 'pipe', 'inherit'] });
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

async function accessToken() {
  const { client_id, client_secret, refresh_token, token_uri } = await control('credentials/authorized_user');
  const body = new URLSearchParams({ grant_type: 'refresh_token', client_id, client_secret, refresh_token });
  return (await (await fetch(token_uri, { method: 'POST', body })).json()).access_token;
}

// With the given token; without one, Google's own library for credentials gets it from the simulator's metadata server.
function onVertex(token) {
  const authClient = token && { getRequestHeaders: async () => new Headers({ Authorization: `Bearer ${token}` }) };
  if (!authClient) process.env.GCE_METADATA_HOST = new URL(baseUrl).host;
  const place = { project: 'p', location: 'us-central1' };
  const googleAuthOptions = authClient && { authClient };
  return new GoogleGenAI({ vertexai: true, ...place, googleAuthOptions, httpOptions: { baseUrl } });
}

async function finishOn(client, operation) {
  while (!operation.done) operation = await client.operations.getVideosOperation({ operation });
  return operation;
}

test('Vertex AI: generateVideos and getVideosOperation complete a video', async () => {
  const client = onVertex();
  const started = await client.models.generateVideos({
    model: VERTEX_MODEL,
    source: { prompt: 'A cell divides' },
    config: { durationSeconds: 6, seed: 7, generateAudio: true, numberOfVideos: 1, personGeneration: 'allow_adult' },
  });
  assert.match(started.name, new RegExp(`^projects/p/locations/us-central1/publishers/google/models/${VERTEX_MODEL}/`));
  const { response } = await finishOn(client, started);
  const { video } = response.generatedVideos[0];
  assert.equal(video.mimeType, 'video/mp4');
  assert.equal(Buffer.from(video.videoBytes, 'base64').subarray(4, 8).toString(), 'ftyp');
  const { starts } = await control('starts');
  assert.equal(starts[0].provider, 'vertex');
  assert.equal(starts[0].operation, started.name);
  assert.deepEqual((await control('tokens')).by_grant, { metadata: 1 });
});

test('Vertex AI: outputGcsUri is answered by an address whose object is there', async () => {
  const token = await accessToken();
  const client = onVertex(token);
  const started = await client.models.generateVideos({
    model: VERTEX_MODEL,
    source: { prompt: 'A cell divides' },
    config: { outputGcsUri: 'gs://bucket/films/' },
  });
  const { response } = await finishOn(client, started);
  const { uri } = response.generatedVideos[0].video;
  assert.match(uri, /^gs:\/\/bucket\/films\/[^/]+\/sample_0\.mp4$/);
  const object = encodeURIComponent(uri.slice('gs://bucket/'.length));
  const headers = { Authorization: `Bearer ${token}` };
  const media = await fetch(`${baseUrl}/storage/v1/b/bucket/o/${object}?alt=media`, { headers });
  assert.equal(Buffer.from(await media.arrayBuffer()).subarray(4, 8).toString(), 'ftyp');
});

test('Vertex AI in express mode: a key completes a video', async () => {
  const client = new GoogleGenAI({ vertexai: true, apiKey: 'test-key', httpOptions: { baseUrl } });
  const started = await client.models.generateVideos({ model: VERTEX_MODEL, source: { prompt: 'A cell divides' } });
  const { response } = await finishOn(client, started);
  assert.equal(response.generatedVideos.length, 1);
});

test('Vertex AI: a filtered operation, a wrong token and a model that is not there', async () => {
  const client = onVertex();
  await setFaults({ kind: 'filtered' });
  const filtered = client.models.generateVideos({ model: VERTEX_MODEL, source: { prompt: 'a' } });
  const { response } = await finishOn(client, await filtered);
  assert.equal(response.raiMediaFilteredCount, 1);
  const stranger = onVertex('ya29.made-up');
  const refused = stranger.models.generateVideos({ model: VERTEX_MODEL, source: { prompt: 'a' } });
  await rejectsWith(refused, 401, /UNAUTHENTICATED/);
  await rejectsWith(client.models.generateVideos({ model: MODEL, source: { prompt: 'a' } }), 404, /was not found/);
});

function interact(format = {}) {
  const response_format = { type: 'video', duration: '6s', aspect_ratio: '9:16', resolution: '720p', ...format };
  return google.interactions.create({ model: OMNI, input: 'A cell divides', background: true, response_format });
}

async function finishInteraction({ id }) {
  let interaction = await google.interactions.get(id);
  while (interaction.status === 'in_progress') interaction = await google.interactions.get(id);
  return interaction;
}

test('interactions: create and get complete a video inline', async () => {
  const created = await interact({ delivery: 'inline' });
  assert.equal(created.status, 'in_progress');
  const finished = await finishInteraction(created);
  assert.equal(finished.status, 'completed');
  assert.equal(Buffer.from(finished.output_video.data, 'base64').subarray(4, 8).toString(), 'ftyp');
  const { starts } = await control('starts');
  assert.deepEqual([starts[0].provider, starts[0].operation], ['interactions', created.id]);
});

test('interactions: a video by address is a file that files.get and files.download know', async () => {
  const { steps } = await finishInteraction(await interact({ delivery: 'uri', resolution: '360p', duration: '10s' }));
  const { uri } = steps[0].content[0];
  const name = `files/${/files\/([a-z0-9]+)/.exec(uri)[1]}`;
  let file = await google.files.get({ name });
  assert.ok(['PROCESSING', 'ACTIVE'].includes(file.state), file.state);
  while (file.state === 'PROCESSING') file = await google.files.get({ name });
  const bytes = await download({ video: { uri } });
  assert.equal(bytes.subarray(4, 8).toString(), 'ftyp');
});

test('interactions: cancel ends one in progress, and it costs nothing', async () => {
  const created = await interact();
  const cancelled = await google.interactions.cancel(created.id);
  assert.equal(cancelled.status, 'cancelled');
  await sleep(60);
  assert.equal((await google.interactions.get(created.id)).status, 'cancelled');
  assert.equal((await control('bill')).total_micro_dollars, 0);
});

test('interactions: other endings are read as their status', async () => {
  for (const status of ['requires_action', 'budget_exceeded', 'incomplete']) {
    await setFaults({ kind: `interaction_${status}` });
    assert.equal((await finishInteraction(await interact())).status, status);
  }
});

// Its client for interactions throws an error of a class for each status, with what was answered as its body.
async function rejectsInWords(promise, name, status, code) {
  await assert.rejects(promise, (error) => {
    assert.equal(error.name, name, `${error}`);
    assert.equal(error.status, status, `${error}`);
    const answered = JSON.parse(error.body).error;
    assert.equal(answered.code, code, error.body);
    assert.match(error.message, new RegExp(answered.message.slice(0, 20)), `${error}`);
    return true;
  });
}

test('interactions: errors are read with their status and the word that is their code', async () => {
  const stranger = new GoogleGenAI({ apiKey: 'wrong-key', httpOptions: { baseUrl } });
  await rejectsInWords(stranger.interactions.get('v1_unknown'), 'AuthenticationError', 401, 'authentication');
  await rejectsInWords(google.interactions.get('v1_unknown'), 'NotFoundError', 404, 'not_found');
  await setFaults({ kind: 'refused' });
  await rejectsInWords(interact(), 'BadRequestError', 400, 'invalid_request');
  await setFaults({ kind: 'bad_key_in_front' });
  await rejectsInWords(interact(), 'BadRequestError', 400, 400);
  assert.equal((await control('starts')).starts.length, 0);
});

const STORYBOARD = {
  model: 'gemini-3.8-flash',
  contents: '4 scenes about a dividing cell',
  config: {
    responseMimeType: 'application/json',
    responseJsonSchema: {
      type: 'object',
      properties: {
        scenes: {
          type: 'array',
          items: {
            type: 'object',
            properties: { prompt: { type: 'string' }, duration_seconds: { type: 'integer', enum: [4, 6, 8] } },
          },
        },
      },
    },
  },
};

test('generateContent answers with JSON of the schema', async () => {
  const answer = await google.models.generateContent(STORYBOARD);
  const { scenes } = JSON.parse(answer.text);
  assert.equal(scenes.length, 4);
  assert.equal(typeof scenes[0].prompt, 'string');
  assert.equal(scenes[0].duration_seconds, 4);
  await setFaults({ kind: 'storyboard_thoughts' });
  assert.deepEqual(JSON.parse((await google.models.generateContent(STORYBOARD)).text), { scenes });
  assert.equal((await control('starts')).starts.length, 0);
});

test('generateContent that is cut or blocked says so', async () => {
  await setFaults({ kind: 'storyboard_max_tokens' });
  const cut = await google.models.generateContent(STORYBOARD);
  assert.equal(cut.candidates[0].finishReason, 'MAX_TOKENS');
  assert.throws(() => JSON.parse(cut.text));
  await setFaults({ kind: 'storyboard_blocked' });
  const blocked = await google.models.generateContent(STORYBOARD);
  assert.equal(blocked.promptFeedback.blockReason, 'PROHIBITED_CONTENT');
});
