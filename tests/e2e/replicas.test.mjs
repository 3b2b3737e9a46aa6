// Two servers on one Postgres: nothing but the database coordinates them.

import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';

import { Api, refusalOf } from './support/api.mjs';
import { Postgres } from './support/postgres.mjs';
import { scratchFolder, Server, Simulator } from './support/programs.mjs';
import { until } from './support/until.mjs';

const kCallers = 8;
const kMany = 20;
// Six seconds at 40 cents each.
const kStartsFor5Dollars = 2;

let postgres;
before(async () => (postgres = await Postgres.start()));
after(() => postgres.stop());

class Replicas {
  static async start(name, simulatorFlags = [], settings = {}) {
    const both = new Replicas();
    both.name = name;
    await postgres.createWebApp(name);
    const migrated = await postgres.migrate(name);
    assert.equal(migrated.code, 0, migrated.err);
    both.simulator = await Simulator.start(...simulatorFlags);
    both.env = {
      ...both.simulator.settings, DATABASE_URL: postgres.url(name), STORAGE_URL: `file://${scratchFolder()}`,
      VIDEOJOBS_POLL_INTERVAL: '0', VIDEOJOBS_LEASE: '5s', VIDEO_DAILY_SPEND_LIMIT_USD: 'none', ...settings };
    both.servers = await Promise.all([Server.start(both.env), Server.start(both.env)]);
    both.apis = both.servers.map((server) => new Api(server));
    return both;
  }

  // `call` by eight callers at once, every other one on the other replica.
  atOnce(call) {
    return Promise.all(Array.from({ length: kCallers }, (_, i) => call(this.apis[i % this.apis.length], i)));
  }

  sql(query) {
    return postgres.sql(this.name, query);
  }

  async stop() {
    for (const api of this.apis) api.close();
    await Promise.all(this.servers.map((server) => server.stop()));
    await this.simulator.stop();
  }
}

const answers = (count) => Array.from({ length: count }, (_, i) => ({ response_text: `Answer number ${i}.` }));

