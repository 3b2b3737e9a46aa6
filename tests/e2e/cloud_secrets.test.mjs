// Google's credentials must show nowhere, whatever goes wrong at whichever door: not in a log, a status, an explanation,
// the doctor's words, the list of processes, nor in a crash dump.

import assert from 'node:assert/strict';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';

import { Api } from './support/api.mjs';
import { kDoors } from './support/doors.mjs';
import { commandLine, scratchFolder, Server, Simulator } from './support/programs.mjs';

const kFaults = [
  { kind: 'refused', prompt: 'ends refused' },
  { kind: 'lost_answer', prompt: 'ends lost' },
  { kind: 'operation_error', prompt: 'ends broken' },
  { kind: 'redirect_other_host', count: 1 },
  { kind: 'truncated', count: 1 },
  { kind: 'poll_403', count: 1 },
];

let simulator;
before(async () => { simulator = await Simulator.start('--latency', '0s', '--file-processing', '0s'); });
after(() => simulator.stop());

// Every text that would open a door, as it is in the settings and in the files that they name.
function secretsOf(env) {
  const file = env.GOOGLE_APPLICATION_CREDENTIALS && JSON.parse(readFileSync(env.GOOGLE_APPLICATION_CREDENTIALS, 'utf8'));
  const lines = (file?.private_key ?? '').split('\n').filter((line) => line.length > 30);
  return [env.GOOGLE_GENAI_API_KEY, ...lines, file?.client_secret, file?.refresh_token].filter(Boolean);
}

async function authorizedUser() {
  const user = await (await fetch(`${simulator.url}/_simulator/credentials/authorized_user`)).text();
  const file = join(scratchFolder(), 'user.json');
  writeFileSync(file, user);
  return { ...await kDoors['Vertex AI with an output folder'](simulator), GOOGLE_APPLICATION_CREDENTIALS: file,
    GOOGLE_CLOUD_PROJECT: 'veo-simulator' };
}

describe('credentials', () => {
  for (const [door, settings] of [...Object.entries(kDoors), ['Vertex AI with an authorized user', authorizedUser]]) {
    test(`${door}_WhateverGoesWrong_ShowNowhere`, async () => {
      const env = await settings(simulator);
      await simulator.setFaults(...kFaults);
      const home = scratchFolder();
      const server = await Server.start({
        ...env, STORAGE_URL: `file://${scratchFolder()}`, VIDEOJOBS_DATA_DIR: home, VIDEOJOBS_POLL_INTERVAL: '0',
        VIDEOJOBS_LOG_LEVEL: 'debug' });
      const api = new Api(server);
      const jobs = await api.create(['well', 'refused', 'lost', 'broken'].map((end) => ({ response_text: `It ends ${end}.` })),
        'all');
      const shown = [JSON.stringify(await api.poll()), JSON.stringify(await api.poll())];
      await simulator.setFaults({ kind: 'bad_key' }, { kind: 'token_refused' });
      await api.create([{ response_text: 'Refused for the key.' }], 'key');
      shown.push(JSON.stringify(await api.poll()));
      for (const { job_id: id } of jobs) {
        shown.push(JSON.stringify(await api.job(id)), JSON.stringify(await api.call('ExplainJob', { job_id: id })));
      }
      shown.push((await commandLine(['doctor'], { ...env, VIDEOJOBS_DATA_DIR: scratchFolder() })).out);
      shown.push(readFileSync(`/proc/${server.pid}/cmdline`, 'latin1'));
      assert.match(readFileSync(`/proc/${server.pid}/limits`, 'utf8'), /Max core file size +0 +0 /);
      api.close();
      await server.stop('SIGSEGV');
      await simulator.setFaults();
      shown.push(server.output + server.errors);
      assert.deepEqual(readdirSync(home).filter((name) => name.startsWith('core')), []);

      const secrets = secretsOf(env);
      for (const text of shown) {
        for (const secret of secrets) assert.ok(!text.includes(secret), `a secret is in: ${text}`);
        assert.doesNotMatch(text, /Bearer |ya29\.|eyJ[\w-]{20}|[?&](key|token|signature)=/i);
      }
    });
  }
});
