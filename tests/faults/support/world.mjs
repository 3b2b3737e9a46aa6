// What the simulator and the servers say of themselves, for the judge.

import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

import { objectsIn, videoMadeBy } from '../../e2e/support/doors.mjs';

const json = async (url) => (await fetch(url)).json();

// The simulator's own records: every paid start, the bill, the videos, and the faults with how often each came up.
export const worldOf = (simulator) => ({
  starts: () => simulator.starts(),
  bill: () => json(`${simulator.url}/_simulator/bill`),
  faults: async () => (await json(`${simulator.url}/_simulator/faults`)).faults,
  videoMadeBy: (operation) => videoMadeBy(simulator, operation),
  objectsIn: (folder) => objectsIn(simulator, folder),
});

// What a server tells of money: the costs by state, and each job's.
export async function toldBy(api, ids) {
  const costs = await api.call('GetCosts', {});
  const jobs = new Map();
  for (let first = 0; first < ids.length; first += 1000) {
    const answer = await api.call('BatchGetStatus', { job_ids: ids.slice(first, first + 1000) });
    for (const job of answer.jobs) jobs.set(job.job_id, job);
  }
  return { costs, jobs };
}

const kFailures = fileURLToPath(new URL('../../../adapters/google/failures.cc', import.meta.url));

// The answers after which a start surely was not made, as the product's table has them.
export function sureRefusals() {
  const rows = readFileSync(kFailures, 'utf8').matchAll(/RefusalRule\{(\d+), "([^"]*)"/g);
  const rules = [...rows].map(([, status, marker]) => ({ status: Number(status), marker: marker.toLowerCase() }));
  if (rules.length < 10) throw new Error(`the table of refusals is not found in ${kFailures}`);
  return rules;
}
