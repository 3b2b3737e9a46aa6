// Clients that share no code with the server: buf's, by reflection alone, and gRPC's for Node.
//   tests/wire/node clients.mjs SERVE_GRPC_DOOR

import assert from 'node:assert/strict';
import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

import grpc from '@grpc/grpc-js';
import protoLoader from '@grpc/proto-loader';

const here = fileURLToPath(new URL('.', import.meta.url));
const protos = `${here}../../proto`;
let server, port, client, errors;

before(async () => {
  server = spawn(process.argv[2], { stdio: ['pipe', 'pipe', 'inherit'] });
  [port] = await once(createInterface(server.stdout), 'line');
  const load = (file) =>
    protoLoader.loadSync(file, { includeDirs: [protos], keepCase: true, longs: String, enums: String, oneofs: true });
  const api = grpc.loadPackageDefinition(load('videojobs/v1/video_jobs.proto'));
  client = new api.videojobs.v1.VideoJobs(`127.0.0.1:${port}`, grpc.credentials.createInsecure());
  errors = load('google/rpc/errors.proto');
});

after(async () => {
  client.close();
  server.stdin.end();
  await once(server, 'exit');
});

// What `buf curl` prints; it knows the API by reflection only.
async function bufCurl(path, ...options) {
  const buf = `${here}node_modules/@bufbuild/buf/bin/buf`;
  const url = `http://127.0.0.1:${port}${path}`;
  const { stdout } = await promisify(execFile)(process.execPath, [
    buf, 'curl', '--protocol', 'grpc', '--http2-prior-knowledge', ...options, url]);
  return stdout;
}

const call = (method, request) => promisify(client[method].bind(client))(request);

test('Reflection_ListsTheServiceAndTheHealthService', async () => {
  const services = (await bufCurl('', '--list-services')).trim().split('\n');
  for (const service of ['videojobs.v1.VideoJobs', 'grpc.health.v1.Health']) {
    assert.ok(services.includes(service), `${service} is missing in ${services}`);
  }
});

test('Reflection_DescribesTheHealthService', async () => {
  const answer = await bufCurl('/grpc.health.v1.Health/Check', '-d', '{"service":"videojobs.v1.VideoJobs"}');
  assert.deepEqual(JSON.parse(answer), { status: 'SERVING' });
});

test('Reflection_LetsBufCreateAJobAndReadIt', async () => {
  const created = JSON.parse(await bufCurl('/videojobs.v1.VideoJobs/CreateJobs', '-d',
    '{"request_id":"by-buf","videos":[{"response_text":"An answer."}]}'));
  const jobId = created.jobs[0].jobId;
  const read = JSON.parse(await bufCurl('/videojobs.v1.VideoJobs/GetStatus', '-d', JSON.stringify({ jobId })));
  assert.equal(read.job.state, 'JOB_STATE_PENDING');
  assert.deepEqual(JSON.parse(await bufCurl('/videojobs.v1.VideoJobs/PollAll', '-d', '{}')), { duration: '0s' });
});

test('NodeClient_CreatesAndReadsAJob', async () => {
  const { jobs } = await call('CreateJobs', { request_id: 'by-node', videos: [{ response_text: 'An answer.' }] });
  const { job } = await call('GetStatus', { job_id: jobs[0].job_id });
  assert.equal(job.state, 'JOB_STATE_PENDING');
  assert.equal(job.explanation, 'It waits for its turn to be started.');
});

test('NodeClient_ReadsTheDetailsOfAnError', async () => {
  const error = await call('CreateJobs', { request_id: 'wrong', videos: [{ response_text: 'a\0b' }] })
    .then(() => assert.fail('it was accepted'), (refused) => refused);
  assert.equal(error.code, grpc.status.INVALID_ARGUMENT);
  const [bytes] = error.metadata.get('grpc-status-details-bin');
  const status = errors['google.rpc.Status'].deserialize(bytes);
  const [info, bad] = status.details.map((any) =>
    errors[any.type_url.replace('type.googleapis.com/', '')].deserialize(any.value));
  assert.equal(info.domain, 'videojobs');
  assert.equal(info.reason, 'INVALID_REQUEST');
  assert.equal(bad.field_violations[0].field, 'videos[0].response_text');
});
