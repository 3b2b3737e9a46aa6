// Applies each mutation of mutations.json to this tree, builds the one test program that must notice it, and runs it.
// Prints a line for each. Exits with 1 where a mutation is not noticed, its text is not found exactly once, or a test
// fails without any.

import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';

const pattern = process.argv[2] ?? '';
const mutations = JSON.parse(readFileSync('tests/mutation/mutations.json', 'utf8'))
  .filter(({ file, from }) => file.includes(pattern) || from.includes(pattern));

// The first test case that failed; undefined: none did.
function firstFailure(test) {
  const built = spawnSync('cmake', ['--build', '--preset', 'mutants', '--target', test], { encoding: 'utf8' });
  if (built.status !== 0) return 'the compiler';
  const ran = spawnSync(`build/mutants/tests/${test}`, ['--gtest_brief=1', '--gtest_fail_fast'], {
    encoding: 'latin1', maxBuffer: 1 << 28, timeout: 300_000 });
  if (ran.status === 0) return undefined;
  return /\[  FAILED  \] ([\w/.]+)/.exec(ran.stdout)?.[1] ?? `its end (${ran.signal ?? ran.status})`;
}

// A test that fails by itself would notice everything.
for (const test of new Set(mutations.map((mutation) => mutation.test))) {
  const by = firstFailure(test);
  if (by) {
    console.log(`${test} fails without any mutation, by ${by}: nothing can be said`);
    process.exit(1);
  }
}

let noticed = 0;
for (const { file, from, to, test } of mutations) {
  const original = readFileSync(file, 'utf8');
  const words = `${file}: ${from.trim().slice(0, 70)}`;
  if (original.split(from).length !== 2) {
    console.log(`NOT FOUND once  ${words}`);
    continue;
  }
  writeFileSync(file, original.replace(from, () => to));
  const by = firstFailure(test);
  writeFileSync(file, original);
  console.log(`${by ? 'noticed' : 'NOT NOTICED'}  ${words}  by ${by ?? `nothing in ${test}`}`);
  if (by && by !== 'the compiler') ++noticed;
}
console.log(`${mutations.length} mutations, ${noticed} noticed`);
process.exit(noticed === mutations.length ? 0 : 1);
