// Servers that are asked to stop, or are killed, while money is on its way.

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';

import { Api } from './support/api.mjs';
import { scratchFolder, Server, Simulator } from './support/programs.mjs';
import { until } from './support/until.mjs';

const kEndedWell = { code: 0, signal: null };

// One data folder and one simulated Google, which servers come to one after the other.
class Succession {
  static async begin(...simulatorFlags) {
    const succession = new Succession();
    succession.simulator = await Simulator.start(...simulatorFlags);
    succession.env = {
      ...succession.simulator.settings, VIDEOJOBS_DATA_DIR: scratchFolder(), VIDEOJOBS_POLL_INTERVAL: '1s' };
    await succession.next();
    const [{ job_id: jobId }] = await succession.api.create([{ response_text: 'Three more days.' }], 'once');
    succession.jobId = jobId;
    return succession;
  }

  async next() {
    this.api?.close();
    this.server = await Server.start(this.env);
    this.api = new Api(this.server);
  }

  paid() {
    return until('the start is paid', async () => (await this.simulator.starts()).length === 1);
  }

  async end() {
    this.api.close();
    assert.deepEqual(await this.server.stop(), kEndedWell);
    assert.equal((await this.simulator.starts()).length, 1);
    await this.simulator.stop();
  }
}

describe('a server that ends', { concurrency: true }, () => {
  test('Sigterm_WhileAnOperationRuns_IsTakenUpByTheNextServer', async () => {
    const servers = await Succession.begin('--latency', '3s');
    await servers.api.jobComesTo('PROCESSING', servers.jobId);
    assert.deepEqual(await servers.server.stop(), kEndedWell);
    await servers.next();
    const job = await servers.api.jobComesTo('COMPLETED', servers.jobId);
    assert.equal(job.clips[0].attempts, 1);
    await servers.end();
  });

  test('Sigterm_DuringAPaidStart_WaitsForItsAnswerAndRecordsIt', async () => {
    const servers = await Succession.begin('--latency', '0s', '--fault', 'kind=slow_answer,delay=4s,count=1');
    await servers.paid();
    assert.deepEqual(await servers.server.stop(), kEndedWell);
    assert.match(servers.server.errors, /start accepted/);
    await servers.next();
    const job = await servers.api.jobComesTo('COMPLETED', servers.jobId);
    assert.deepEqual([job.clips[0].attempts, job.cost.held_micros], [1, 0]);
    await servers.end();
  });

  test('Kill_DuringAPaidStart_IsShownAndNeverStartedAgain', async () => {
    const servers = await Succession.begin('--latency', '0s', '--fault', 'kind=slow_answer,delay=30s,count=1');
    await servers.paid();
    assert.deepEqual(await servers.server.stop('SIGKILL'), { code: null, signal: 'SIGKILL' });
    await servers.next();
    const job = await servers.api.jobComesTo('FAILED', servers.jobId);
    assert.equal(job.failure_reason, 'FAILURE_REASON_START_UNKNOWN');
    assert.ok(job.cost.held_micros > 0, 'what may be charged is held');
    const report = await servers.api.poll();
    assert.deepEqual([report.created, report.failed, report.remaining_due], [0, 0, 0]);
    const [again] = await servers.api.create([{ response_text: 'Three more days.' }], 'once');
    assert.equal(again.job_id, servers.jobId);
    await servers.end();
  });
});
