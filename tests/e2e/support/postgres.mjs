// A private Postgres in a temporary folder, with PgBouncer in transaction mode in front of it. It listens on sockets in
// that folder only, and runs as user `postgres` where this process is root.

import { execFile, execFileSync } from 'node:child_process';
import { existsSync, readdirSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

import { commandLine, Program, scratchFolder } from './programs.mjs';
import { until } from './until.mjs';

const kPoolerPort = 6432;
const kVersions = '/usr/lib/postgresql';
const asRoot = process.getuid() === 0;

const kServersUser = asRoot ? ['--reuid', 'postgres', '--regid', 'postgres', '--clear-groups'] : [];

function serverProgram(name) {
  const newest = readdirSync(kVersions).sort((a, b) => b - a)[0];
  return `${kVersions}/${newest}/bin/${name}`;
}

const testFile = (path) => fileURLToPath(new URL(`../../${path}`, import.meta.url));

// The ledger of ten thousand kills has some megabytes.
const kMostOutput = 1 << 30;

export class Postgres {
  // In `folder`, or in one of its own.
  static async start(folderGiven) {
    const cluster = new Postgres();
    cluster.folder = folderGiven ?? scratchFolder();
    if (asRoot) execFileSync('chown', ['postgres', cluster.folder]);
    const asUser = (...command) => new Program(command, {}, kServersUser);
    const { folder } = cluster;
    const made = asUser(serverProgram('initdb'), '-D', `${folder}/data`, '-U', 'postgres', '-A', 'trust', '-E', 'UTF8',
      '--no-locale', '--no-sync');
    if ((await made.ended).code !== 0) throw new Error(`initdb failed: ${made.errors}`);
    cluster.startServer();
    writeFileSync(`${folder}/pgbouncer.ini`, [
      '[databases]', `* = host=${folder} user=postgres`, '[pgbouncer]', `unix_socket_dir = ${folder}`, 'listen_addr =',
      `listen_port = ${kPoolerPort}`, 'auth_type = any', 'pool_mode = transaction', ''].join('\n'));
    cluster.pooler = asUser('/usr/sbin/pgbouncer', '--quiet', `${folder}/pgbouncer.ini`);
    await until('PgBouncer listens', () => existsSync(`${folder}/.s.PGSQL.${kPoolerPort}`));
    await until('Postgres answers', () => cluster.sql('postgres', 'SELECT 1 AS up'));
    return cluster;
  }

  startServer() {
    this.server = new Program([serverProgram('postgres'), '-D', `${this.folder}/data`, '-k', this.folder, '-h', '',
      '-c', 'fsync=off', '-c', 'full_page_writes=off', '-c', 'max_connections=200'], {}, kServersUser);
  }

  // SIGQUIT: as after a crash. SIGINT: every connection is cut, the rest in order.
  async restart(signal) {
    await this.server.stop(signal);
    this.startServer();
    await until('Postgres answers again', () => this.sql('postgres', 'SELECT 1 AS up'));
  }

  async stop() {
    await this.pooler.stop('SIGINT');
    await this.server.stop('SIGINT');
  }

  url(database) {
    return `postgres:///${database}?host=${this.folder}&user=postgres`;
  }

  poolerUrl(database) {
    return `${this.url(database)}&port=${kPoolerPort}`;
  }

  async psql(database, ...args) {
    const { stdout } = await promisify(execFile)('psql', [
      this.url(database), '-X', '-q', '-A', '-t', '-v', 'ON_ERROR_STOP=1', ...args], { maxBuffer: kMostOutput });
    return stdout;
  }

  // The rows of a query as objects.
  async sql(database, query) {
    const rows = await this.psql(database, '-c', `WITH q AS (${query}) SELECT coalesce(json_agg(q), '[]') FROM q`);
    return JSON.parse(rows);
  }

  // A database as the web app's own migrations leave it.
  async createWebApp(database) {
    await this.createWebAppBefore010(database);
    await this.psql(database, '-f', testFile('store/web_app_video_columns.sql'));
  }

  // The same before the app's migrations 010 and 012, which added the columns about videos.
  async createWebAppBefore010(database) {
    await this.psql('postgres', '-c', `CREATE DATABASE ${database}`);
    await this.psql(database, '-f', testFile('store/web_app_schema.sql'));
  }

  migrate(database) {
    return commandLine(['migrate'], { DATABASE_URL: this.url(database) });
  }
}
