// One job from CreateJobs to a checked MP4, over every door to Google, every storage and every database that exists.

import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { after, before, describe, test } from 'node:test';

import { Api } from './support/api.mjs';
import { authorizedUser, kDoors, videoMadeBy } from './support/doors.mjs';
import { Postgres } from './support/postgres.mjs';
import { scratchFolder, Server, Simulator, Supabase } from './support/programs.mjs';

const kStorages = {
  'files': async () => ({ STORAGE_URL: `file://${scratchFolder()}` }),
  'Supabase': async () => supabase.settings,
};
const kPrivateBucket = async () => ({ ...supabase.settings, SUPABASE_STORAGE_BUCKET: 'hidden' });
const kDatabases = {
  'SQLite': async () => ({}),
  'Postgres': async (name) => {
    await postgres.psql('postgres', '-c', `CREATE DATABASE ${name}`);
    const migrated = await postgres.migrate(name);
    assert.equal(migrated.code, 0, migrated.err);
    return { DATABASE_URL: postgres.url(name) };
  },
};

let postgres;
let simulator;
let supabase;
before(async () => {
  postgres = await Postgres.start();
  simulator = await Simulator.start('--latency', '0s', '--file-processing', '0s');
  supabase = await Supabase.start();
  await supabase.makePublicBucket('escalation-videos');
  await supabase.makeBucket('private', 'hidden');
});
after(() => Promise.all([postgres, simulator, supabase].map((program) => program.stop())));

const sha256 = (bytes) => createHash('sha256').update(bytes).digest('hex');

// Every door, storage and database with every other, and what differs from them in one thing, once.
function* ways() {
  for (const door of Object.entries(kDoors)) {
    for (const storage of Object.entries(kStorages)) {
      for (const database of Object.entries(kDatabases)) yield [door, storage, database];
    }
  }
  const [[door], [storage], [database]] = [kDoors, kStorages, kDatabases].map(Object.entries);
  yield [['Vertex AI with an authorized user', authorizedUser], storage, database];
  yield [door, ['a private bucket', kPrivateBucket], database];
}

describe('every way of a job', { concurrency: 4 }, () => {
  const went = new Set();
  let number = 0;
  for (const [[door, doorSettings], [storage, storageSettings], [database, databaseSettings]] of ways()) {
    const name = `way_${++number}`;
    test(`${door}, ${storage}, ${database}`, async () => {
      const server = await Server.start({
        ...await doorSettings(simulator), ...await storageSettings(), ...await databaseSettings(name),
        VIDEOJOBS_STORYBOARDS: 'plain', VIDEOJOBS_POLL_INTERVAL: '1s' });
      const api = new Api(server);
      const [{ job_id: id }] = await api.create([{ response_text: `By ${name}.` }], name);
      const job = await api.jobPolledTo('COMPLETED', id);
      const played = Buffer.from(await (await fetch(job.video_url)).arrayBuffer());
      const [{ operation_name: operation }] = job.clips;
      assert.equal(played.toString('latin1', 4, 8), 'ftyp');
      assert.equal(sha256(played), job.video_file.sha256);
      assert.equal(sha256(played), sha256(await videoMadeBy(simulator, operation)));
      const starts = (await simulator.starts()).filter(({ prompt }) => prompt.includes(`By ${name}.`));
      assert.equal(starts.length, 1);
      assert.equal(starts[0].provider, job.provider);
      went.add(job.provider);
      api.close();
      assert.deepEqual(await server.stop(), { code: 0, signal: null });
    });
  }
  // A provider that nobody adds above must not go unnoticed: the server itself says which there are.
  after(async () => {
    const refused = Server.begin({ VIDEO_PROVIDER: 'none' });
    await refused.ended;
    const [, words] = /^VIDEO_PROVIDER is "none"; it must be one of ([\w, ]+)$/m.exec(refused.errors);
    assert.deepEqual([...went].sort(), words.split(', ').sort());
  });
});
