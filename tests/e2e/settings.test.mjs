// A wrong setting: one clear line that names the variable, exit code 2, and nothing has listened.

import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { test } from 'node:test';

import { scratchFolder, Server } from './support/programs.mjs';

const kMock = { MOCK_MODE: 'true' };
const kWrong = {
  MOCK_MODE: 'perhaps',
  DATABASE_URL: 'mysql://localhost/app',
  STORAGE_URL: 'ftp://videos',
  VEO_BASE_URL: 'http://example.com',
  VIDEO_DAILY_SPEND_LIMIT_USD: '-1',
  VIDEOJOBS_ADOPT: 'sometimes',
  VIDEOJOBS_CONCURRENCY: '0',
  VIDEOJOBS_LISTEN: '0.0.0.0:0',
  VIDEOJOBS_POLL_INTERVAL: '15',
  VIDEOJOBS_POL_INTERVAL: '15s',
};

// What a server with these settings says before it ends.
async function lastWords(env) {
  const folder = `${scratchFolder()}/data`;
  const server = Server.begin({ VIDEOJOBS_DATA_DIR: folder, ...env });
  assert.deepEqual(await server.ended, { code: 2, signal: null });
  assert.equal(server.output, '');
  assert.ok(!existsSync(folder), 'it had begun to work');
  return server.errors;
}

for (const [name, value] of Object.entries(kWrong)) {
  test(`Settings_Wrong_${name}_IsOneLineThatNamesIt`, async () => {
    const words = await lastWords({ ...kMock, [name]: value, GOOGLE_GENAI_API_KEY: 'a-key' });
    assert.match(words, new RegExp(`^${name} [^\n]+\n$`));
  });
}

test('Settings_NoCredentialAndNoMock_SaysBothWaysOut', async () => {
  const words = await lastWords({});
  assert.match(words, /^GOOGLE_GENAI_API_KEY [^\n]+MOCK_MODE=true[^\n]+\n$/);
});

test('Settings_SeveralWrong_AreAllTold', async () => {
  const words = await lastWords({ VIDEOJOBS_CONCURRENCY: '0', VIDEOJOBS_LEASE: 'long' });
  assert.deepEqual(words.trim().split('\n').map((line) => line.split(' ')[0]).sort(),
    ['GOOGLE_GENAI_API_KEY', 'VIDEOJOBS_CONCURRENCY', 'VIDEOJOBS_LEASE']);
});

test('Settings_SecretsThatAreWrong_AreNotRepeated', async () => {
  const words = await lastWords({
    GOOGLE_GENAI_API_KEY: 'AIza half-a-key', DATABASE_URL: 'mysql://app:hunter2@host/app' });
  assert.match(words, /GOOGLE_GENAI_API_KEY/);
  assert.doesNotMatch(words, /half-a-key|hunter2/);
});
