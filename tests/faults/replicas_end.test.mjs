// What becomes of a replica's jobs when it ends, at the settings that users have; and what an idle one asks for.

import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';

import { Postgres } from '../e2e/support/postgres.mjs';
import { until } from '../e2e/support/until.mjs';
import { Trial } from './support/trial.mjs';

const kDefaults = { VIDEOJOBS_LEASE: '', VIDEOJOBS_POLL_INTERVAL: '' };

let postgres;
before(async () => (postgres = await Postgres.start()));
after(() => postgres.stop());

describe('replicas at their defaults', { concurrency: true }, () => {
  test('DeadReplica_InAPaidStart_ItsJobMovesOnWithinThirtySeconds', async () => {
    const trial = await Trial.on(postgres, 'dead', { env: kDefaults });
    const dying = await trial.serve();
    await trial.simulator.setFaults({ kind: 'slow_answer', on: 'start', delay: '100s' });
    await trial.create(1);
    await until('the start is under way', async () => (await trial.simulator.starts()).length === 1);
    await trial.serve();
    await dying.stop('SIGKILL');
    await trial.simulator.setFaults();
    await until('the job has moved on', async () =>
      (await trial.sql('SELECT status FROM video_jobs'))[0].status === 'failed', 30);
    assert.deepEqual((await trial.verdict()).broken, []);
  });

  test('StoppedReplica_InADownload_HandsItsJobOverAtOnce', async () => {
    const trial = await Trial.on(postgres, 'stopped', { latency: '0s', env: kDefaults });
    const stopping = await trial.serve();
    await trial.simulator.setFaults({ kind: 'stalled', count: 1, delay: '100s' });
    await trial.create(1);
    await until('the download is under way', async () => {
      const { downloads } = await (await fetch(`${trial.simulator.url}/_simulator/counts`)).json();
      return Object.keys(downloads).length === 1;
    });
    await trial.serve();
    await stopping.stop('SIGTERM');
    await until('the other replica has completed it', async () =>
      (await trial.sql('SELECT status FROM video_jobs'))[0].status === 'completed', 8);
    assert.deepEqual((await trial.verdict()).broken, []);
  });

  test('IdleReplica_InAMinute_AsksLessThanOnceASecond', async () => {
    const trial = await Trial.on(postgres, 'idle', { env: kDefaults, webApp: true });
    await postgres.psql('postgres', '-c', `ALTER DATABASE idle SET log_statement = 'all'`);
    await trial.serve();
    // Every statement but the frame of a transaction, as Postgres logs it.
    const statements = () => [...postgres.server.errors.matchAll(/LOG: {2}(?:statement|execute [^:]*):\s*([A-Z]+)/g)]
      .filter(([, verb]) => !['BEGIN', 'COMMIT', 'ROLLBACK'].includes(verb)).length;
    const seconds = 60;
    const askedMeanwhile = async () => {
      const before = statements();
      await new Promise((resume) => setTimeout(resume, seconds * 1000));
      return statements() - before;
    };
    // One look may have what the server did when it came up; one that asks too often is seen in both.
    let asked = await askedMeanwhile();
    if (asked > seconds) asked = await askedMeanwhile();
    assert.ok(asked > 0 && asked <= seconds, `${asked} statements in ${seconds} s`);
    console.log(`idle: ${asked} statements in ${seconds} s`);
    assert.deepEqual((await trial.verdict()).broken, []);
  });
});
