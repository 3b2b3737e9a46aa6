// One life of the system: jobs of some kinds come to their end over one database, one storage and one door to Google,
// whoever dies on the way. What it is made of and what it must come to is given as a scenario (scenarios.mjs).

import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';

import { Api } from '../../e2e/support/api.mjs';
import { scratchFolder, Simulator } from '../../e2e/support/programs.mjs';
import { until } from '../../e2e/support/until.mjs';
import { ArmedServer, readFrom } from './armed.mjs';
import { judge, kQueries } from './judge.mjs';
import { isAtRest } from './at_rest.mjs';
import { kWitness, witnessed, witnessedByTime } from './witness.mjs';
import { toldBy, worldOf } from './world.mjs';

const kTemplate = 'template';
const kFailedPrecondition = 9;
const pause = (ms) => new Promise((resume) => setTimeout(resume, ms));

// The judge's queries in SQLite's words, whose times are microseconds and whose events know no start.
const kSqliteQueries = Object.fromEntries(Object.entries(kQueries).map(([name, query]) => [name, query
  .replaceAll(/extract\(epoch FROM (\w+)\) \* 1000/g, '$1 / 1000.0')
  .replace('to_state, start_id', 'to_state')]));

// The database that every life on Postgres begins with.
export async function makeTemplate(postgres) {
  await postgres.createWebApp(kTemplate);
  const migrated = await postgres.migrate(kTemplate);
  assert.equal(migrated.code, 0, migrated.err);
  await postgres.psql(kTemplate, '-c', kWitness);
}

class OnPostgres {
  queries = kQueries;
  // As if the time that a lane is closed for were over, and with it a dead server's check and the wait of whoever met it.
  timePasses = `UPDATE video_lanes SET closed_until = clock_timestamp(),
      check_until = CASE WHEN check_until IS NOT NULL THEN clock_timestamp() END;
    UPDATE video_jobs SET due_at = clock_timestamp() WHERE status = 'pending' AND due_at IS NOT NULL AND lease_until IS NULL`;

  constructor(postgres, name) {
    Object.assign(this, { postgres, name, env: { DATABASE_URL: postgres.url(name) } });
  }

  make() {
    return this.postgres.psql('postgres', '-c', `CREATE DATABASE ${this.name} TEMPLATE ${kTemplate}`);
  }

  sql = (query) => this.postgres.sql(this.name, query);
  run = (command) => this.postgres.psql(this.name, '-c', command);
  witnesses = () => witnessed(this.sql);

  drop() {
    return this.postgres.psql('postgres', '-c', `DROP DATABASE ${this.name} WITH (FORCE)`);
  }
}

class OnSqlite {
  folder = scratchFolder();
  env = { VIDEOJOBS_DATA_DIR: this.folder };
  queries = kSqliteQueries;
  timePasses = 'UPDATE video_jobs SET due_at = 0 WHERE due_at IS NOT NULL AND lease_until IS NULL';

  make() {}

  sql = async (query) => JSON.parse((await promisify(execFile)(process.env.FAULTS_SQLITE_ROWS, [
    join(this.folder, 'videojobs.db'), query], { maxBuffer: 1 << 26 })).stdout);
  run = async (command) => {
    if (command === this.timePasses) await this.sql(`UPDATE video_lanes SET closed_until = 0,
      check_until = CASE WHEN check_until IS NOT NULL THEN 0 END`);
    await this.sql(command);
  };
  witnesses = (ledger, servers) => witnessedByTime(ledger, servers);

  drop() {}
}

export class Life {
  created = new Set();
  servers = [];
  elsewhere = [];

  // The first server is `armed` (armed_fault_point.cc), the following ones are not.
  static async over(postgres, name, scenario, { armed = '', points = '' } = {}) {
    const life = Object.assign(new Life(), { scenario, armed });
    life.database = scenario.database === 'sqlite' ? new OnSqlite() : new OnPostgres(postgres, name);
    await life.database.make();
    life.simulator = await Simulator.start(
      '--latency', scenario.latency ?? '0s', '--file-processing', '0s', ...(scenario.flags ?? []));
    life.world = worldOf(life.simulator);
    life.storage = scratchFolder();
    life.readStored = readFrom(life.storage);
    life.env = {
      STORAGE_URL: `file://${life.storage}`, VIDEOJOBS_POLL_INTERVAL: '1s', VIDEOJOBS_LEASE: '1s', VIDEOJOBS_ADOPT: 'all',
      ...await scenario.env(life), ...life.database.env, ...(points && { ARMED_POINTS: points }) };
    return life;
  }

  sql = (query) => this.database.sql(query);

  async serve() {
    const server = this.servers.at(-1);
    if (server && !server.hasEnded) return;
    this.api?.close();
    this.servers.push(await ArmedServer.start(this.env, this.servers.length === 0 ? this.armed : ''));
    this.api = this.servers.at(-1).serves ? new Api(this.servers.at(-1)) : null;
  }

  get deaths() {
    return this.servers.filter(({ announced, hasEnded }) => announced && hasEnded);
  }

  // Calls until it is answered, by whoever lives then. Where a server died meanwhile, `late` may say that a refusal is
  // all right: what the call asked for was done before, or came too late.
  async call(method, request, late = () => false) {
    return until(`${method} is answered`, async () => {
      await this.serve();
      return this.api?.call(method, request, Date.now() + 3000).catch(async (error) => {
        if (error.code === kFailedPrecondition && this.deaths.length > 0 && await late(error)) return { refused: error };
        throw error;
      });
    });
  }

  async create(video, requestId) {
    const { jobs: [job] } = await this.call('CreateJobs', { videos: [video], request_id: requestId });
    this.created.add(job.job_id);
    return job.job_id;
  }

  async job(id) {
    return (await this.call('GetStatus', { job_id: id })).job;
  }

  // `meanwhile` is called again and again until then.
  ended(meanwhile = () => {}) {
    return until('every job has ended', async () => {
      await this.serve();
      await meanwhile();
      await pause(100);
      return isAtRest(this.sql, this.world);
    }, 90);
  }

  async verdict() {
    await this.serve();
    const ids = (await this.sql('SELECT id FROM video_jobs')).map(({ id }) => id);
    const told = await until('costs are told', async () => {
      await this.serve();
      return toldBy(this.api, ids);
    });
    this.api.close();
    await this.servers.at(-1).stop();
    const servers = this.servers.map(({ fate }) => fate);
    const verdict = await judge({
      sql: this.sql, queries: this.database.queries, world: this.world, created: this.created, servers, told,
      witnesses: (ledger) => this.database.witnesses(ledger, servers), readStored: this.readStored,
      elsewhere: this.elsewhere, faults: await this.world.faults(), heals: Boolean(this.env.VIDEOJOBS_VERTEX_OUTPUT) });
    await this.simulator.stop();
    await this.database.drop();
    return verdict;
  }
}
