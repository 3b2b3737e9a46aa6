// A mutation whose text is gone would be passed over, and nobody would notice: each must be found exactly once, and the
// test that is to notice it must be there.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';

const top = fileURLToPath(new URL('../..', import.meta.url));
const read = (file) => readFileSync(join(top, file), 'utf8');
const mutations = JSON.parse(read('tests/mutation/mutations.json'));

test('Mutations_EveryText_IsFoundExactlyOnce', () => {
  const wrong = mutations.filter(({ file, from }) => read(file).split(from).length !== 2);
  assert.deepEqual(wrong.map(({ file, from }) => `${file}: ${from}`), []);
});

test('Mutations_EveryOne_ChangesSomethingAndIsNotListedTwice', () => {
  const keys = mutations.map(({ file, from, to }) => `${file}: ${from} -> ${to}`);
  assert.equal(new Set(keys).size, keys.length);
  assert.deepEqual(mutations.filter(({ from, to }) => from === to), []);
});

test('Mutations_EveryTestProgram_IsMadeByTheBuild', () => {
  const made = ['engine', 'generator', 'google', 'provider', 'store', 'vertex', 'veo', 'interactions', 'http']
    .map((folder) => read(`tests/${folder}/CMakeLists.txt`)).join('\n');
  const unknown = mutations.filter(({ test: name }) => !new RegExp(`videojobs_test\\(${name}\\s`).test(made));
  assert.deepEqual(unknown.map(({ test: name }) => name), []);
});
