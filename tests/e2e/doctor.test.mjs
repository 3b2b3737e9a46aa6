// `videojobs doctor`: what is well, what is ill, and how to mend it; nothing is paid for, and no secret is told.

import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';

import { kDoors } from './support/doors.mjs';
import { Postgres } from './support/postgres.mjs';
import { commandLine, scratchFolder, Simulator, Supabase } from './support/programs.mjs';

let postgres;
let simulator;
let supabase;
before(async () => {
  postgres = await Postgres.start();
  simulator = await Simulator.start('--api-key', 'a-key-for-tests');
  supabase = await Supabase.start();
});
after(() => Promise.all([postgres, simulator, supabase].map((program) => program.stop())));

const ask = (env) => commandLine(['doctor'], { VIDEOJOBS_DATA_DIR: scratchFolder(), ...env });

describe('videojobs doctor', () => {
  test('MockMode_IsWellAndNeedsNothing', async () => {
    const { code, out } = await ask({ MOCK_MODE: 'true' });
    assert.equal(code, 0);
    assert.match(out, /can work\n$/);
    assert.doesNotMatch(out, /ILL/);
  });

  for (const [door, settings] of Object.entries(kDoors)) {
    test(`${door}_WhereAllIsWell_SaysSoWithoutAStart`, async () => {
      const { code, out } = await ask(await settings(simulator));
      assert.equal(code, 0, out);
      assert.match(out, /^ok +google +.*credentials and model are accepted$/m);
      assert.match(out, /^ok +clock +agrees/m);
      assert.deepEqual(await simulator.starts(), []);
    });
  }

  test('Settings_Wrong_AreALineEach', async () => {
    const { code, out } = await ask({ MOCK_MODE: 'true', VIDEOJOBS_LOG_FORMAT: 'xml', VIDEOJOBS_LEASE: 'long' });
    assert.equal(code, 7);
    assert.deepEqual(out.match(/^ILL +settings +\w+/gm).length, 2);
  });

  test('Key_NotAccepted_IsNamedAndNotRepeated', async () => {
    const { code, out } = await ask({ GOOGLE_GENAI_API_KEY: 'AIzaPlantedKey-0123456789', VEO_BASE_URL: simulator.url });
    assert.equal(code, 7);
    assert.match(out, /^ILL +credentials/m);
    assert.match(out, /mend: set a valid GOOGLE_GENAI_API_KEY/);
    assert.doesNotMatch(out, /AIzaPlantedKey/);
  });

  test('Model_Gone_NamesTheOpenDoors', async () => {
    const { code, out } = await ask({
      ...await kDoors['Veo on the Gemini API with a key'](simulator), VEO_MODEL: 'veo-3.0-generate-001' });
    assert.equal(code, 7, out);
    assert.match(out, /^ILL +model/m);
    assert.match(out, /mend:.*VIDEO_PROVIDER=interactions.*VIDEO_PROVIDER=vertex/);
  });

  test('CredentialsOfAnotherDoor_NotSupported_ClosesThatDoorAlone', async () => {
    const file = join(scratchFolder(), 'other.json');
    writeFileSync(file, '{"type": "external_account"}');
    const { code, out } = await ask({
      ...await kDoors['Gemini Omni with a key'](simulator), VIDEO_PROVIDER: 'interactions', GOOGLE_APPLICATION_CREDENTIALS: file });
    assert.equal(code, 0, out);
    assert.match(out, /^warning +other doors +vertex: GOOGLE_APPLICATION_CREDENTIALS names .*not supported/m);
  });

  test('VertexParameters_Wrong_AreSaidWithWhatIsRight', async () => {
    const { code, out } = await ask({
      ...await kDoors['Vertex AI with a service account'](simulator), VIDEOJOBS_VERTEX_PARAMETERS: '{"sampleCount": 4}' });
    assert.equal(code, 7, out);
    assert.match(out, /VIDEOJOBS_VERTEX_PARAMETERS: "sampleCount" is none of compressionQuality, enhancePrompt/);
  });

  test('ServiceAccount_Refused_IsSaid', async () => {
    await simulator.setFaults({ kind: 'token_refused' });
    const { code, out } = await ask(await kDoors['Vertex AI with a service account'](simulator));
    await simulator.setFaults();
    assert.equal(code, 7);
    assert.match(out, /^ILL +credentials.*invalid_grant/m);
    assert.doesNotMatch(out, /PRIVATE KEY|eyJ/);
  });

  test('Database_WithoutTables_ThenMigrated_ThenWithAnEdgeMissing', async () => {
    await postgres.psql('postgres', '-c', 'CREATE DATABASE examined');
    const env = { ...await kDoors['Gemini Omni with a key'](simulator), DATABASE_URL: postgres.url('examined') };
    const empty = await ask(env);
    assert.equal(empty.code, 7);
    assert.match(empty.out, /^ILL +database.*videojobs migrate/ms);
    assert.equal((await postgres.migrate('examined')).code, 0);
    const migrated = await ask(env);
    assert.equal(migrated.code, 0, migrated.out);
    assert.match(migrated.out, /^ok +database +Postgres: .*legal edges/m);
    await postgres.psql('examined', '-c', "DELETE FROM video_job_edges WHERE to_state = 'completed'");
    const edited = await ask(env);
    assert.equal(edited.code, 7);
    assert.match(edited.out, /^ILL +database.*legal moves/m);
  });

  test('Bucket_Missing_IsSaidWithWhatToDo', async () => {
    const env = { ...await kDoors['Gemini Omni with a key'](simulator), ...supabase.settings };
    const missing = await ask(env);
    assert.equal(missing.code, 7);
    assert.match(missing.out, /^ILL +storage.*escalation-videos/m);
    await supabase.makePublicBucket('escalation-videos');
    for (const time of ['first', 'second']) {
      const { code, out } = await ask(env);
      assert.equal(code, 0, `${time}: ${out}`);
      assert.match(out, /^ok +storage +Supabase, bucket escalation-videos/m);
    }
  });

  test('DataFolder_NotWritable_IsSaid', async () => {
    const { code, out } = await ask({ MOCK_MODE: 'true', VIDEOJOBS_DATA_DIR: '/proc/videojobs' });
    assert.equal(code, 7);
    assert.match(out, /^ILL +disk +\/proc\/videojobs cannot be written/m);
  });
});
