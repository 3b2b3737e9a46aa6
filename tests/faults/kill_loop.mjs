// Three servers on one Postgres, killed at random moments and inside every part of a paid start, while jobs are created
// all the while and the simulator answers badly. Judged by what the simulator, the database and the storage say.
//
//   node kill_loop.mjs [--kills 200] [--seed N] [--forget-intents]
//
// --forget-intents takes the durable intent out: then the judge must find a payment made twice.

import { parseArgs } from 'node:util';

import { Api } from '../e2e/support/api.mjs';
import { allCredentials, kOutput, kProviders } from '../e2e/support/doors.mjs';
import { Postgres } from '../e2e/support/postgres.mjs';
import { scratchFolder, Simulator } from '../e2e/support/programs.mjs';
import { until } from '../e2e/support/until.mjs';
import { ArmedServer, fault, readFrom } from './support/armed.mjs';
import { judge, newToken } from './support/judge.mjs';
import { isAtRest } from './support/at_rest.mjs';
import { kWitness, witnessed } from './support/witness.mjs';
import { toldBy, worldOf } from './support/world.mjs';

const { values: options } = parseArgs({
  options: {
    kills: { type: 'string', default: '200' },
    seed: { type: 'string', default: String(Date.now() % 1_000_000) },
    'forget-intents': { type: 'boolean', default: false },
  },
});
const kKills = Number(options.kills);
const kServers = 3;
const kPerPart = 5;
// A server that was to die inside a part and did not pass it is tried again, but not without end.
const kMostTries = 8 * kPerPart;
// A job is created about so often: enough that every part of a start is met, few enough that a loop ends.
const kCreateEveryMs = Math.max(120, Number(process.env.KILL_LOOP_CREATE_MS ?? 200));
const kDoors = Object.values(kProviders);
// How long a server serves at most, in milliseconds: long enough that starts are refused, spoilt and filtered as well.
const kLongestLife = 1000;

// The parts of a paid start: a server is made to die inside each of them, at its own door to Google.
const kParts = {
  'before the intent is committed': fault('die', 'commit', 'RecordIntent', 'before'),
  'after the intent is committed': fault('die', 'commit', 'RecordIntent', 'after'),
  'before the paid call goes out': ({ start }) => fault('die', 'http', start, 'before'),
  'while the paid call is under way': ({ start }) => fault('die_within', 'http', start, 'before', 30),
  'after the paid call was answered': ({ start }) => fault('die', 'http', start, 'after'),
  'before the outcome is committed': fault('die', 'commit', 'RecordOutcome', 'before'),
  'after the outcome is committed': fault('die', 'commit', 'RecordOutcome', 'after'),
  'before the job moves': fault('die', 'commit', 'MoveIfHeld', 'before'),
  'after the job moved': fault('die', 'commit', 'MoveIfHeld', 'after'),
};

const kFaults = [
  { kind: 'lost_answer', probability: 0.04 },
  { kind: '500', probability: 0.02 },
  { kind: 'refused', probability: 0.03 },
  { kind: '429', probability: 0.02, retry_after: '1s' },
  { kind: 'slow_answer', probability: 0.5, delay: '80ms', on: 'start' },
  { kind: 'filtered', probability: 0.03 },
  { kind: 'operation_error', probability: 0.03 },
  { kind: 'base64', probability: 0.05 },
  { kind: 'poll_500', probability: 0.05 },
  { kind: 'truncated', probability: 0.03 },
];

