// The judge is shown a run in which all is well, and that run with one thing wrong at a time, which it must find.

import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { test } from 'node:test';

import { folderOf } from '../e2e/support/doors.mjs';
import { judge, kQueries } from './support/judge.mjs';

const kPrice = 2_400_000;
const kNoon = Date.parse('2026-11-23T12:00:00Z');
const sha256 = (bytes) => createHash('sha256').update(bytes).digest('hex');
const tokenFor = (id) => `token-${sha256(id).slice(0, 16)}`;
const videoOf = (operation) => Buffer.from(`the video of ${operation}`);

const jobRow = (id, more) => ({
  id, status: 'completed', reason: '', stop_requested: '', escalation_id: '', response_text: `Answer ${tokenFor(id)}.`,
  video_url: `http://here/videos/${id}.mp4`, video_is_placeholder: false, created: kNoon, ...more });
const failedRow = (id, reason) => jobRow(id, { status: 'failed', reason, video_url: '' });
const storedRow = (id, operation, made = operation) => ({
  job_id: id, clip: 0, state: 'stored', operation_name: operation, stored_object: `${id}.mp4`,
  stored_sha256: sha256(videoOf(made)), stored_bytes: videoOf(made).length });
const clipRow = (id, state, operation = '') => ({
  job_id: id, clip: 0, state, operation_name: operation, stored_object: null, stored_sha256: null, stored_bytes: null });
const startRow = (id, more) => ({
  start_id: `start-${id}`, job_id: id, clip: 0, attempt: 1, provider: 'gemini', outcome: 'accepted', operation_name: `op-${id}`,
  http_status: 200, detail: '', price: kPrice, settled: kPrice, intended: kNoon, answered: kNoon + 100, ...more });
const unknownRow = (id, more) =>
  startRow(id, { outcome: 'unknown', operation_name: '', http_status: 0, settled: null, ...more });
const paidRow = (id, operation, more) => ({
  operation, provider: 'gemini', prompt: `Shows ${tokenFor(id)}`, at: new Date(kNoon + 50).toISOString(),
  answer_spoilt: false, ...more });
const billRow = (operation, micros = kPrice) => ({ operation, state: 'charged', micro_dollars: micros });

const kWays = {
  completed: { job: ['pending', 'processing', 'completed'], clip: ['planned', 'starting', 'running', 'ready', 'stored'] },
  unknown: { job: ['pending', 'failed'], clip: ['planned', 'starting', 'unknown'] },
  healed: {
    job: ['pending', 'failed', 'processing', 'completed'],
    clip: ['planned', 'starting', 'unknown', 'running', 'ready', 'stored'] },
  cancelled: { job: ['pending', 'failed'], clip: ['planned', 'starting', 'running', 'ready'] },
};

function eventsOf(id, way) {
  const moves = [['job', null], ['clip', 0]].flatMap(([whose, clip]) => kWays[way][whose].map((to, number, all) => ({
    clip, event: 'moved', from_state: all[number - 1] ?? '', to_state: to })));
  return moves.map((move, number) => ({ job_id: id, seq: number + 1, start_id: '', ...move }));
}

const edgesOf = (whose) => [...new Set(Object.values(kWays).flatMap((way) =>
  way[whose].map((to, number) => `${way[whose][number - 1] ?? ''}>${to}`)))].map((edge) => ({ edge }));

