// The web app's Postgres, directly and through PgBouncer in transaction mode: rows that come and go by SQL alone, and a
// cron job that posts to /api/video/poll.

import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';

import { refusalOf } from './support/api.mjs';
import { Postgres } from './support/postgres.mjs';
import { Server } from './support/programs.mjs';
import { WebApp } from './support/web_app.mjs';

const kStudent = '11111111-1111-4111-8111-111111111111';
const kCourse = '22222222-2222-4222-8222-222222222222';

let postgres;
before(async () => (postgres = await Postgres.start()));
after(() => postgres.stop());

const sumOf = (reports, count) => reports.reduce((sum, report) => sum + report[count], 0);

function withoutVideo({ video_url, video_generated_at, video_generation_status, video_job_id, ...others }) {
  return others;
}

async function assertShowsVideo(row, operation) {
  assert.equal(row.video_generation_status, 'completed');
  assert.equal(row.video_job_id, operation);
  assert.ok(Math.abs(Date.parse(row.video_generated_at) - Date.now()) < 120_000, row.video_generated_at);
  const video = await fetch(row.video_url);
  assert.deepEqual([video.status, video.headers.get('content-type')], [200, 'video/mp4']);
  await video.body.cancel();
}

const kWays = [
  ['Directly', (name) => postgres.url(name)],
  ['ThroughPgBouncer', (name) => postgres.poolerUrl(name)],
];