// Mulberry32, as it is in the public domain. (Real processes answer in their own time: a seed repeats the draws, not
// the run.)
function randomFrom(seed) {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

const pause = (ms) => new Promise((resume) => setTimeout(resume, ms));

class KillLoop {
  random = randomFrom(Number(options.seed));
  servers = [];
  apis = [];
  created = new Set();
  fates = [];
  kills = 0;
  inside = Object.fromEntries(Object.keys(kParts).map((part) => [part, 0]));
  tries = Object.fromEntries(Object.keys(kParts).map((part) => [part, 0]));
  wanted = Object.keys(kParts).flatMap((part) => Array(kPerPart).fill(part));
  stopping = false;

  async open() {
    this.postgres = await Postgres.start();
    await this.postgres.psql('postgres', '-c', 'CREATE DATABASE kills');
    const migrated = await this.postgres.migrate('kills');
    if (migrated.code !== 0) throw new Error(migrated.err);
    await this.postgres.psql('kills', '-c', kWitness);
    this.simulator = await Simulator.start('--latency', '300ms', '--file-processing', '200ms', '--seed', options.seed);
    this.world = worldOf(this.simulator);
    this.storage = scratchFolder();
    this.homes = Array.from({ length: kServers }, () => scratchFolder());
    this.env = {
      ...await allCredentials(this.simulator), VIDEOJOBS_VERTEX_OUTPUT: kOutput,
      DATABASE_URL: this.postgres.url('kills'), STORAGE_URL: `file://${this.storage}`,
      VIDEOJOBS_POLL_INTERVAL: '1s', VIDEOJOBS_LEASE: '2s', VIDEO_DAILY_SPEND_LIMIT_USD: 'none' };
  }

  async startServer(index, armed = '') {
    const always = options['forget-intents'] ? fault('forget', 'commit', 'RecordIntent', 'before') : '';
    const server = await ArmedServer.start(
      { ...this.env, ...kDoors[index].env, VIDEOJOBS_DATA_DIR: this.homes[index] }, armed || always);
    if (!server.serves && !server.announced) throw new Error(`a server did not serve: ${JSON.stringify(server.crash)}`);
    return this.use(index, server);
  }

  use(index, server) {
    this.apis[index]?.close();
    this.servers[index] = server;
    this.apis[index] = server.serves ? new Api(server) : null;
    return server;
  }

  // Creates jobs until told to stop. A call that fails is repeated with its request_id, at whoever lives.
  async createJobs() {
    for (let number = 0; !this.stopping; ++number) {
      const video = { response_text: `Answer ${newToken()} of ${number}.` };
      await this.createOne(video, `request-${number}`);
      await pause(kCreateEveryMs);
    }
  }

  async createOne(video, requestId) {
    await until(`job of ${requestId} is created`, async () => {
      const api = this.apis[Math.floor(this.random() * kServers)];
      const jobs = await api?.call('CreateJobs', { videos: [video], request_id: requestId }, Date.now() + 3000);
      return jobs && this.created.add(jobs.jobs[0].job_id);
    }, 120);
  }

  // Kills one server over and over until all kills are made.
  async killServer(index) {
    while (this.kills < kKills || this.wanted.length > 0) {
      const part = this.wanted.shift();
      const point = kParts[part];
      const server = await this.startServer(index, typeof point === 'function' ? point(kDoors[index]) : point);
      if (part) {
        await this.awaitDeathInside(part, server);
      } else {
        await pause(20 + this.random() * kLongestLife);
      }
      await this.end(server, 'SIGKILL');
      if (++this.kills % 50 === 0) console.log(`${this.kills} kills, ${this.created.size} jobs`);
    }
  }

  // Counts a death inside a part where the server announced it, and nobody else killed it.
  async awaitDeathInside(part, server) {
    ++this.tries[part];
    await Promise.race([server.ended, pause(15_000)]);
    if (server.hasEnded && server.end.signal === 'SIGKILL' && server.announced) ++this.inside[part];
    else if (this.tries[part] < kMostTries) this.wanted.push(part);
  }

  async end(server, signal) {
    await server.stop(signal);
    this.fates.push(server.fate);
  }

  // Without faults and kills everything comes to its end.
  async drain() {
    this.stopping = true;
    this.faults = await this.world.faults();
    await this.simulator.setFaults();
    await Promise.all(this.servers.map((_, index) => this.startServer(index)));
    await this.creating;
    await until('every job has ended', () => isAtRest(this.sql, this.world), 300).catch((late) => {
      for (const { who, crash, errors } of this.servers) console.log(who, crash ?? 'lives', errors.slice(-3000));
      throw late;
    });
    this.told = await toldBy(this.apis[0], [...this.created]);
    await Promise.all(this.servers.map((server) => this.end(server)));
  }

  sql = (query) => this.postgres.sql('kills', query);

  async run() {
    console.log(`seed ${options.seed}`);
    await this.open();
    if (options['forget-intents']) return this.runWithoutIntents();
    await this.simulator.setFaults(...kFaults);
    const began = Date.now();
    const killing = Array.from({ length: kServers }, (_, index) => this.killServer(index));
    this.creating = this.createJobs();
    await Promise.all(killing);
    const seconds = Math.round((Date.now() - began) / 1000);
    await this.drain();
    return this.verdict({ seconds });
  }

  // The control: one server, a few jobs, no kill at all.
  async runWithoutIntents() {
    await this.startServer(0);
    for (let number = 0; number < 3; ++number) {
      await this.createOne({ response_text: `Answer ${newToken()}.` }, `request-${number}`);
    }
    await until('a job was paid for twice', async () => (await this.simulator.starts()).length > 3);
    await this.end(this.servers[0], 'SIGKILL');
    return this.verdict({});
  }

  async verdict(more) {
    const verdict = await judge({
      sql: this.sql, world: this.world, witnesses: () => witnessed(this.sql), created: this.created, servers: this.fates,
      faults: this.faults, told: this.told, readStored: readFrom(this.storage), heals: true });
    Object.assign(verdict.figures, {
      seed: Number(options.seed), kills: this.kills, inside: this.inside, tries: this.tries, ...more });
    for (const api of this.apis) api?.close();
    await this.simulator.stop();
    await this.postgres.stop();
    return verdict;
  }
}

const { broken, figures } = await new KillLoop().run();
console.log(JSON.stringify(figures, null, 2));
if (options['forget-intents']) {
  const found = broken.some((sentence) => sentence.startsWith('never pay twice'));
  console.log(found ? 'without intents the judge finds a second payment' : 'THE JUDGE FOUND NOTHING');
  process.exit(found ? 0 : 1);
}
const missed = Object.entries(figures.inside).filter(([, kills]) => kills < kPerPart).map(([part]) => part);
for (const sentence of broken.slice(0, 20)) console.log(`BROKEN ${sentence}`);
for (const part of missed) console.log(`MISSED fewer than ${kPerPart} kills ${part} in ${kMostTries} tries`);
console.log(broken.length + missed.length === 0
  ? `${figures.kills} kills, ${figures.paid_starts} paid starts: no promise broken`
  : `${broken.length} promises broken; the draws were those of --seed ${figures.seed}`);
process.exit(broken.length + missed.length === 0 ? 0 : 1);
