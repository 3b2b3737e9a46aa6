// What the command line prints, and where it does not get there.

import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';

import { Program } from './support/programs.mjs';

const kVideojobs = join(process.env.E2E_PROGRAMS, 'videojobs');

async function shell(command) {
  const program = new Program(['sh', '-c', command]);
  const { code } = await program.ended;
  return { code, errors: program.errors };
}

test('Output_OntoAFullDisk_IsOneLineAndExitCode7', async () => {
  const { code, errors } = await shell(`exec ${kVideojobs} --help >/dev/full`);
  assert.equal(code, 7);
  assert.match(errors, /^videojobs: the result could not be written[^\n]*\n$/);
});

// As `| head` leaves it.
test('Output_WhoseReaderLeft_IsNoTrouble', async () => {
  const { errors } = await shell(`{ sleep 0.5; ${kVideojobs} --help; echo "code $?" >&2; } | true`);
  assert.equal(errors, 'code 0\n');
});
