// Real Postgres in trouble: restarted, out of reach, full, contended, and with answers that never arrive. Each trial
// ends with the judge.

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { rmSync, writeFileSync } from 'node:fs';
import { after, before, test } from 'node:test';

import { Postgres } from '../e2e/support/postgres.mjs';
import { scratchFolder } from '../e2e/support/programs.mjs';
import { fault } from './support/armed.mjs';
import { Trial } from './support/trial.mjs';

const kJobs = 6;
const pause = (ms) => new Promise((resume) => setTimeout(resume, ms));

// What a server commits on a job's way, from the door to the video's URL.
const kCommits = ['Create', 'Claim', 'WriteStoryboardIfHeld', 'RecordIntent', 'RecordOutcome', 'MoveIfHeld', 'Release'];

let postgres;
before(async () => (postgres = await Postgres.start()));
after(() => postgres.stop());

async function passes(trial) {
  await trial.ended();
  const { broken, figures } = await trial.verdict();
  assert.deepEqual(broken, []);
  return figures;
}

test('Postgres_RestartedInTheMiddleOfWork_LosesNothing', async () => {
  const trial = await Trial.on(postgres, 'restarts');
  await trial.serve();
  await trial.serve();
  for (const signal of ['SIGQUIT', 'SIGINT', 'SIGQUIT']) {
    const creating = trial.create(kJobs, signal + trial.created.size);
    await pause(150);
    await postgres.restart(signal);
    await creating;
  }
  await passes(trial);
});

test('Connections_KilledOverAndOverBehindPgBouncer_LoseNothing', async () => {
  const trial = await Trial.on(postgres, 'killed', { url: postgres.poolerUrl('killed') });
  await trial.serve();
  await trial.serve();
  let killing = true;
  const killer = (async () => {
    while (killing) {
      await postgres.psql('postgres', '-c', `SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity
        WHERE datname = 'killed'`);
      await pause(100);
    }
  })();
  await trial.create(kJobs * 2);
  await pause(2000);
  killing = false;
  await killer;
  await passes(trial);
});

for (const commit of kCommits) {
  test(`${commit}_AnswerToItsCommitIsLost_IsNeitherLostNorDoneTwice`, async () => {
    const trial = await Trial.on(postgres, `lost_${commit.toLowerCase()}`, { latency: '0s' });
    await trial.serve(fault('lose_answer', 'commit', commit, 'after'));
    await trial.create(3);
    const figures = await passes(trial);
    assert.equal(figures.paid_starts, 3);
    assert.deepEqual(figures.jobs, { completed: 3 });
  });
}

test('Transactions_AbortedBySerializationFailures_AreRepeated', async () => {
  const trial = await Trial.on(postgres, 'contended', { latency: '0s' });
  for (const table of ['video_jobs', 'video_starts', 'video_clips']) {
    await postgres.psql('contended', '-c', `CREATE SEQUENCE aborts_${table};
      CREATE FUNCTION abort_${table}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
        IF nextval('aborts_${table}') % 3 = 1 AND currval('aborts_${table}') < 40 THEN
          RAISE EXCEPTION 'could not serialize access' USING ERRCODE = 'serialization_failure';
        END IF;
        RETURN NEW;
      END $$;
      CREATE TRIGGER aborts BEFORE INSERT OR UPDATE ON ${table} FOR EACH ROW EXECUTE FUNCTION abort_${table}()`);
  }
  await trial.serve();
  await trial.create(kJobs);
  const figures = await passes(trial);
  assert.equal(figures.paid_starts, kJobs);
});

// A small file system of its own where this process may mount one; else Postgres is made to say what it would say.
async function fullDisk(trial, cluster, folder) {
  if (folder) {
    const ballast = `${folder}/ballast`;
    try {
      for (;;) writeFileSync(ballast, Buffer.alloc(1 << 20), { flag: 'a' });
    } catch (error) {
      assert.equal(error.code, 'ENOSPC');
    }
    return async () => {
      rmSync(ballast);
      if (cluster.server.hasEnded) cluster.startServer();
    };
  }
  await cluster.psql('full_disk', '-c', `CREATE FUNCTION full_disk() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
      RAISE EXCEPTION 'could not extend file: No space left on device' USING ERRCODE = 'disk_full';
    END $$;
    CREATE TRIGGER full_disk BEFORE INSERT ON video_job_events FOR EACH ROW EXECUTE FUNCTION full_disk()`);
  return () => cluster.psql('full_disk', '-c', 'DROP FUNCTION full_disk CASCADE');
}

test('Disk_FullInTheMiddleOfWork_WorkGoesOnWhenThereIsRoom', async () => {
  let folder = scratchFolder();
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=160m', 'tmpfs', folder], { stdio: 'ignore' });
  } catch {
    folder = null;
  }
  const cluster = folder ? await Postgres.start(folder) : postgres;
  after(() => folder && execFileSync('umount', ['-l', folder]));
  const trial = await Trial.on(cluster, 'full_disk');
  await trial.serve();
  await trial.create(2, 'before');
  const makeRoom = await fullDisk(trial, cluster, folder);
  const creating = trial.create(kJobs, 'during');
  await pause(3000);
  await makeRoom();
  await creating;
  await passes(trial);
  if (folder) await cluster.stop();
  console.log(folder ? 'a real file system was full' : 'no file system could be mounted: Postgres was made to say so');
});

test('Replicas_ClocksTenMinutesOffEitherWay_WorkTogether', async () => {
  const trial = await Trial.on(postgres, 'clocks', { latency: '12s' });
  const shifted = (seconds) => ({ LD_PRELOAD: process.env.FAULTS_SHIFTED_CLOCK, CLOCK_SHIFT: String(seconds) });
  const ahead = await trial.serve('', shifted(600));
  await trial.serve('', shifted(-600));
  await trial.serve();
  await trial.create(kJobs);
  const figures = await passes(trial);
  assert.deepEqual(figures.jobs, { completed: kJobs });
  const [, logged] = /^(\S+Z?)/.exec(ahead.errors);
  assert.ok(Date.parse(logged) > Date.now() + 400_000, `its clock is ahead: ${logged}`);
  const [{ worst }] = await trial.sql(`SELECT max(extract(epoch FROM finished_at - created_at)) AS worst FROM video_jobs`);
  assert.ok(worst < 45, `the slowest job took ${worst} s`);
});
