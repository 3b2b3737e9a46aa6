// The gRPC API from Node, by the packages of tests/wire.

import { execFile } from 'node:child_process';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

import { afterAllTests } from './after_all_tests.mjs';
import { until } from './until.mjs';

const require = createRequire(new URL('../../wire/', import.meta.url));
const protoLoader = require('@grpc/proto-loader');
export const grpc = require('@grpc/grpc-js');

const protos = fileURLToPath(new URL('../../../proto', import.meta.url));
const load = (file) =>
  protoLoader.loadSync(file, {
    includeDirs: [protos], keepCase: true, longs: Number, enums: String, defaults: true, oneofs: true });
const definition = load('videojobs/v1/video_jobs.proto');
const { VideoJobs } = grpc.loadPackageDefinition(definition).videojobs.v1;
const errors = load('google/rpc/errors.proto');

const kOptions = { 'grpc.max_send_message_length': -1, 'grpc.max_receive_message_length': -1 };
const kPath = '/videojobs.v1.VideoJobs/';

const open = new Set();
afterAllTests(() => open.forEach((api) => api.close()));

// One client of one server. Calls give the answer, or throw gRPC's error.
export class Api {
  constructor(server) {
    this.client = new VideoJobs(server.grpc, grpc.credentials.createInsecure(), kOptions);
    open.add(this);
  }

  call(method, request = {}, deadline = Date.now() + 60_000) {
    return promisify(this.client[method].bind(this.client))(request, { deadline });
  }

  // Sends `bytes` as they are in place of a request.
  callRaw(method, bytes) {
    return new Promise((resolve, reject) => {
      this.client.makeUnaryRequest(kPath + method, (raw) => raw, (raw) => raw, bytes,
        (error, answer) => (error ? reject(error) : resolve(answer)));
    });
  }

  async create(videos, requestId = '') {
    return (await this.call('CreateJobs', { videos, request_id: requestId })).jobs;
  }

  async job(jobId) {
    return (await this.call('GetStatus', { job_id: jobId })).job;
  }

  poll() {
    return this.call('PollAll', { max_jobs: 1000 });
  }

  // Polls whenever the job is due until it is in `state`; gives the job then.
  jobPolledTo(state, jobId) {
    return until(`job ${jobId} is ${state}`, async () => {
      const job = await this.job(jobId);
      if (job.state === `JOB_STATE_${state}`) return job;
      if (job.next_due_time && isPast(job.next_due_time)) await this.poll();
    });
  }

  // Leaves all work to the server's own schedule.
  jobComesTo(state, jobId) {
    return until(`job ${jobId} is ${state}`, async () => {
      const job = await this.job(jobId);
      return job.state === `JOB_STATE_${state}` && job;
    });
  }

  close() {
    open.delete(this);
    this.client.close();
  }
}

export function isPast(timestamp) {
  return timestamp.seconds * 1000 + timestamp.nanos / 1e6 <= Date.now();
}

// A request of `method` as bytes.
export const serialize = (method, request) => definition['videojobs.v1.VideoJobs'][method].requestSerialize(request);

// The error that `call` ends with: its code's name, the ErrorInfo's reason and metadata, and the fields that are wrong.
export async function refusalOf(call) {
  const error = await call.then((answer) => {
    throw new Error(`it was accepted: ${JSON.stringify(answer).slice(0, 500)}`);
  }, (refused) => refused);
  if (error.code === undefined) throw error;
  return { code: grpc.status[error.code], message: error.details, ...detailsOf(error) };
}

function detailsOf(error) {
  const [bytes] = error.metadata.get('grpc-status-details-bin');
  if (!bytes) return {};
  const refusal = {};
  for (const any of errors['google.rpc.Status'].deserialize(bytes).details) {
    const detail = errors[any.type_url.replace('type.googleapis.com/', '')].deserialize(any.value);
    if (detail.reason) {
      const { domain, reason, metadata } = detail;
      Object.assign(refusal, { domain, reason, metadata });
    }
    if (detail.field_violations) refusal.fields = detail.field_violations.map((violation) => violation.field);
  }
  return refusal;
}

// What `buf curl` makes of an answer; it knows the API by reflection only.
export async function bufCurl(server, method, request) {
  const buf = require.resolve('@bufbuild/buf/bin/buf');
  const { stdout } = await promisify(execFile)(process.execPath, [
    buf, 'curl', '--protocol', 'grpc', '--http2-prior-knowledge', '-d', JSON.stringify(request),
    `http://${server.grpc}/${method}`]);
  return JSON.parse(stdout);
}