describe('two replicas', { concurrency: true }, () => {
  test('CreateJobs_SameRequestIdByEightAtOnce_MakesOneJob', async () => {
    const both = await Replicas.start('same_request');
    const answers = await both.atOnce((api) => api.create([{ response_text: 'Three more days.' }], 'the-same'));
    assert.equal(new Set(answers.map(([job]) => job.job_id)).size, 1);
    assert.deepEqual(await both.sql('SELECT count(*) AS jobs FROM video_jobs'), [{ jobs: 1 }]);
    await both.stop();
  });

  test('CreateJobs_SameEscalationByEightAtOnce_MakesOneJobAndNamesItToTheOthers', async () => {
    const both = await Replicas.start('same_escalation');
    const [{ id }] = await both.sql(
      "INSERT INTO escalations (query, response) VALUES ('How long?', 'Three more days.') RETURNING id");
    const created = [];
    const refusals = [];
    await both.atOnce(async (api) => {
      const answer = api.create([{ escalation_id: id }]);
      await answer.then((jobs) => created.push(...jobs), async () => refusals.push(await refusalOf(answer)));
    });
    assert.deepEqual([created.length, refusals.length], [1, kCallers - 1]);
    for (const { code, reason, fields, metadata } of refusals) {
      assert.deepEqual([code, reason, fields], ['ALREADY_EXISTS', 'UNFINISHED_JOB', ['videos[0].escalation_id']]);
      assert.equal(metadata.job_id, created[0].job_id);
    }
    assert.deepEqual(await both.sql('SELECT count(*) AS jobs FROM video_jobs'), [{ jobs: 1 }]);
    await both.stop();
  });

  test('PollAll_OnBothAtOnce_StartsEachJobOnce', async () => {
    const both = await Replicas.start('poll_at_once', ['--latency', '0s']);
    await both.apis[0].create(answers(kMany), 'many');
    const reports = await both.atOnce((api) => api.poll());
    await until('all are completed', async () => {
      reports.push(await both.apis[1].poll());
      return reports.reduce((sum, report) => sum + report.completed, 0) >= kMany;
    });
    const total = (count) => reports.reduce((sum, report) => sum + report[count], 0);
    assert.deepEqual([total('created'), total('completed'), total('failed')], [kMany, kMany, 0]);
    const starts = await both.simulator.starts();
    assert.equal(starts.length, kMany);
    assert.equal(new Set(starts.map((start) => start.prompt)).size, kMany);
    await both.stop();
  });

  test('PollAll_OnBothAtOnce_StaysUnderTheDailyCapTogether', async () => {
    const both = await Replicas.start('capped', ['--latency', '0s'], { VIDEO_DAILY_SPEND_LIMIT_USD: '5' });
    const jobs = await both.apis[0].create(answers(kMany), 'many');
    await both.atOnce((api) => api.poll());
    const { closed_lanes: [lane] } = await both.apis[0].poll();
    assert.equal(lane.reason, 'LANE_REASON_SPENDING_CAP');
    assert.equal((await both.simulator.starts()).length, kStartsFor5Dollars);
    const { jobs: waiting } = await both.apis[1].call('ListJobs', { states: ['JOB_STATE_PENDING'] });
    assert.equal(waiting.length, jobs.length - kStartsFor5Dollars);
    for (const job of waiting) assert.equal(job.waiting_for_lane.reason, 'LANE_REASON_SPENDING_CAP');
    await both.stop();
  });

  test('PollAll_OnBothAtOnce_StaysUnderTheTotalCapTogether', async () => {
    const both = await Replicas.start('capped_in_total', ['--latency', '0s'], { VIDEO_TOTAL_SPEND_LIMIT_USD: '5' });
    await both.apis[0].create(answers(kMany), 'many');
    await both.atOnce((api) => api.poll());
    const { closed_lanes: [lane] } = await both.apis[0].poll();
    assert.equal(lane.reason, 'LANE_REASON_SPENDING_CAP');
    assert.match(lane.detail, /the total spending limit of \$5\.00/);
    assert.equal((await both.simulator.starts()).length, kStartsFor5Dollars);
    await both.stop();
  });

  test('PollAll_OnBothAtOnce_RunsAsManyOperationsAsAllowedTogether', async () => {
    const both = await Replicas.start('few_at_once', ['--latency', '1h'], { VIDEOJOBS_MAX_CONCURRENT_OPERATIONS: '3' });
    await both.apis[0].create(answers(kMany), 'many');
    for (let round = 0; round < 3; ++round) await both.atOnce((api) => api.poll());
    assert.equal((await both.simulator.starts()).length, 3);
    await both.stop();
  });

  test('PollAll_OnBothAtOnce_StartsAsManyInAMinuteAsAllowedTogether', async () => {
    const both = await Replicas.start('slowly', ['--latency', '0s'], { VIDEOJOBS_STARTS_PER_MINUTE: '4' });
    await both.apis[0].create(answers(kMany), 'many');
    for (let round = 0; round < 3; ++round) await both.atOnce((api) => api.poll());
    const made = (await both.simulator.starts()).map(({ at }) => Date.parse(at));
    assert.ok(made.length >= 4, `${made.length} starts`);
    // Their intents are a minute apart; what a call takes to arrive may make that a little less.
    for (const [number, at] of made.slice(4).entries()) {
      assert.ok(at - made[number] >= 59_000, `five starts in ${at - made[number]} ms`);
    }
    await both.stop();
  });

  test('Replica_KilledDuringAPaidStart_IsFollowedByTheOtherWithoutASecondStart', async () => {
    const both = await Replicas.start('killed', ['--latency', '0s', '--fault', 'kind=slow_answer,delay=30s,count=1']);
    const [{ job_id: jobId }] = await both.apis[0].create([{ response_text: 'Three more days.' }], 'once');
    const cut = assert.rejects(both.apis[0].poll());
    await until('the start is paid', async () => (await both.simulator.starts()).length === 1);
    await both.servers[0].stop('SIGKILL');
    await cut;
    const job = await until('the other replica takes it', async () => {
      await both.apis[1].poll();
      const seen = await both.apis[1].job(jobId);
      return seen.state === 'JOB_STATE_FAILED' && seen;
    });
    assert.equal(job.failure_reason, 'FAILURE_REASON_START_UNKNOWN');
    assert.ok(job.cost.held_micros > 0, 'what may be charged is held');
    assert.equal((await both.simulator.starts()).length, 1);
    await both.stop();
  });
});