// A job of each fate: brought home; in doubt because its server died, its answer was spoilt, or Google answered 500;
// healed by its own folder; cancelled while it ran.
function allIsWell() {
  const folder = folderOf('start-healed');
  return {
    rows: {
      jobs: [jobRow('home'), failedRow('dead', 'START_UNKNOWN'), failedRow('spoilt', 'START_UNKNOWN'),
        failedRow('five', 'START_UNKNOWN'), jobRow('healed'), failedRow('cancelled', 'CANCELLED')],
      clips: [storedRow('home', 'op-home'), clipRow('dead', 'unknown'), clipRow('spoilt', 'unknown'),
        clipRow('five', 'unknown'), storedRow('healed', folder, 'op-healed'), clipRow('cancelled', 'ready', 'op-cancelled')],
      ledger: [startRow('home'), unknownRow('dead', { answered: kNoon + 4000 }), unknownRow('spoilt'),
        unknownRow('five', { http_status: 500, detail: 'an internal error has occurred' }),
        startRow('healed', { provider: 'vertex', operation_name: folder }), startRow('cancelled')],
      events: [...eventsOf('home', 'completed'), ...eventsOf('dead', 'unknown'), ...eventsOf('spoilt', 'unknown'),
        ...eventsOf('five', 'unknown'), ...eventsOf('healed', 'healed'), ...eventsOf('cancelled', 'cancelled')],
      jobEdges: edgesOf('job'), clipEdges: edgesOf('clip'), unhealed: [],
    },
    paid: [paidRow('home', 'op-home'), paidRow('dead', 'op-dead'), paidRow('spoilt', 'op-spoilt', { answer_spoilt: true }),
      paidRow('healed', 'op-healed', { provider: 'vertex' }), paidRow('cancelled', 'op-cancelled')],
    bill: ['op-home', 'op-dead', 'op-spoilt', 'op-healed', 'op-cancelled'].map((operation) => billRow(operation)),
    objects: { [folder]: [`${folder}1/sample_0.mp4`] },
    videos: { [folder]: videoOf('op-healed') },
    stored: { 'home.mp4': videoOf('op-home'), 'healed.mp4': videoOf('op-healed') },
    faults: [{ kind: '500', hits: 1 }],
    servers: [{ who: 'killed', diedAt: kNoon + 60 }, { who: 'alive' }],
    notes: [
      ...['home', 'spoilt', 'five', 'healed', 'cancelled'].map((id) => ({ start_id: `start-${id}`, outcome: 'open', who: 'alive', at: kNoon })),
      { start_id: 'start-dead', outcome: 'open', who: 'killed', at: kNoon },
      ...['spoilt', 'five'].map((id) => ({ start_id: `start-${id}`, outcome: 'unknown', who: 'alive', at: kNoon + 100 })),
      { start_id: 'start-dead', outcome: 'unknown', who: 'alive', at: kNoon + 4000 }],
    created: new Set(['home', 'dead', 'spoilt', 'five', 'healed', 'cancelled']),
    told: {
      costs: {
        rows: [{ state: 'COST_STATE_CHARGED', starts: 3, micros: 3 * kPrice }, { state: 'COST_STATE_HELD', starts: 3, micros: 3 * kPrice }],
        spent_total_micros: 6 * kPrice },
      jobs: new Map([['home', 'charged'], ['healed', 'charged'], ['cancelled', 'charged'], ['dead', 'held'], ['spoilt', 'held'],
        ['five', 'held']].map(([id, state]) => [id, { cost: { [`${state}_micros`]: kPrice } }])),
    },
  };
}

async function verdictOn(run) {
  const sql = async (query) => run.rows[Object.keys(kQueries).find((name) => kQueries[name] === query) ?? 'unhealed'];
  const { broken } = await judge({
    sql, created: run.created, servers: run.servers, told: run.told, faults: run.faults, heals: true,
    witnesses: async () => run.notes, readStored: async (name) => run.stored[name] ?? null,
    world: {
      starts: async () => run.paid,
      bill: async () => ({
        operations: run.bill, total_micro_dollars: run.bill.reduce((sum, { micro_dollars: micros }) => sum + micros, 0) }),
      videoMadeBy: async (operation) => run.videos[operation] ?? videoOf(operation),
      objectsIn: async (folder) => run.objects[folder] ?? [],
    } });
  return broken;
}

const jobOf = (run, id) => run.rows.jobs.find((job) => job.id === id);
const clipOf = (run, id) => run.rows.clips.find(({ job_id: job }) => job === id);
const startOf = (run, id) => run.rows.ledger.find(({ job_id: job }) => job === id);
const without = (list, isIt) => list.splice(0, list.length, ...list.filter((each) => !isIt(each)));
const happened = (run, id, event, start = '', state = '') => run.rows.events.push({
  job_id: id, seq: 1 + run.rows.events.filter(({ job_id: job }) => job === id).length, clip: 0, event,
  from_state: state, to_state: state, start_id: start });
const retried = (run, id, from) => happened(run, id, 'retried', '', from);