describe('rows of the web app', { concurrency: true }, () => {
  for (const [way, url] of kWays) {
    test(`Rows_InsertedBySql_BecomeVideosAndTheOthersStay_${way}`, async () => {
      const app = await WebApp.open(postgres, `rows_${way.toLowerCase()}`, { url });
      await app.sql(`INSERT INTO profiles (id, name) VALUES ('${kStudent}', 'Maria Neri') RETURNING id`);
      await app.sql(`INSERT INTO courses (id, name) VALUES ('${kCourse}', 'Algebra') RETURNING id`);
      await app.ask('When?', { response: 'It was waiting at the migration.' });
      await app.ask('Why?');
      const left = await app.simulator.startElsewhere('left behind by the worker before');
      await app.serve();
      const named = await app.ask('How long?', {
        response: 'Three more days.', category: 'extension', student_id: kStudent, course_id: kCourse });
      const bare = await app.ask('Where?', { response: 'In room five.' });
      await app.ask('Who?');
      const behind = await app.ask('What?', {
        response: 'An old answer.', video_generation_status: 'processing', video_job_id: left });
      const before = await app.rows();

      const first = await app.post();
      assert.deepEqual([first.adopted, first.created, first.polled, first.failed], [3, 2, 3, 0]);
      const starts = await app.simulator.starts();
      const operationOf = (text) => starts.find((start) => start.prompt.includes(text)).operation;
      assert.equal(starts.length, 3);
      const begun = await app.row(named);
      assert.equal(begun.video_generation_status, 'processing');
      assert.equal(begun.video_job_id, operationOf('Three more days.'));
      const later = await app.postUntil('completed', [named, bare, behind]);
      assert.deepEqual([sumOf(later, 'adopted'), sumOf(later, 'created')], [0, 0]);
      assert.equal(first.completed + sumOf(later, 'completed'), 3);
      assert.equal(sumOf(later, 'failed'), 0);

      const now = await app.rows();
      const operations = {
        [named]: operationOf('Three more days.'), [bare]: operationOf('In room five.'), [behind]: left };
      for (const [id, row] of Object.entries(now)) {
        if (id in operations) {
          await assertShowsVideo(row, operations[id]);
          assert.deepEqual(withoutVideo(row), withoutVideo(before[id]));
        } else {
          assert.deepEqual(row, before[id]);
        }
      }
      assert.equal(Object.keys(now).length, 6);
      const idle = await app.post();
      assert.deepEqual([idle.adopted, idle.created, idle.polled, idle.completed, idle.failed], [0, 0, 0, 0, 0]);
      assert.equal((await app.simulator.starts()).length, 3);
      await app.close();
    });
  }

  test('ProcessingRow_WithoutAnOperationsName_FailsWithoutAStart', async () => {
    const app = await WebApp.open(postgres, 'garbage');
    await app.serve();
    const id = await app.ask('What?', {
      response: 'An old answer.', video_generation_status: 'processing', video_job_id: 'job-17' });
    await app.post();
    assert.equal((await app.status(id)).failure_reason, 'START_UNKNOWN');
    assert.equal((await app.row(id)).video_generation_status, 'failed');
    assert.deepEqual(await app.simulator.starts(), []);
    await app.close();
  });

  test('DeletedRow_WhileItsVideoIsMade_EndsTheJobAndPublishesNothing', async () => {
    const app = await WebApp.open(postgres, 'deleted', { latency: '1h' });
    await app.serve();
    const id = await app.ask('How long?', { response: 'Three more days.' });
    await app.post();
    assert.equal((await app.status(id)).status, 'processing');
    await app.sql(`DELETE FROM escalations WHERE id = '${id}' RETURNING id`);
    const report = await app.post();
    assert.equal(report.failed, 1);
    const { job } = await app.api.call('GetStatus', { escalation_id: id });
    assert.deepEqual([job.state, job.failure_reason, job.video_url],
      ['JOB_STATE_FAILED', 'FAILURE_REASON_ESCALATION_GONE', '']);
    assert.equal((await app.simulator.starts()).length, 1);
    await app.close();
  });

  test('PendingOverACompletedRow_AsksForAVideoOnlyWithAnotherText', async () => {
    const app = await WebApp.open(postgres, 'again', { latency: '0s' });
    await app.serve();
    const id = await app.ask('How long?', { response: 'Three more days.' });
    await app.post();
    const shown = await app.row(id);
    await app.sql(`UPDATE escalations SET video_generation_status = 'pending' WHERE id = '${id}' RETURNING id`);
    await app.post();
    assert.deepEqual(await app.row(id), shown);
    await app.sql(`UPDATE escalations SET video_generation_status = 'pending', response = 'Four more days.'
                   WHERE id = '${id}' RETURNING id`);
    const report = await app.post();
    assert.deepEqual([report.adopted, report.created, report.completed], [1, 1, 1]);
    const anew = await app.row(id);
    assert.notEqual(anew.video_url, shown.video_url);
    const prompts = (await app.simulator.starts()).map((start) => start.prompt);
    assert.equal(prompts.length, 2);
    assert.ok(prompts[1].includes('Four more days.'), prompts[1]);
    await app.close();
  });

  test('PendingOverAnUnfinishedRow_IsRestoredAndStartsNothing', async () => {
    const app = await WebApp.open(postgres, 'unfinished', { latency: '1h' });
    await app.serve();
    const id = await app.ask('How long?', { response: 'Three more days.' });
    await app.post();
    const shown = await app.row(id);
    await app.sql(`UPDATE escalations SET video_generation_status = 'pending', video_job_id = NULL
                   WHERE id = '${id}' RETURNING id`);
    await app.post();
    assert.deepEqual(await app.row(id), shown);
    assert.equal((await app.simulator.starts()).length, 1);
    await app.close();
  });

  test('CreateJobs_WithTheIdAlone_ReadsTheRow', async () => {
    const app = await WebApp.open(postgres, 'created', { latency: '0s' });
    const backlog = await app.ask('When?', { response: 'It was waiting at the migration.' });
    await app.serve();
    const unanswered = await app.ask('Why?');
    const [{ job_id: jobId }] = await app.api.create([{ escalation_id: backlog }]);
    await app.api.jobPolledTo('COMPLETED', jobId);
    const [start] = await app.simulator.starts();
    assert.ok(start.prompt.includes('It was waiting at the migration.'), start.prompt);
    await assertShowsVideo(await app.row(backlog), start.operation);

    const finished = await refusalOf(app.api.create([{ escalation_id: backlog }]));
    assert.deepEqual([finished.code, finished.reason], ['ALREADY_EXISTS', 'FINISHED_JOB']);
    assert.equal(finished.metadata.job_id, jobId);
    const silent = await refusalOf(app.api.create([{ escalation_id: unanswered }]));
    assert.deepEqual([silent.code, silent.reason], ['FAILED_PRECONDITION', 'NO_RESPONSE']);
    const unknown = await refusalOf(app.api.create([{ escalation_id: kStudent }]));
    assert.deepEqual([unknown.code, unknown.reason, unknown.fields],
      ['NOT_FOUND', 'ESCALATION_NOT_FOUND', ['videos[0].escalation_id']]);
    await app.close();
  });

  test('Server_OnADatabaseWithoutOurTables_SaysWhatToDo', async () => {
    await postgres.createWebApp('unmigrated');
    const server = Server.begin({ MOCK_MODE: 'true', DATABASE_URL: postgres.url('unmigrated') });
    assert.deepEqual(await server.ended, { code: 1, signal: null });
    assert.match(server.errors, /videojobs migrate/);
  });
});
