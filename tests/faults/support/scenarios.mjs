// What a life is made of, so that together the lives pass every transaction and every call of the source, and what each
// comes to when nobody dies.

import { until } from '../../e2e/support/until.mjs';
import { allCredentials, kDoors, kOutput, kProviders } from '../../e2e/support/doors.mjs';
import { newToken } from './judge.mjs';

// Long enough that leases are renewed, and that a cancel comes in between.
const slowStart = (prompt) => ({ kind: 'slow_answer', on: 'start', prompt, delay: '800ms' });

const throughDoor = (provider) => async ({ simulator }) => ({
  ...await allCredentials(simulator), ...kProviders[provider].env, VIDEOJOBS_VERTEX_OUTPUT: kOutput });

// The server that made a start died in it: then its job ended before anybody could say a word about it.
const endedUnknown = (life, id) => async () => (await life.job(id)).failure_reason === 'FAILURE_REASON_START_UNKNOWN';

async function cancel(life, id) {
  await life.call('CancelJob', { job_id: id }, endedUnknown(life, id));
}

// A retry whose answer was lost finds that it was done.
const wasRetried = (life, id) => async () =>
  (await life.sql(`SELECT seq FROM video_job_events WHERE job_id = '${id}' AND event = 'retried'`)).length > 0;

async function retryIfRefused(life, id) {
  if ((await life.job(id)).failure_reason !== 'FAILURE_REASON_START_REFUSED') return;
  await life.call('RetryJob', { job_id: id }, wasRetried(life, id));
}

// Whatever happens to most jobs: refused and retried, cancelled in the start, given as base64, adopted from a web app.
async function usual(life) {
  const [refused, cancelled, inside] = [newToken(), newToken(), newToken()];
  await life.simulator.setFaults({ kind: 'refused', prompt: refused, count: 1 },
    { kind: 'base64', prompt: inside, count: 1 }, slowStart(cancelled));
  if (life.scenario.webApp) await leaveInWebApp(life);
  const first = await life.create({ response_text: `Refused at first ${refused}.` }, 'one');
  const second = await life.create({ response_text: `Cancelled ${cancelled}.` }, 'two');
  await until('its start is meant', async () => {
    await life.serve();
    return (await life.sql(`SELECT start_id FROM video_starts WHERE job_id = '${second}'`)).length > 0;
  });
  await cancel(life, second);
  await life.create({ response_text: `Inside of the answer ${inside}.` }, 'three');
  await life.call('PollAll', {});
  await life.ended();
  await retryIfRefused(life, first);
  await life.ended();
}

async function leaveInWebApp(life) {
  const followed = `Followed ${newToken()}.`;
  life.elsewhere = [await life.simulator.startElsewhere(followed)];
  await life.database.run(`INSERT INTO escalations (id, query, response, video_generation_status, video_job_id)
    VALUES ('01920000-0000-7000-8000-00000000000a', 'q', 'Adopted ${newToken()}.', 'pending', NULL),
           ('01920000-0000-7000-8000-00000000000b', 'q', '${followed}', 'processing', '${life.elsewhere[0]}')`);
}

// A start that closes its lane for the key's sake; one free check that fails, one that passes, and the probe.
async function laneCloses(life) {
  await life.simulator.setFaults({ kind: 'forbidden', on: 'start', count: 1 }, { kind: 'forbidden', on: 'model', count: 1 });
  await life.create({ response_text: `Waits for its lane ${newToken()}.` }, 'lane');
  await life.ended(() => life.database.run(life.database.timePasses));
}

// A start whose answer is lost, explained with what Google lists.
async function answerIsLost(life) {
  await life.simulator.setFaults({ kind: 'lost_answer', count: 1 });
  const id = await life.create({ response_text: `Lost ${newToken()}.` }, 'lost');
  await until('its start is settled', async () => {
    const [start] = await life.sql(`SELECT outcome FROM video_starts WHERE job_id = '${id}'`);
    await life.serve();
    return start && start.outcome !== 'open';
  });
  await life.call('ExplainJob', { job_id: id });
  await life.ended();
}

// Where the provider can stop what nobody waits for, it is asked to.
async function cancelledWhileRunning(life) {
  const id = await life.create({ response_text: `Running, and cancelled ${newToken()}.` }, 'running');
  await until('it runs, or never will', async () =>
    ['JOB_STATE_PROCESSING', 'JOB_STATE_FAILED'].includes((await life.job(id)).state));
  await cancel(life, id);
  await life.ended();
}

