// A server dies at every point that its own code passes: before and after each commit, each HTTP call at each door to
// Google, and each file that is published. Another one goes on from there, and the judge looks at what came of it.

import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';

import { Api } from '../e2e/support/api.mjs';
import { allCredentials, kOutput, kProviders } from '../e2e/support/doors.mjs';
import { Postgres } from '../e2e/support/postgres.mjs';
import { scratchFolder, Simulator } from '../e2e/support/programs.mjs';
import { until } from '../e2e/support/until.mjs';
import { ArmedServer, fault, readFrom } from './support/armed.mjs';
import { judge, newToken, unhealed } from './support/judge.mjs';

const kAtOnce = 2;
const kSources = fileURLToPath(new URL('../../adapters/postgres/', import.meta.url));

// What this scenario does not surely pass through, and why that is all right.
const kElsewhere = {
  Close: 'the free check alone closes a lane outside of an outcome', Open: 'nothing of ours opens a lane by hand',
  PassCheck: 'as Close', NewestOf: 'reads', List: 'reads', History: 'reads', NobodysOperations: 'reads',
  Costs: 'reads', SpentSoFar: 'reads', Today: 'reads', Check: 'reads, before anything is served',
  HasEscalations: 'reads', NextDueIn: 'reads, every other second',
  'POST /v1beta/interactions/*/cancel': 'asked only where a cancel falls between start and end; free, and stores nothing',
  ShowAsTheyAre: 'the wish of a web app that is not granted: no money moves', ReadEscalations: 'reads',
};

let postgres;
before(async () => {
  postgres = await Postgres.start();
  await postgres.createWebApp('template');
  const migrated = await postgres.migrate('template');
  assert.equal(migrated.code, 0, migrated.err);
});
after(() => postgres.stop());

// One life of the system: jobs of every kind come to their end, whoever dies on the way.
class Run {
  static async over(name, provider, armed, points = '') {
    const run = new Run();
    Object.assign(run, { name, armed, deaths: [], created: new Set() });
    await postgres.psql('postgres', '-c', `CREATE DATABASE ${name} TEMPLATE template`);
    run.simulator = await Simulator.start('--latency', '0s', '--file-processing', '0s');
    run.storage = scratchFolder();
    run.env = {
      ...await allCredentials(run.simulator), ...kProviders[provider].env, VIDEOJOBS_VERTEX_OUTPUT: kOutput,
      DATABASE_URL: postgres.url(name), STORAGE_URL: `file://${run.storage}`,
      VIDEOJOBS_POLL_INTERVAL: '1s', VIDEOJOBS_LEASE: '1s', VIDEOJOBS_ADOPT: 'all', ...(points && { ARMED_POINTS: points }) };
    return run;
  }

  sql = (query) => postgres.sql(this.name, query);

  async serve() {
    if (this.server && !this.server.hasEnded) return;
    if (this.server) this.deaths.push(Date.now());
    this.api?.close();
    this.server = await ArmedServer.start(this.env, this.deaths.length === 0 ? this.armed : '');
    this.api = this.server.serves ? new Api(this.server) : null;
  }

  // Calls until it is answered, by whoever lives then.
  async call(method, request) {
    return until(`${method} is answered`, async () => {
      await this.serve();
      return this.api?.call(method, request, Date.now() + 3000).catch((error) => {
        if (error.code === 9) return { refused: error };  // FAILED_PRECONDITION: it was done before the death
        throw error;
      });
    });
  }

  async ended() {
    return until('every job has ended', async () => {
      await this.serve();
      const [{ open }] = await this.sql(`SELECT count(*) AS open FROM video_jobs
        WHERE status IN ('pending', 'processing') OR due_at IS NOT NULL`);
      return open === 0 && (await unhealed(this.sql, this.simulator)).length === 0;
    });
  }

