// What the server takes of a small machine. Not for builds with sanitizers, which take many times that.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';

import { Api } from './support/api.mjs';
import { Server } from './support/programs.mjs';

const kMostIdleKiB = 64 * 1024;

test('Server_Idle_StaysUnder64MiB', async () => {
  const server = await Server.start({ MOCK_MODE: 'true' });
  const api = new Api(server);
  await api.call('ListJobs');
  await fetch(`${server.http}/readyz`);
  const [, kib] = /VmRSS:\s+(\d+) kB/.exec(readFileSync(`/proc/${server.pid}/status`, 'utf8'));
  assert.ok(Number(kib) < kMostIdleKiB, `${kib} KiB are resident`);
  api.close();
  await server.stop();
});