// A person accepts a second charge before anybody finds what the first start made; then it is followed for its cost.
async function paidTwiceOnPurpose(life) {
  await life.simulator.setFaults({ kind: 'lost_answer', count: 1 });
  const id = await life.create({ response_text: `Twice ${newToken()}.` }, 'twice');
  await until('its job has ended', async () => (await life.job(id)).state === 'JOB_STATE_FAILED');
  const [{ start_id: start }] = await life.sql(`SELECT start_id FROM video_starts WHERE job_id = '${id}'`);
  await life.call('RetryJob', { job_id: id, accept_possible_second_charge: [start] }, wasRetried(life, id));
  await life.ended();
}

async function oneJob(life) {
  await life.create({ response_text: `Alone ${newToken()}.` }, 'alone');
  await life.ended();
}

const inTurn = (...parts) => async (life) => {
  for (const part of parts) await part(life);
};

const kAlone = { jobs: { completed: 1 }, reasons: {}, starts: { accepted: 1 }, paid_starts: 1 };
const kUsual = {
  jobs: { completed: 2, failed: 1 }, reasons: { CANCELLED: 1 }, starts: { accepted: 3, refused: 1 }, paid_starts: 3 };
const kWithWebApp = { ...kUsual, jobs: { completed: 4, failed: 1 }, starts: { accepted: 4, refused: 1 }, paid_starts: 5 };
const kAfterLane = { jobs: { completed: 1 }, reasons: {}, starts: { refused: 1, accepted: 1 }, paid_starts: 1 };

// In this order a point belongs to the first life that passes it; one that only a slow call brings, to the first that has
// slow ones (`slow`).
export const kScenarios = {
  alone_in_supabase: {
    env: async (life) => {
      const { supabase } = life.scenario;
      life.readStored = async (name) => {
        const answer = await fetch(`${supabase.url}/storage/v1/object/public/escalation-videos/${name}`);
        return answer.ok ? Buffer.from(await answer.arrayBuffer()) : null;
      };
      const { STORAGE_URL: _, ...settings } = { ...await throughDoor('gemini')(life), ...supabase.settings };
      return { ...settings, STORAGE_URL: 'supabase://escalation-videos', VIDEOJOBS_STORYBOARDS: 'gemini' };
    },
    live: oneJob, comesTo: kAlone },
  alone_with_metadata: {
    env: ({ simulator }) => kDoors['Vertex AI with a metadata server'](simulator),
    live: oneJob, comesTo: kAlone },
  sqlite: { database: 'sqlite', slow: true, env: throughDoor('gemini'), live: usual, comesTo: kUsual },
  gemini: { webApp: true, slow: true, env: throughDoor('gemini'), live: usual, comesTo: kWithWebApp },
  interactions: { webApp: true, slow: true, env: throughDoor('interactions'), live: usual, comesTo: kWithWebApp },
  vertex: { webApp: true, slow: true, env: throughDoor('vertex'), live: usual, comesTo: kWithWebApp },
  trouble_over_sqlite: {
    database: 'sqlite', env: throughDoor('gemini'), live: laneCloses, comesTo: kAfterLane },
  trouble_at_gemini: {
    env: throughDoor('gemini'), live: inTurn(laneCloses, answerIsLost),
    comesTo: {
      jobs: { completed: 1, failed: 1 }, reasons: { START_UNKNOWN: 1 }, starts: { refused: 1, accepted: 1, unknown: 1 },
      paid_starts: 2 } },
  trouble_at_interactions: {
    latency: '3s', env: throughDoor('interactions'), live: inTurn(cancelledWhileRunning, laneCloses),
    comesTo: {
      jobs: { completed: 1, failed: 1 }, reasons: { CANCELLED: 1 }, starts: { refused: 1, accepted: 2 }, paid_starts: 2 } },
  trouble_at_vertex: {
    env: throughDoor('vertex'), live: inTurn(laneCloses, answerIsLost),
    comesTo: { jobs: { completed: 2 }, reasons: {}, starts: { refused: 1, accepted: 2 }, paid_starts: 2 } },
  second_charge_at_vertex: {
    env: throughDoor('vertex'), live: paidTwiceOnPurpose,
    comesTo: { jobs: { completed: 1 }, reasons: {}, starts: { accepted: 2 }, paid_starts: 2 } },
  second_charge_over_sqlite: {
    database: 'sqlite', env: throughDoor('vertex'), live: paidTwiceOnPurpose,
    comesTo: { jobs: { completed: 1 }, reasons: {}, starts: { accepted: 2 }, paid_starts: 2 } },
};
