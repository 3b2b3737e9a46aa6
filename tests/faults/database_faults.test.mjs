// Real Postgres in trouble: restarted, out of reach, full, contended, and with answers that never arrive. Each trial
// ends with the judge.

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { rmSync, writeFileSync } from 'node:fs';
import { after, before, test } from 'node:test';

import { Postgres } from '../e2e/support/postgres.mjs';
import { scratchFolder } from '../e2e/support/programs.mjs';
import { until } from '../e2e/support/until.mjs';
import { fault } from './support/armed.mjs';
import { CutCommits } from './support/cut_commits.mjs';
import { Trial } from './support/trial.mjs';

const kJobs = 6;
const pause = (ms) => new Promise((resume) => setTimeout(resume, ms));

// What a server writes of a database that does not answer.
const kTrouble = /UNAVAILABLE|UNKNOWN/;

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
  await trial.simulator.setFaults({ kind: 'slow_answer', on: 'start', delay: '500ms' });
  await trial.serve();
  await trial.serve();
  for (const signal of ['SIGQUIT', 'SIGINT', 'SIGQUIT']) {
    const creating = trial.create(kJobs, signal + trial.created.size);
    await until('a paid call is under way', async () =>
      (await trial.sql(`SELECT start_id FROM video_starts WHERE outcome = 'open'`)).length > 0);
    await postgres.restart(signal);
    await creating;
  }
  await passes(trial);
  assert.ok(trial.logged(kTrouble).length > 0, 'no server noticed a restart');
});

test('Connections_KilledOverAndOverBehindPgBouncer_LoseNothing', async () => {
  const trial = await Trial.on(postgres, 'killed', { url: postgres.poolerUrl('killed') });
  await trial.serve();
  await trial.serve();
  let killing = true;
  let killed = 0;
  const killer = (async () => {
    while (killing) {
      const [{ count }] = await postgres.sql('postgres', `SELECT count(*) FILTER (WHERE pg_terminate_backend(pid))
        FROM pg_stat_activity WHERE datname = 'killed'`);
      killed += count;
      await pause(100);
    }
  })();
  await trial.create(kJobs * 2);
  await pause(2000);
  killing = false;
  await killer;
  await passes(trial);
  assert.ok(killed >= 10, `${killed} connections were killed`);
  console.log(`${killed} connections killed`);
});

for (const commit of kCommits) {
  test(`${commit}_AnswerToItsCommitIsLost_IsNeitherLostNorDoneTwice`, async () => {
    const trial = await Trial.on(postgres, `lost_${commit.toLowerCase()}`, { latency: '0s' });
    const server = await trial.serve(fault('lose_answer', 'commit', commit, 'after'));
    await trial.create(3);
    const figures = await passes(trial);
    assert.deepEqual(server.deeds.map(({ action, point }) => [action, point]), [['lose_answer', `commit|${commit}|after`]]);
    assert.equal(figures.paid_starts, 3);
    assert.deepEqual(figures.jobs, { completed: 3 });
  });
}

// Which transaction it is: some words of its statements.
const kWrites = {
  'Create': ['INSERT INTO video_jobs'], 'RecordIntent': ['INSERT INTO video_starts'],
  'RecordOutcome': ['UPDATE video_starts'], 'MoveIfHeld': ['UPDATE video_jobs\n   SET status'] };

test('Commits_ConnectionBreaksBeforeTheirAnswers_AreNeitherLostNorDoneTwice', async () => {
  const proxy = await CutCommits.before(postgres);
  after(() => proxy.close());
  const trial = await Trial.on(postgres, 'cut', { latency: '0s', url: proxy.url('cut') });
  await trial.serve();
  for (const words of [...Object.values(kWrites), ...Object.values(kWrites)]) proxy.cutNext(...words);
  await trial.create(kJobs);
  const figures = await passes(trial);
  assert.equal(proxy.cuts.length, 2 * Object.keys(kWrites).length, `not cut: ${proxy.wanted.join('; ')}`);
  assert.ok(trial.logged(/UNKNOWN/).length > 0, 'no server was in doubt');
  assert.deepEqual(figures.jobs, { completed: kJobs });
  assert.equal(figures.paid_starts, kJobs);
});

test('Transactions_AbortedBySerializationFailures_AreRepeated', async () => {
  const trial = await Trial.on(postgres, 'contended', { latency: '0s' });
  const tables = ['video_jobs', 'video_starts', 'video_clips'];
  for (const table of tables) {
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
  // The first write of every third is aborted, so what came to the second was repeated.
  for (const table of tables) {
    const [{ writes }] = await trial.sql(`SELECT last_value AS writes FROM aborts_${table}`);
    assert.ok(writes > 4, `${table}: ${writes} writes, ${Math.ceil(Math.min(writes, 40) / 3)} aborted`);
  }
});

// Jobs with long texts, which need room, until Postgres has none; then `makeRoom` makes some.
async function worksOnAfter(trial, makeRoom) {
  let created = false;
  const creating = trial.create(kJobs, 'during', randomBytes(7000).toString('hex')).then(() => (created = true));
  await until('a server hears that there is no room', () => trial.logged(/No space left on device/).length > 0);
  assert.ok(!created, 'creating is held up while there is no room');
  await makeRoom();
  await creating;
  await passes(trial);
}

function mountedFolder() {
  const folder = scratchFolder();
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=160m', 'tmpfs', folder], { stdio: 'ignore' });
    return folder;
  } catch {
    return null;
  }
}

test('Disk_ReallyFullInTheMiddleOfWork_WorkGoesOnWhenThereIsRoom', async (t) => {
  const folder = mountedFolder();
  if (!folder) return t.skip('NOT TRIED: this process may not mount a small file system');
  after(() => execFileSync('umount', ['-l', folder]));
  const cluster = await Postgres.start(folder);
  const trial = await Trial.on(cluster, 'full_disk');
  await trial.serve();
  await trial.create(2, 'before');
  const ballast = `${folder}/ballast`;
  assert.throws(() => {
    for (;;) writeFileSync(ballast, Buffer.alloc(1 << 16), { flag: 'a' });
  }, { code: 'ENOSPC' });
  await worksOnAfter(trial, async () => {
    rmSync(ballast);
    if (cluster.server.hasEnded) cluster.startServer();
  });
  await cluster.stop();
});

test('Disk_FullByPostgresWord_WorkGoesOnWhenThereIsRoom', async () => {
  const trial = await Trial.on(postgres, 'full_disk');
  await trial.serve();
  await trial.create(2, 'before');
  await postgres.psql('full_disk', '-c', `CREATE FUNCTION full_disk() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
      RAISE EXCEPTION 'could not extend file: No space left on device' USING ERRCODE = 'disk_full';
    END $$;
    CREATE TRIGGER full_disk BEFORE INSERT ON video_job_events FOR EACH ROW EXECUTE FUNCTION full_disk()`);
  await worksOnAfter(trial, () => postgres.psql('full_disk', '-c', 'DROP FUNCTION full_disk CASCADE'));
});

test('Replicas_ClocksTenMinutesOffEitherWay_WorkTogether', async () => {
  const trial = await Trial.on(postgres, 'clocks', { latency: '12s' });
  // AddressSanitizer would rather be the first library itself.
  const asan = [process.env.ASAN_OPTIONS, 'verify_asan_link_order=0'].filter(Boolean).join(':');
  const shifted = (seconds) => ({
    LD_PRELOAD: process.env.FAULTS_SHIFTED_CLOCK, CLOCK_SHIFT: String(seconds), ASAN_OPTIONS: asan });
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
