// When a run has come to rest: every job has ended, and nothing is left to be done or found.

import { folderOf } from '../../e2e/support/doors.mjs';

// Starts on Vertex AI that are in doubt, although what they made lies in their own folder.
export async function unhealed(sql, world) {
  const doubts = await sql(`SELECT start_id FROM video_starts WHERE provider = 'vertex' AND outcome = 'unknown'`);
  const found = await Promise.all(doubts.map(({ start_id: id }) => world.objectsIn(folderOf(id))));
  return doubts.filter((_, number) => found[number].length > 0);
}

// No job is under way, and no start is to be settled.
export async function isQuiet(sql) {
  const [{ open }] = await sql(`SELECT count(*) AS open FROM video_jobs
    WHERE status IN ('pending', 'processing') OR due_at IS NOT NULL`);
  const [{ unsettled }] = await sql(`SELECT count(*) AS unsettled FROM video_starts
    WHERE outcome = 'accepted' AND settled IS NULL`);
  return Number(open) === 0 && Number(unsettled) === 0;
}

// A start comes into doubt as its job ends, and its job goes on as it is found: hence the look between two others.
export async function isAtRest(sql, world) {
  return await isQuiet(sql) && (await unhealed(sql, world)).length === 0 && isQuiet(sql);
}
