// When a run has come to rest: every job has ended, and nothing is left to be done or found.

import { folderOf } from '../../e2e/support/doors.mjs';

const kMostNamed = 5;

// Starts on Vertex AI that are in doubt, although what they made lies in their own folder.
export async function unhealed(sql, world) {
  const doubts = await sql(`SELECT start_id FROM video_starts WHERE provider = 'vertex' AND outcome = 'unknown'`);
  const found = await Promise.all(doubts.map(({ start_id: id }) => world.objectsIn(folderOf(id))));
  return doubts.filter((_, number) => found[number].length > 0);
}

// Throws what is not done yet: so a wait that ends in vain tells what it waited for.
function refuseRest(what, rows) {
  if (rows.length > 0) throw new Error(`${rows.length} ${what}: ${JSON.stringify(rows.slice(0, kMostNamed))}`);
}

// True when no job is under way, and no start is to be settled; else throws which are.
export async function isQuiet(sql) {
  refuseRest('jobs go on', await sql(`SELECT * FROM video_jobs
    WHERE status IN ('pending', 'processing') OR due_at IS NOT NULL`));
  refuseRest('starts are not settled', await sql(`SELECT * FROM video_starts
    WHERE outcome = 'accepted' AND settled IS NULL`));
  return true;
}

// True when a run is at rest, else throws why not. A start comes into doubt as its job ends, and its job goes on as it
// is found: hence the look between two others.
export async function isAtRest(sql, world) {
  await isQuiet(sql);
  refuseRest('starts in doubt are not found', await unhealed(sql, world));
  return isQuiet(sql);
}
