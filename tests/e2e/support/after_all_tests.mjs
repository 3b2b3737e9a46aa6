import { after } from 'node:test';

// Runs `work` when the tests of this file are over. Not in a plain program (the kill loop, a benchmark), where the test
// runner would begin to report: what such a one leaves running dies with it.
export function afterAllTests(work) {
  if (process.argv[1].endsWith('.test.mjs')) after(work);
}