  async live() {
    const token = newToken();
    const followed = `Followed ${newToken()}.`;
    this.elsewhere = [await this.simulator.startElsewhere(followed)];
    await this.simulator.setFaults({ kind: 'refused', prompt: token, count: 1 },
      { kind: 'slow_answer', on: 'start', count: 2, delay: '800ms' });  // long enough that leases are renewed
    await postgres.psql(this.name, '-c', `INSERT INTO escalations (id, query, response, video_generation_status, video_job_id)
      VALUES ('01920000-0000-7000-8000-00000000000a', 'q', 'Adopted ${newToken()}.', 'pending', NULL),
             ('01920000-0000-7000-8000-00000000000b', 'q', '${followed}', 'processing', '${this.elsewhere[0]}')`);
    const { jobs: [refused] } = await this.call('CreateJobs', {
      videos: [{ response_text: `Refused at first ${token}.` }], request_id: 'one' });
    const { jobs: [cancelled] } = await this.call('CreateJobs', {
      videos: [{ response_text: `Cancelled ${newToken()}.` }], request_id: 'two' });
    for (const job of [refused, cancelled]) this.created.add(job.job_id);
    await this.call('CancelJob', { job_id: cancelled.job_id });
    await this.call('PollAll', {});
    await this.ended();
    const { job } = await this.call('GetStatus', { job_id: refused.job_id });
    if (job.failure_reason === 'FAILURE_REASON_START_REFUSED') await this.call('RetryJob', { job_id: refused.job_id });
    await this.ended();
  }

  async verdict() {
    await this.server.stop();
    this.api?.close();
    const verdict = await judge({ ...this, readStored: readFrom(this.storage), heals: true });
    await this.simulator.stop();
    await postgres.psql('postgres', '-c', `DROP DATABASE ${this.name} WITH (FORCE)`);
    return verdict;
  }
}

// The functions that ask for a transaction, as the source has them; migrations run before anything is served.
function transactionsInTheSource() {
  const names = new Set();
  for (const file of readdirSync(kSources).filter((name) => name.endsWith('.cc') && name !== 'migrator.cc')) {
    let enclosing;
    for (const line of readFileSync(join(kSources, file), 'utf8').split('\n')) {
      enclosing = /^\S.*\bPostgres\w+::(\w+)\(/.exec(line)?.[1] ?? enclosing;
      if (/\.Transact\(/.test(line)) names.add(enclosing);
    }
  }
  return names;
}

// The points that a life without deaths passes.
async function pointsOf(provider) {
  const file = join(scratchFolder(), 'points');
  const run = await Run.over(`recorded_${provider}`, provider, '', file);
  await run.live();
  assert.deepEqual((await run.verdict()).broken, []);
  return [...new Set(readFileSync(file, 'utf8').trim().split('\n'))]
    .filter((point) => !kElsewhere[point.split('|')[1]]);
}

const points = new Map();
test('Recording_ALifeWithoutDeaths_PassesEveryTransactionInTheSource', async () => {
  // What one door passes is not tried again at the next.
  for (const provider of Object.keys(kProviders)) {
    for (const point of await pointsOf(provider)) points.set(point, points.get(point) ?? provider);
  }
  const commits = [...points.keys()].filter((point) => point.startsWith('commit|'));
  const passed = new Set(commits.map((point) => point.split('|')[1]));
  const missed = [...transactionsInTheSource()].filter((name) => !passed.has(name) && !kElsewhere[name]);
  assert.deepEqual(missed, [], 'extend the scenario, or say in kElsewhere why not');
});

test('EveryPoint_ServerDiesThere_AnotherOneGoesOnAndNoPromiseBreaks', async () => {
  const waiting = [...points].map(([point, provider], number) => ({ point, provider, number }));
  const failures = [];
  const tryPoints = async () => {
    for (let next = waiting.shift(); next; next = waiting.shift()) {
      const [kind, name, moment] = next.point.split('|');
      const run = await Run.over(`point_${next.number}`, next.provider, fault('die', kind, name, moment));
      try {
        await run.live();
        const { broken } = await run.verdict();
        if (run.deaths.length === 0) failures.push(`${next.point}: nobody died`);
        failures.push(...broken.map((sentence) => `${next.point}: ${sentence}`));
      } catch (error) {
        failures.push(`${next.point}: ${error.message}`);
      }
    }
  };
  await Promise.all(Array.from({ length: kAtOnce }, tryPoints));
  assert.deepEqual(failures, []);
  console.log(`${points.size} points, a death at each`);
});
