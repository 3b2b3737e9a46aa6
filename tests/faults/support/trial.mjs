// A few jobs on one database, with whatever goes wrong meanwhile, and the judge at the end.

import { Api } from '../../e2e/support/api.mjs';
import { scratchFolder, Simulator } from '../../e2e/support/programs.mjs';
import { until } from '../../e2e/support/until.mjs';
import { ArmedServer, readFrom } from './armed.mjs';
import { judge, newToken } from './judge.mjs';
import { isQuiet } from './at_rest.mjs';
import { kWitness, witnessed } from './witness.mjs';
import { toldBy, worldOf } from './world.mjs';

export class Trial {
  created = new Set();
  servers = [];
  apis = [];

  // `url` is what the servers connect to; the judge asks Postgres itself.
  static async on(postgres, database, { url = postgres.url(database), latency = '300ms', env = {}, webApp = false } = {}) {
    if (webApp) await postgres.createWebApp(database);
    else await postgres.psql('postgres', '-c', `CREATE DATABASE ${database}`);
    const migrated = await postgres.migrate(database);
    if (migrated.code !== 0) throw new Error(migrated.err);
    await postgres.psql(database, '-c', kWitness);
    const trial = new Trial();
    trial.sql = (query) => postgres.sql(database, query);
    trial.simulator = await Simulator.start('--latency', latency);
    trial.world = worldOf(trial.simulator);
    trial.storage = scratchFolder();
    trial.env = {
      ...trial.simulator.settings, DATABASE_URL: url, STORAGE_URL: `file://${trial.storage}`, VIDEOJOBS_LEASE: '2s',
      VIDEOJOBS_POLL_INTERVAL: '1s', VIDEO_DAILY_SPEND_LIMIT_USD: 'none', ...env };
    return trial;
  }

  async serve(armed = '', env = {}) {
    const server = await ArmedServer.start({ ...this.env, ...env }, armed);
    if (!server.serves) throw new Error(server.errors);
    this.servers.push(server);
    this.apis.push(new Api(server));
    return server;
  }

  // Repeats the call with its request_id until it is answered: at least one server lives, or will.
  async create(count, name = 'job', more = '') {
    for (let number = 0; number < count; ++number) {
      const video = { response_text: `Answer ${newToken()}. ${more}` };
      await until(`${name} ${number} is created`, async () => {
        const [{ job_id: id }] = await this.apis[number % this.apis.length].create([video], `${name}-${number}`);
        return this.created.add(id);
      });
    }
  }

  // What the servers wrote that matches.
  logged(pattern) {
    return this.servers.flatMap(({ errors }) => errors.split('\n').filter((line) => pattern.test(line)));
  }

  ended(seconds = 90) {
    return until('every job has ended', () => isQuiet(this.sql), seconds);
  }

  async verdict() {
    const asked = this.apis[this.servers.findIndex(({ serves }) => serves)];
    const told = asked && await toldBy(asked, [...this.created]);
    for (const api of this.apis) api.close();
    await Promise.all(this.servers.map((server) => server.stop()));
    const verdict = await judge({
      ...this, told, witnesses: () => witnessed(this.sql), servers: this.servers.map(({ fate }) => fate),
      readStored: readFrom(this.storage) });
    await this.simulator.stop();
    return verdict;
  }
}