// What is done to the run, and the sentence that must be found.
const kWrongs = {
  'a server crashed': ['no server ends by itself', (run) => (run.servers[1].crash = { code: 2 })],
  'a second payment': ['never pay twice', (run) => run.paid.push(paidRow('home', 'op-more'))],
  'a second payment after the retry of a refusal': ['never pay twice', (run) => {
    run.paid.push(paidRow('home', 'op-more'));
    retried(run, 'home', 'refused');
  }],
  'a start beside one that was accepted': ['never start what was accepted', (run) => {
    happened(run, 'home', 'start_accepted', 'start-home');
    happened(run, 'home', 'start_intended', 'start-more');
  }],
  'a payment for nobody': ['never pay for what nobody asked for', (run) => run.paid.push(paidRow('nobody', 'op-nobody'))],
  'a payment without a word that says for whom': ['never pay for what nobody asked for', (run) => {
    run.paid.push({ ...paidRow('home', 'op-mute'), prompt: 'no token' });
  }],
  'a job that is not there': ['no job is lost', (run) => run.created.add('lost')],
  'a job that goes on': ['every job ends', (run) => (jobOf(run, 'home').status = 'processing')],
  'an event that is missing': ['the event log has no gaps', (run) => run.rows.events.splice(1, 1)],
  'an edge that is none': ['no illegal move', (run) => (run.rows.events[2].from_state = 'failed')],
  'a job that the log knows otherwise': ['the log tells every move', (run) => (jobOf(run, 'dead').status = 'completed')],
  'a clip that the log knows otherwise': ['the log tells every move', (run) => (clipOf(run, 'dead').state = 'planned')],
  'another text\'s video': ['everybody gets their own video', (run) => (run.paid[0].prompt = run.paid[1].prompt)],
  'a video of nobody\'s start': ['a stored video was made by a start that was paid for', (run) => run.paid.shift()],
  'a byte that is wrong': ['a completed video is what was made, byte for byte', (run) => (run.stored['home.mp4'] = Buffer.from('x'))],
  'a file that is gone': ['a completed video is what was made, byte for byte', (run) => delete run.stored['home.mp4']],
  'a hash that is wrong': ['a completed video is what was made, byte for byte', (run) => (clipOf(run, 'home').stored_sha256 = '0')],
  'a completed job without a video': ['completed means stored', (run) => (clipOf(run, 'home').state = 'ready')],
  'an address that leads elsewhere': ['a video\'s address leads to what is stored', (run) => (jobOf(run, 'home').video_url = '/other.mp4')],
  'a doubt although its server lived on': ['unknown only where it is', (run) => (run.servers[0].diedAt = undefined)],
  'a doubt although another server died': ['unknown only where it is', (run) => {
    run.notes.find(({ who, outcome }) => who === 'killed' && outcome === 'open').who = 'alive';
  }],
  'a doubt before its server died': ['unknown only where it is', (run) => (run.servers[0].diedAt = kNoon + 9000)],
  'a doubt of a server that died before': ['unknown only where it is', (run) => (run.servers[0].diedAt = kNoon - 9000)],
  'a doubt although the answer came': ['unknown only where it is', (run) => (run.paid[2].answer_spoilt = false)],
  'a doubt because another answer was spoilt': ['unknown only where it is', (run) => {
    run.paid[2].at = new Date(kNoon - 5000).toISOString();
  }],
  'a doubt although 200 was answered': ['unknown only where it is', (run) => {
    startOf(run, 'five').http_status = 200;
  }],
  'a doubt although it was refused for sure': ['unknown only where it is', (run) => {
    Object.assign(startOf(run, 'five'), { http_status: 503, detail: 'The model is overloaded.' });
    run.faults = [{ kind: '503', hits: 1 }];
  }],
  'a 500 that nobody gave': ['unknown only where it is', (run) => (run.faults[0].hits = 0)],
  'a doubt whose video lies in its folder': ['what lies in its own folder heals a start', (run) => {
    run.rows.unhealed = [{ start_id: 'start-dead' }];
    run.objects[folderOf('start-dead')] = ['there'];
  }],
  'an intent without an outcome': ['every intent gets an outcome', (run) => (startOf(run, 'five').outcome = 'open')],
  'a start healed by another\'s folder': ['a start is healed by its own folder', (run) => {
    const folder = folderOf('start-other');
    Object.assign(startOf(run, 'healed'), { operation_name: folder });
    Object.assign(run.objects, { [folder]: ['there'] });
    Object.assign(run.videos, { [folder]: videoOf('op-healed') });
  }],
  'a start healed by what nobody made': ['what heals a start is a video that was made', (run) => {
    run.videos[folderOf('start-healed')] = Buffer.from('foreign');
  }],
  'another price than billed': ['a start is settled at what is billed', (run) => (startOf(run, 'home').settled = 1)],
  'a payment that is forgotten': ['a paid start is never forgotten', (run) => {
    without(run.rows.ledger, ({ job_id: id }) => id === 'dead');
  }],
  'an accepted start that was never made': ['what is accepted was made', (run) => {
    run.rows.ledger.push(startRow('home', { start_id: 'more', operation_name: 'op-never', settled: null }));
  }],
  'two starts of one operation': ['an operation is one start\'s', (run) => {
    run.rows.ledger.push(startRow('home', { start_id: 'more', settled: 0 }));
  }],
  'a sum that is wrong': ['the ledger adds up to the bill', (run) => (startOf(run, 'five').settled = 5)],
  'a result that is paid for and not brought home': ['a paid result is never lost', (run) => {
    Object.assign(jobOf(run, 'home'), { status: 'failed', reason: 'DELIVERY_FAILED' });
    clipOf(run, 'home').state = 'failed';
  }],
  'a stored result of a job that failed': ['a paid result is never lost', (run) => {
    Object.assign(jobOf(run, 'home'), { status: 'failed', reason: 'START_UNKNOWN' });
  }],
  'a result beside another start that came to nothing': ['a paid result is never lost', (run) => {
    Object.assign(jobOf(run, 'home'), { status: 'failed', reason: 'FILTERED' });
    Object.assign(clipOf(run, 'home'), { state: 'failed', operation_name: 'op-later' });
    retried(run, 'home', 'unknown');
  }],
  'a result of a start that another, refused one hides': ['a paid result is never lost', (run) => {
    Object.assign(jobOf(run, 'home'), { status: 'failed', reason: 'START_REFUSED' });
    Object.assign(clipOf(run, 'home'), { state: 'refused', operation_name: '' });
    retried(run, 'home', 'unknown');
  }],
  'a job that failed for nothing that happened': ['a job fails only with a cause', (run) => {
    Object.assign(jobOf(run, 'cancelled'), { reason: 'START_REFUSED' });
  }],
  'a job that failed for a reason that takes days': ['a job fails only with a cause', (run) => {
    Object.assign(jobOf(run, 'cancelled'), { reason: 'DEADLINE' });
  }],
  'a cost that is not told': ['costs tell the truth', (run) => run.told.costs.rows.pop()],
  'a total that is wrong': ['costs tell the truth', (run) => (run.told.costs.spent_total_micros = 0)],
  'a job\'s cost that is wrong': ['a job tells the truth of its costs', (run) => {
    run.told.jobs.get('dead').cost = { charged_micros: kPrice };
  }],
};

test('Judge_AllIsWell_FindsNothing', async () => assert.deepEqual(await verdictOn(allIsWell()), []));

test('Judge_SecondPaymentThatAPersonAccepted_FindsNothing', async () => {
  const run = allIsWell();
  run.paid.push(paidRow('spoilt', 'op-again'));
  run.bill.push(billRow('op-again'));
  run.rows.ledger.push(startRow('spoilt', { start_id: 'again', attempt: 2, operation_name: 'op-again' }));
  happened(run, 'spoilt', 'start_accepted', 'start-spoilt');
  retried(run, 'spoilt', 'unknown');
  happened(run, 'spoilt', 'start_intended', 'again');
  Object.assign(jobOf(run, 'spoilt'), { reason: 'CANCELLED' });
  run.told = undefined;
  assert.deepEqual(await verdictOn(run), []);
});

for (const [what, [sentence, doctor]] of Object.entries(kWrongs)) {
  test(`Judge_${what}_SaysSo`, async () => {
    const run = allIsWell();
    doctor(run);
    const broken = await verdictOn(run);
    assert.ok(broken.some((each) => each.startsWith(`${sentence}:`)), `not found: ${sentence}; found: ${broken.join('\n')}`);
  });
}
