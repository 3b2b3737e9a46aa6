// The web app beside our server: rows that come and go by SQL alone, and a cron job that posts to /api/video/poll.

import assert from 'node:assert/strict';

import { Api } from './api.mjs';
import { scratchFolder, Server, Simulator } from './programs.mjs';
import { until } from './until.mjs';

// An operation runs a moment, so that the first poll finds it running.
const kLatency = '1s';

// A web app of its own: its database, a simulated Google, and the server between them.
export class WebApp {
  // `url` chooses the way to the database; `settings` are further ones of the server.
  static async open(postgres, name, { url = (name) => postgres.url(name), latency = kLatency, settings = {} } = {}) {
    const app = new WebApp();
    Object.assign(app, { postgres, name });
    await postgres.createWebApp(name);
    app.simulator = await Simulator.start('--latency', latency);
    app.env = {
      ...app.simulator.settings, DATABASE_URL: url(name), VIDEOJOBS_POLL_INTERVAL: '0',
      STORAGE_URL: `file://${scratchFolder()}`, ...settings };
    return app;
  }

  async serve() {
    const migrated = await this.postgres.migrate(this.name);
    assert.equal(migrated.code, 0, migrated.err);
    this.server = await Server.start(this.env);
    this.api = new Api(this.server);
  }

  async close() {
    this.api.close();
    await this.server.stop();
    await this.simulator.stop();
  }

  sql(query) {
    return this.postgres.sql(this.name, query);
  }

  // Inserts a row as the app does, and gives its id.
  async ask(query, columns = {}) {
    const names = ['query', ...Object.keys(columns)];
    const values = [query, ...Object.values(columns)].map((value) => `'${value.replaceAll("'", "''")}'`);
    const rows = await this.sql(`INSERT INTO escalations (${names}) VALUES (${values}) RETURNING id`);
    return rows[0].id;
  }

  // The whole table, by id.
  async rows() {
    const rows = await this.sql('SELECT * FROM escalations');
    return Object.fromEntries(rows.map((row) => [row.id, row]));
  }

  async row(id) {
    return (await this.rows())[id];
  }

  // curl -X POST
  async post(method = 'POST') {
    const answer = await fetch(`${this.server.http}/api/video/poll`, { method });
    assert.equal(answer.status, 200);
    const report = await answer.json();
    assert.equal(report.success, true);
    return report;
  }

  async status(id) {
    return (await fetch(`${this.server.http}/api/escalations/${id}/video-status`)).json();
  }

  // Posts whenever the row's job is due, until it is in `status`; gives the reports.
  async postUntil(status, ids) {
    const reports = [];
    await until(`rows are ${status}`, async () => {
      const all = await Promise.all(ids.map((id) => this.status(id)));
      if (all.every((one) => one.status === status)) return true;
      if (all.some((one) => one.next_due_time && Date.parse(one.next_due_time) <= Date.now())) {
        reports.push(await this.post());
      }
    });
    return reports;
  }
}
