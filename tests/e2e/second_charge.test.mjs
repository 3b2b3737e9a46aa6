// A paid start whose answer was lost: never started again by itself, and by a person's word only where it is named.

import assert from 'node:assert/strict';
import { test } from 'node:test';

import { Api } from './support/api.mjs';
import { commandLine, Server, Simulator } from './support/programs.mjs';

test('RetryJob_AfterALostAnswer_StartsAgainOnlyWithItsAcceptance', async () => {
  const simulator = await Simulator.start('--latency', '100ms');
  const server = await Server.start({ ...simulator.settings, VIDEOJOBS_POLL_INTERVAL: '1s' });
  const api = new Api(server);
  const videojobs = (...args) => commandLine(['--server', server.grpc, ...args]);
  await simulator.setFaults({ kind: 'lost_answer', probability: 1, count: 1 });

  const [{ job_id: jobId }] = await api.create([{ response_text: 'You have until Friday.' }], 'lost');
  const failed = await api.jobComesTo('FAILED', jobId);
  assert.equal(failed.failure_reason, 'FAILURE_REASON_START_UNKNOWN');
  const [{ start_id: start }] = failed.clips;

  const refused = await videojobs('retry', jobId);
  assert.equal(refused.code, 4);
  assert.match(refused.err, new RegExp(start));
  assert.equal((await simulator.starts()).length, 1);

  const retried = await videojobs('retry', jobId, '--accept-possible-second-charge', start);
  assert.equal(retried.code, 0, retried.err);
  await api.jobComesTo('COMPLETED', jobId);
  assert.equal((await simulator.starts()).length, 2);

  const explained = await videojobs('explain', jobId);
  assert.match(explained.out, new RegExp(`attempt 1: unknown.*\\n +start ${start}`));
  assert.match(explained.out, /attempt 2: accepted/);
  assert.match(explained.out, /second_charge_accepted/);
  assert.match(explained.out, new RegExp((await simulator.starts())[0].operation));
  assert.doesNotMatch(explained.out, /until Friday/);
  assert.match((await videojobs('explain', jobId, '--texts')).out, /until Friday/);
  api.close();
  await server.stop();
  await simulator.stop();
});
