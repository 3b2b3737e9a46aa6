// `videojobs doctor`: what is well, what is ill, and how to mend it; nothing is paid for, and no secret is told.

import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';

import { Api } from './support/api.mjs';
import { kDoors } from './support/doors.mjs';
import { Postgres } from './support/postgres.mjs';
import { commandLine, scratchFolder, Server, Simulator, Supabase } from './support/programs.mjs';

let postgres;
let simulator;
let supabase;
before(async () => {
  postgres = await Postgres.start();
  simulator = await Simulator.start('--api-key', 'a-key-for-tests');
  supabase = await Supabase.start();
});
after(() => Promise.all([postgres, simulator, supabase].map((program) => program.stop())));

// Each line that is not well says how to mend it.
async function ask(env) {
  const said = await commandLine(['doctor'], { VIDEOJOBS_DATA_DIR: scratchFolder(), ...env });
  const lines = said.out.split('\n');
  lines.forEach((line, i) => {
    if (/^(ILL|warning) /.test(line)) assert.match(lines[i + 1] ?? '', /^ +mend: \S/, said.out);
  });
  return said;
}

const withKey = () => kDoors['Gemini Omni with a key'](simulator);

async function migrated(name) {
  await postgres.psql('postgres', '-c', `CREATE DATABASE ${name}`);
  assert.equal((await postgres.migrate(name)).code, 0);
  return { ...await withKey(), DATABASE_URL: postgres.url(name) };
}

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

  test('Model_Gone_NamesWhatIsOpenToTheseCredentials', async () => {
    const { code, out } = await ask({
      ...await kDoors['Veo on the Gemini API with a key'](simulator), VEO_MODEL: 'veo-3.0-generate-001' });
    assert.equal(code, 7, out);
    assert.match(out, /^ILL +model/m);
    assert.match(out, /mend:.*VIDEO_PROVIDER=interactions, VEO_MODEL=omni/);
    assert.doesNotMatch(out, /VIDEO_PROVIDER=vertex/);
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
      assert.match(out, /^ok +storage +Supabase, bucket escalation-videos: .* written, read back/m);
    }
  });

  test('Bucket_Private_IsReadByASignedUrl', async () => {
    await supabase.makeBucket('private', 'hidden');
    const env = { ...await withKey(), ...supabase.settings, SUPABASE_STORAGE_BUCKET: 'hidden' };
    const well = await ask(env);
    assert.equal(well.code, 0, well.out);
    assert.match(well.out, /^ok +storage +Supabase, bucket hidden, not public: .* written, read back/m);
    const doorless = await ask({ ...env, VIDEOJOBS_HTTP_LISTEN: '' });
    assert.equal(doorless.code, 7);
    assert.match(doorless.out, /^ILL +storage +is not public, and there is no HTTP door/m);
    const everywhere = { ...env, VIDEOJOBS_HTTP_LISTEN: '0.0.0.0:8080', VIDEOJOBS_INSECURE: 'yes' };
    const nameless = await ask(everywhere);
    assert.equal(nameless.code, 7);
    assert.match(nameless.out, /^ILL +storage +is not public, and VIDEOJOBS_HTTP_LISTEN/m);
    assert.match(nameless.out, /mend: set VIDEOJOBS_PUBLIC_URL/);
    const named = await ask({ ...everywhere, VIDEOJOBS_PUBLIC_URL: 'https://videos.example' });
    assert.equal(named.code, 0, named.out);
  });

  test('Bucket_OfSmallObjects_IsWarnedOf', async () => {
    await supabase.makeBucket('public', 'small', 1 << 20);
    const { code, out } = await ask({ ...await withKey(), ...supabase.settings, SUPABASE_STORAGE_BUCKET: 'small' });
    assert.equal(code, 0, out);
    assert.match(out, /^warning +storage +the bucket takes no object over 1 MiB/m);
  });

  test('SupabaseKey_Refused_IsSaidAndNotRepeated', async () => {
    const { code, out } = await ask({
      ...await withKey(), ...supabase.settings, SUPABASE_SERVICE_ROLE_KEY: 'planted-service-role-key' });
    assert.equal(code, 7);
    assert.match(out, /^ILL +storage/m);
    assert.doesNotMatch(out, /planted-service-role-key/);
  });

  test('Google_OutOfReach_IsIll', async () => {
    const { code, out } = await ask({ ...await withKey(), VEO_BASE_URL: 'http://127.0.0.1:9' });
    assert.equal(code, 7);
    assert.match(out, /^ILL +google/m);
    assert.match(out, /^warning +clock +could not be compared/m);
  });

  test('Clock_AnHourOff_IsIll', async () => {
    const late = createServer((_, response) => {
      response.setHeader('Date', new Date(Date.now() - 3_600_000).toUTCString());
      response.end('{}');
    });
    await new Promise((listening) => late.listen(0, '127.0.0.1', listening));
    const { code, out } = await ask({ ...await withKey(), VEO_BASE_URL: `http://127.0.0.1:${late.address().port}` });
    late.close();
    assert.equal(code, 7);
    assert.match(out, /^ILL +clock +is (59m|1h)\S* off/m);
  });

  test('OutputFolder_Refused_NamesTheRoles', async () => {
    await simulator.setFaults({ kind: 'forbidden', on: 'file' });
    const { code, out } = await ask(await kDoors['Vertex AI with an output folder'](simulator));
    await simulator.setFaults();
    assert.equal(code, 7, out);
    assert.match(out, /^ILL +output[^]*Storage Object Viewer/m);
  });

  test('StoryboardModel_NotThere_IsAWarning', async () => {
    const { code, out } = await ask({ ...await withKey(), VIDEOJOBS_STORYBOARD_MODEL: 'gemini-0.1-none' });
    assert.equal(code, 0, out);
    assert.match(out, /^warning +storyboards +gemini-0.1-none/m);
  });

  test('OtherDoor_WhoseKeyIsRefused_IsAWarning', async () => {
    const { code, out } = await ask({
      ...await kDoors['Vertex AI with a service account'](simulator), VIDEOJOBS_GEMINI_BASE_URL: simulator.url,
      VIDEOJOBS_VERTEX_BASE_URL: simulator.url, GOOGLE_GENAI_API_KEY: 'AIzaPlantedKey-0123456789' });
    assert.equal(code, 0, out);
    assert.match(out, /^warning +other doors +gemini/m);
    assert.doesNotMatch(out, /AIzaPlantedKey/);
  });

  test('OtherDoors_ThatDoNotKnowVertexAIsKey_AreFine', async () => {
    const gemini = await Simulator.start('--api-key', 'a-key-of-the-gemini-api');
    const { code, out } = await ask({
      ...await kDoors['Vertex AI with a key'](simulator), VIDEOJOBS_GEMINI_BASE_URL: gemini.url });
    await gemini.stop();
    assert.equal(code, 0, out);
    for (const door of ['gemini', 'interactions']) {
      assert.match(out, new RegExp(`^ok +other doors +${door}: the key is Vertex AI's alone`, 'm'));
    }
    assert.doesNotMatch(out, /set a valid GOOGLE_GENAI_API_KEY/);
  });

  test('Role_ThatMayOnlyRead_NamesTheGrants_AndTheServerRefusesToStart', async () => {
    const env = await migrated('readable');
    await postgres.psql('readable', '-c', 'CREATE ROLE onlooker LOGIN BYPASSRLS;'
      + ' GRANT SELECT ON ALL TABLES IN SCHEMA public TO onlooker');
    const asOnlooker = { ...env, DATABASE_URL: env.DATABASE_URL.replace('user=postgres', 'user=onlooker') };
    const { code, out } = await ask(asOnlooker);
    assert.equal(code, 7, out);
    assert.match(out, /^ILL +database.*GRANT INSERT, UPDATE ON video_jobs TO onlooker/m);
    const server = Server.begin(asOnlooker);
    assert.equal((await server.ended).code, 1);
    assert.match(server.errors, /GRANT INSERT, UPDATE ON video_jobs TO onlooker/);
  });

  test('Role_WithoutAnyRight_IsToldWhichAreMissing', async () => {
    const env = await migrated('closed');
    await postgres.psql('closed', '-c', 'CREATE ROLE stranger LOGIN BYPASSRLS');
    const { code, out } = await ask({ ...env, DATABASE_URL: env.DATABASE_URL.replace('user=postgres', 'user=stranger') });
    assert.equal(code, 7);
    assert.match(out, /^ILL +database.*GRANT SELECT ON videojobs_migrations TO stranger/m);
  });

  test('Password_Wrong_IsSaidWithoutIt', async () => {
    const env = await migrated('guarded');
    await postgres.psql('guarded', '-c', "CREATE ROLE guarded LOGIN PASSWORD 'the right one'");
    const rules = `${postgres.folder}/data/pg_hba.conf`;
    writeFileSync(rules, `local all guarded scram-sha-256\n${readFileSync(rules)}`);
    await postgres.psql('postgres', '-c', 'SELECT pg_reload_conf()');
    const wrong = { ...env, DATABASE_URL: `postgres://guarded:planted-password@/guarded?host=${postgres.folder}` };
    const { code, out } = await ask(wrong);
    assert.equal(code, 7);
    assert.match(out, /^ILL +database.*password authentication failed/m);
    const server = Server.begin(wrong);
    assert.equal((await server.ended).code, 1);
    assert.match(server.errors, /password authentication failed/);
    for (const text of [out, server.errors, server.output]) assert.doesNotMatch(text, /planted-password/);
  });

  // The seed's four troubles: stuck in processing, failing, not created, not uploading.
  test('Troubles_OnPostgres_AreEachExplained', async () => {
    await postgres.createWebApp('troubled');
    assert.equal((await postgres.migrate('troubled')).code, 0);
    const env = {
      ...await kDoors['Veo on the Gemini API with a key'](simulator), DATABASE_URL: postgres.url('troubled'),
      VIDEOJOBS_STORYBOARDS: 'plain' };
    const server = await Server.start({ ...env, STORAGE_URL: '', VIDEOJOBS_POLL_INTERVAL: '0' });
    const api = new Api(server);
    await simulator.setFaults({ kind: 'refused', prompt: 'Failing' });
    const [failing, stuck] = await api.create([{ response_text: 'Failing.' }, { response_text: 'Stuck.' }], 'troubles');
    await api.poll();
    await simulator.setFaults();
    await api.jobPolledTo('FAILED', failing.job_id);
    api.close();
    await server.stop();
    await postgres.psql('troubled', '-c', "UPDATE video_jobs SET due_at = clock_timestamp() - interval '5 minutes'"
      + ` WHERE id = '${stuck.job_id}'`);
    await postgres.psql('troubled', '-c', 'INSERT INTO video_lanes (mock, provider, model, reason, detail, closed_until)'
      + " VALUES (false, 'gemini', 'veo', 'BILLING', 'billing is off', clock_timestamp() + interval '1 hour')");
    const { code, out } = await ask({
      ...env, ...supabase.settings, SUPABASE_STORAGE_BUCKET: 'nowhere', VIDEO_GENERATION_ENABLED: 'false',
      VIDEOJOBS_ADOPT: 'off' });
    assert.equal(code, 7, out);
    assert.match(out, /^warning +jobs +1 are overdue: nobody sweeps/m);
    assert.match(out, new RegExp(`^warning +jobs +of the newest 2 failed: \\w+ 1\\n.*${failing.job_id}`, 'm'));
    assert.match(out, /^warning +lanes +starts of gemini veo wait: BILLING, billing is off/m);
    assert.match(out, /^warning +switches +VIDEO_GENERATION_ENABLED=false/m);
    assert.match(out, /^warning +switches +rows of escalations do not become jobs/m);
    assert.match(out, /^ILL +storage.*nowhere/m);
  });

  test('Troubles_OnSqlite_AreExplainedBesideTheRunningServer', async () => {
    const home = scratchFolder();
    const env = { ...await kDoors['Veo on the Gemini API with a key'](simulator), VIDEOJOBS_DATA_DIR: home };
    const server = await Server.start({ ...env, VIDEOJOBS_STORYBOARDS: 'plain', VIDEOJOBS_POLL_INTERVAL: '0' });
    const api = new Api(server);
    await simulator.setFaults({ kind: 'refused', prompt: 'Failing' });
    const [failing] = await api.create([{ response_text: 'Failing.' }], 'failing');
    await api.jobPolledTo('FAILED', failing.job_id);
    await simulator.setFaults({ kind: 'billing' });
    await api.create([{ response_text: 'Waiting.' }], 'waiting');
    await api.poll();
    await simulator.setFaults();
    const { out } = await ask({ ...env, VIDEO_GENERATION_ENABLED: 'false' });
    assert.match(out, /^ok +database +SQLite in .*: answers/m);
    assert.match(out, /^warning +lanes +starts of gemini \S+ wait: BILLING/m);
    assert.match(out, new RegExp(`^warning +jobs +of the newest 2 failed: \\w+ 1\\n.*${failing.job_id}`, 'm'));
    assert.match(out, /^warning +switches +VIDEO_GENERATION_ENABLED=false/m);
    await api.create([{ response_text: 'Still served.' }], 'served');
    api.close();
    await server.stop();
  });

  test('DataFolder_NotWritable_IsSaid', async () => {
    const { code, out } = await ask({ MOCK_MODE: 'true', VIDEOJOBS_DATA_DIR: '/proc/videojobs' });
    assert.equal(code, 7);
    assert.match(out, /^ILL +disk +\/proc\/videojobs cannot be written/m);
  });
});
