// Eight replicas, and PollAll called on all of them at once, over and over.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { Postgres } from '../e2e/support/postgres.mjs';
import { until } from '../e2e/support/until.mjs';
import { Trial } from './support/trial.mjs';

const kReplicas = 8;
const kJobs = 24;

let postgres;
before(async () => (postgres = await Postgres.start()));
after(() => postgres.stop());

test('PollAll_OverlappingOnEightReplicas_DoesEverythingOnceAndCountsIt', async () => {
  const trial = await Trial.on(postgres, 'callers', { latency: '10s', env: { VIDEOJOBS_POLL_INTERVAL: '0', VIDEOJOBS_LEASE: '20s' } });
  await Promise.all(Array.from({ length: kReplicas }, () => trial.serve()));
  await trial.create(kJobs);
  const sums = { adopted: 0, created: 0, polled: 0, completed: 0, failed: 0, deferred: 0 };
  const unfinished = async () => (await trial.sql(
    `SELECT count(*) AS open FROM video_jobs WHERE status IN ('pending', 'processing')`))[0].open;
  await until('every job has ended', async () => {
    for (const answer of await Promise.all(trial.apis.map((api) => api.poll()))) {
      for (const key of Object.keys(sums)) sums[key] += answer[key];
      assert.ok(answer.remaining_due <= kJobs, `${answer.remaining_due} of ${kJobs} jobs remain due`);
    }
    return await unfinished() === 0;
  }, 300);
  const { polls, downloads } = await (await fetch(`${trial.simulator.url}/_simulator/counts`)).json();
  const asked = Object.values(polls);
  const clips = await trial.sql('SELECT polls, operation_name FROM video_clips');
  // Running when it was accepted, done 15 to 30 s later: two due slots each.
  assert.deepEqual([...new Set(asked)], [2], 'no operation is asked twice in one due slot');
  assert.equal(asked.length, kJobs);
  for (const clip of clips) assert.equal(clip.polls, polls[clip.operation_name]);
  assert.deepEqual(sums, { adopted: 0, created: kJobs, polled: 2 * kJobs, completed: kJobs, failed: 0, deferred: 0 });
  assert.equal((await trial.apis[0].poll()).remaining_due, 0);
  assert.deepEqual([...new Set(Object.values(downloads))], [1], 'no video is fetched twice');
  assert.equal(Object.keys(downloads).length, kJobs);
  const published = await trial.sql(`SELECT job_id, count(*) AS times, count(DISTINCT event) AS kinds FROM video_job_events
    WHERE event IN ('stored', 'delivered') GROUP BY job_id`);
  assert.equal(published.length, kJobs);
  for (const row of published) assert.deepEqual([row.times, row.kinds], [2, 2], 'each is stored once, and delivered once');
  assert.deepEqual((await trial.verdict()).broken, []);
});
