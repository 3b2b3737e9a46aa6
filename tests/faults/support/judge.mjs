// What must be true after every run, however its servers died. It believes nothing that a server says: it compares the
// simulator's own records, the database's evidence and event log, who wrote what (witness.mjs), and the stored files.

import { createHash } from 'node:crypto';

import { folderOf } from '../../e2e/support/doors.mjs';
import { unhealed } from './at_rest.mjs';
import { sureRefusals } from './world.mjs';

// The simulator says when it accepted a start in whole milliseconds.
const kRounding = 2;

const sha256 = (bytes) => createHash('sha256').update(bytes).digest('hex');
const sum = (rows, field) => rows.reduce((total, row) => total + Number(row[field] ?? 0), 0);

function countBy(rows, keyOf) {
  const counts = new Map();
  for (const row of rows) counts.set(keyOf(row), (counts.get(keyOf(row)) ?? 0) + 1);
  return counts;
}

// The word by which a text, its job and its paid start know each other.
export const tokenOf = (text) => /token-[0-9a-f]+/.exec(text ?? '')?.[0];
export const newToken = () => `token-${createHash('sha256').update(String(Math.random())).digest('hex').slice(0, 16)}`;

// What the judge reads of the database, in Postgres's words. Times are milliseconds since 1970.
export const kQueries = {
  jobs: `SELECT id, status, reason, stop_requested, escalation_id, response_text, video_url, video_is_placeholder,
    extract(epoch FROM created_at) * 1000 AS created FROM video_jobs`,
  clips: 'SELECT job_id, clip, state, operation_name, stored_object, stored_sha256, stored_bytes FROM video_clips',
  ledger: `SELECT start_id, job_id, clip, attempt, provider, outcome, operation_name, http_status, detail, price, settled,
    extract(epoch FROM intended_at) * 1000 AS intended, extract(epoch FROM outcome_at) * 1000 AS answered FROM video_starts`,
  events: `SELECT job_id, seq, clip, event, from_state, to_state, start_id FROM video_job_events ORDER BY job_id, seq`,
  jobEdges: `SELECT from_state || '>' || to_state AS edge FROM video_job_edges`,
  clipEdges: `SELECT from_state || '>' || to_state AS edge FROM video_clip_edges`,
};

class Judge {
  broken = [];

  constructor(run) {
    Object.assign(this, run);
  }

  breaks(promise, evidence) {
    this.broken.push(`${promise}: ${JSON.stringify(evidence)}`);
  }

  async read() {
    for (const [name, query] of Object.entries(this.queries)) this[name] = await this.sql(query);
    this.jobEdges = new Set(this.jobEdges.map(({ edge }) => edge));
    this.clipEdges = new Set(this.clipEdges.map(({ edge }) => edge));
    this.witness = await this.witnesses(this.ledger);
    this.paid = await this.world.starts();
    this.bill = await this.world.bill();
    this.byId = new Map(this.jobs.map((job) => [job.id, job]));
    this.byToken = new Map(this.jobs.map((job) => [tokenOf(job.response_text), job]));
    this.prompts = new Map(this.paid.map(({ operation, prompt }) => [operation, prompt]));
    this.diedAt = new Map(this.servers.map(({ who, diedAt }) => [who, diedAt]));
    this.sure = sureRefusals();
    await this.nameAsTheSimulatorDoes();
  }

  tokenOfJob(id) {
    return tokenOf(this.byId.get(id)?.response_text);
  }

  // The simulator calls an interaction by its bare id, and knows nothing of the folders by which healed starts go: those
  // are the operation whose video lies there, byte for byte, whatever anybody says of it.
  async nameAsTheSimulatorDoes() {
    const accepted = this.ledger.filter(({ operation_name: name }) => name);
    const direct = accepted.filter(({ operation_name: name }) => !name.startsWith('gs://'));
    this.names = new Map(direct.map(({ operation_name: name }) => [name, name.replace('interactions/', '')]));
    for (const start of accepted.filter(({ operation_name: name }) => name.startsWith('gs://'))) {
      this.names.set(start.operation_name, await this.operationBehind(start));
    }
  }

  async operationBehind(start) {
    const folder = folderOf(start.start_id);
    if (!start.operation_name.startsWith(folder)) this.breaks('a start is healed by its own folder', start);
    const objects = await this.world.objectsIn(start.operation_name);
    const found = objects.length > 0 && sha256(await this.world.videoMadeBy(start.operation_name));
    const operation = found && (await this.videosByHash()).get(found);
    if (!operation) this.breaks('what heals a start is a video that was made', { start, objects });
    return operation || start.operation_name;
  }

  // Of every paid start on Vertex AI that made a video: which one, by the video's hash.
  async videosByHash() {
    if (this.hashes) return this.hashes;
    const charged = new Set(this.bill.operations.filter(({ micro_dollars: micros }) => micros > 0).map((b) => b.operation));
    this.hashes = new Map();
    for (const { operation } of this.paid.filter(({ provider, operation: o }) => provider === 'vertex' && charged.has(o))) {
      this.hashes.set(sha256(await this.world.videoMadeBy(operation)), operation);
    }
    return this.hashes;
  }

  simulatorsNameOf(operation) {
    return this.names.get(operation) ?? operation;
  }

  // At most one paid start for each clip, and one more for each retry of what may have been charged.
  paysOnce() {
    const retried = this.events.filter(({ clip, event, from_state: from }) =>
      clip !== null && event === 'retried' && (from === 'unknown' || from === 'failed'));
    const retries = countBy(retried, ({ job_id: id }) => id);
    const clips = countBy(this.clips, ({ job_id: id }) => id);
    const starts = countBy(this.paid, ({ prompt }) => tokenOf(prompt));
    for (const [token, count] of starts) {
      const job = this.byToken.get(token);
      if (!job) {
        this.breaks('never pay for what nobody asked for', { token, count });
      } else if (count > (clips.get(job.id) ?? 0) + (retries.get(job.id) ?? 0)) {
        this.breaks('never pay twice', { job: job.id, paid_starts: count });
      }
    }
  }

  // Once a start of a clip is known to be accepted, the next one takes a person's word that came after that.
  startsNothingBeside() {
    const accepted = new Map();
    for (const { job_id: job, clip, event, start_id: start } of this.events.filter((each) => each.clip !== null)) {
      const whose = `${job}/${clip}`;
      if (event === 'start_accepted') accepted.set(whose, start);
      if (event === 'retried') accepted.delete(whose);
      if (event === 'start_intended' && accepted.has(whose)) {
        this.breaks('never start what was accepted', { job, start, accepted: accepted.get(whose) });
      }
    }
  }

  // What was promised to a caller is there, and has ended.
  losesNoJob() {
    for (const id of this.created) {
      if (!this.byId.has(id)) this.breaks('no job is lost', { job: id });
    }
    for (const job of this.jobs) {
      if (!['completed', 'failed'].includes(job.status)) this.breaks('every job ends', { job: job.id, is: job.status });
    }
  }

  movesLegally() {
    const states = new Map();
    const sequence = new Map();
    for (const event of this.events) {
      const before = sequence.get(event.job_id) ?? 0;
      if (event.seq !== before + 1) this.breaks('the event log has no gaps', event);
      sequence.set(event.job_id, event.seq);
      if (event.from_state === event.to_state) continue;
      const whose = `${event.job_id}/${event.clip ?? 'job'}`;
      const edges = event.clip === null ? this.jobEdges : this.clipEdges;
      const legal = edges.has(`${event.from_state}>${event.to_state}`);
      if (!legal || event.from_state !== (states.get(whose) ?? '')) this.breaks('no illegal move', event);
      states.set(whose, event.to_state);
    }
    for (const job of this.jobs) {
      const logged = states.get(`${job.id}/job`);
      if (logged !== job.status) this.breaks('the log tells every move', { job: job.id, is: job.status, logged });
    }
    for (const { job_id: job, clip, state } of this.clips) {
      const logged = states.get(`${job}/${clip}`);
      if (logged !== state) this.breaks('the log tells every move', { job, clip, is: state, logged });
    }
  }

  // The very bytes that the simulator made for that very clip, and for no other text, where the job's address leads.
  async deliversItsOwn() {
    for (const clip of this.clips.filter(({ state }) => state === 'stored')) {
      const prompt = this.prompts.get(this.simulatorsNameOf(clip.operation_name));
      if (!prompt) this.breaks('a stored video was made by a start that was paid for', clip);
      else if (tokenOf(prompt) !== this.tokenOfJob(clip.job_id)) this.breaks('everybody gets their own video', clip);
      const made = sha256(await this.world.videoMadeBy(clip.operation_name));
      const stored = await this.readStored(clip.stored_object);
      if (!stored || sha256(stored) !== made || clip.stored_sha256 !== made || stored.length !== clip.stored_bytes) {
        this.breaks('a completed video is what was made, byte for byte', { clip, made });
      }
    }
    for (const job of this.jobs.filter(({ status }) => status === 'completed')) {
      const stored = this.clips.filter(({ job_id: id, state }) => id === job.id && state === 'stored');
      if (stored.length === 0) this.breaks('completed means stored', job);
      else if (!stored.some(({ stored_object: name }) => job.video_url.endsWith(`/${name}`))) {
        this.breaks('a video\'s address leads to what is stored', { job, stored });
      }
    }
  }

  // START_UNKNOWN is said only where nobody can know: the server that meant the start was killed before anything was
  // recorded of it, or the simulator says that this very answer was spoilt, or what came back says nothing.
  async doubtsOnlyWithCause() {
    const doubts = this.ledger.filter(({ outcome }) => outcome === 'unknown');
    const blank = doubts.filter((start) => !this.itsServerDied(start) && !this.itsAnswerWasSpoilt(start));
    for (const start of blank.filter((each) => !this.saysNothing(each))) this.breaks('unknown only where it is', start);
    await this.believesNoStatus(blank.filter((each) => this.saysNothing(each)));
    const unfound = this.heals ? await unhealed(this.sql, this.world) : [];
    if (unfound.length > 0) this.breaks('what lies in its own folder heals a start', unfound);
    const open = this.ledger.filter(({ outcome }) => outcome === 'open');
    if (open.length > 0) this.breaks('every intent gets an outcome', open);
  }

  wrote(start, outcome) {
    return this.witness.find((note) => note.start_id === start.start_id && note.outcome === outcome);
  }

  itsServerDied(start) {
    const [meant, doubted] = [this.wrote(start, 'open'), this.wrote(start, 'unknown')];
    if (!meant || !doubted || meant.who === doubted.who) return false;
    const died = this.diedAt.get(meant.who);
    return died >= meant.at - kRounding && died <= doubted.at + kRounding;
  }

  itsAnswerWasSpoilt({ job_id: id, intended, answered }) {
    return this.paid.some(({ prompt, at, answer_spoilt: spoilt }) => spoilt && tokenOf(prompt) === this.tokenOfJob(id)
      && Date.parse(at) >= intended - kRounding && Date.parse(at) <= answered + kRounding);
  }

  // An answer of 500 and above that no row of the table of refusals knows.
  saysNothing({ http_status: status, detail }) {
    const words = detail.toLowerCase();
    return status >= 500 && !this.sure.some((rule) => rule.status === status && words.includes(rule.marker));
  }

  // The simulator has answered so, as often as the ledger says.
  async believesNoStatus(starts) {
    for (const [status, count] of countBy(starts, (start) => start.http_status)) {
      const given = sum(this.faults.filter(({ kind }) => Number.parseInt(kind, 10) === status), 'hits');
      if (count > given) this.breaks('unknown only where it is', { http_status: status, recorded: count, given });
    }
  }

  // Every operation that the simulator bills is known to the ledger, at its price, or covered by a start in doubt.
  addsUp() {
    const accepted = this.ledger.filter(({ outcome }) => outcome === 'accepted');
    const known = new Map(accepted.map((start) => [this.simulatorsNameOf(start.operation_name), start]));
    if (known.size !== accepted.length) this.breaks('an operation is one start\'s', accepted.map((s) => s.operation_name));
    for (const [operation, start] of known) {
      if (!this.prompts.has(operation)) this.breaks('what is accepted was made', start);
    }
    const doubts = countBy(this.ledger.filter(({ outcome }) => outcome === 'unknown'), ({ job_id: id }) => this.tokenOfJob(id));
    for (const { operation, micro_dollars: micros } of this.bill.operations) {
      const start = known.get(operation);
      if (start && start.settled !== micros) this.breaks('a start is settled at what is billed', { start, micros });
      if (start || this.elsewhere.includes(operation)) continue;
      const token = tokenOf(this.prompts.get(operation));
      const left = doubts.get(token) ?? 0;
      if (left === 0) this.breaks('a paid start is never forgotten', { operation, micros });
      doubts.set(token, left - 1);
    }
    const billed = sum(this.bill.operations.filter(({ operation }) => known.has(operation)), 'micro_dollars');
    if (sum(this.ledger, 'settled') !== billed) {
      this.breaks('the ledger adds up to the bill', { settled: sum(this.ledger, 'settled'), billed });
    }
  }

  // What is charged for and known comes home, unless somebody said that it should not.
  bringsHome() {
    const clips = new Map(this.clips.map((clip) => [this.simulatorsNameOf(clip.operation_name.replace('interactions/', '')), clip]));
    const known = new Map(this.ledger.filter(({ outcome }) => outcome === 'accepted')
      .map((start) => [this.simulatorsNameOf(start.operation_name), start]));
    for (const { operation, micro_dollars: micros } of this.bill.operations.filter((item) => item.micro_dollars > 0)) {
      const start = known.get(operation);
      const job = this.byId.get((start ?? clips.get(operation))?.job_id);
      if (!job || this.nobodyWaitsFor(job) || this.gaveWay(start, clips.get(operation))) continue;
      const state = clips.get(operation)?.state;
      if (state !== 'stored' || job.status !== 'completed') {
        this.breaks('a paid result is never lost', { operation, job: job.id, is: job.status, reason: job.reason, clip: state });
      }
    }
  }

  // Nothing is given up for a reason that never was.
  failsOnlyWithCause() {
    const startsOf = (job) => this.ledger.filter(({ job_id: id }) => id === job.id);
    const madeNothing = (job) => startsOf(job).some(({ outcome, settled }) => outcome === 'accepted' && settled === 0);
    const kCauses = {
      START_REFUSED: (job) => startsOf(job).some(({ outcome }) => outcome === 'refused'),
      START_UNKNOWN: (job) => startsOf(job).some(({ outcome }) => outcome === 'unknown'),
      FILTERED: madeNothing, GENERATION_FAILED: madeNothing,
      CANCELLED: () => true, ESCALATION_GONE: () => true,
    };
    for (const job of this.jobs.filter(({ status }) => status === 'failed')) {
      if (!kCauses[job.reason]?.(job)) this.breaks('a job fails only with a cause', { job: job.id, reason: job.reason });
    }
  }

  nobodyWaitsFor({ id, reason, stop_requested: stop, escalation_id: escalation, created }) {
    const newer = escalation && this.jobs.some((job) =>
      job.id !== id && job.escalation_id === escalation && job.created > created);
    return newer || [reason, stop].some((word) => ['CANCELLED', 'ESCALATION_GONE'].includes(word));
  }

  // Somebody accepted a second charge while nobody knew of this start, and its clip is the later one's now: not where
  // that one came to nothing.
  gaveWay(start, clip) {
    if (!start || clip) return false;
    const own = this.clips.find(({ job_id: id, clip: index }) => id === start.job_id && index === start.clip);
    if (!own?.operation_name || own.state === 'failed') return false;
    return this.events.some(({ job_id: id, clip: index, event, from_state: from }) =>
      id === start.job_id && index === start.clip && event === 'retried' && from === 'unknown');
  }

  // What a person is told of money is what the simulator billed, and what nobody knows of.
  tellsTheTruth() {
    if (!this.told) return;
    const billed = new Map(this.bill.operations.map(({ operation, micro_dollars: micros }) => [operation, micros]));
    const moneyOf = ({ outcome, operation_name: name, price }) => {
      if (outcome === 'unknown') return ['HELD', price];
      const micros = outcome === 'accepted' ? billed.get(this.simulatorsNameOf(name)) ?? 0 : 0;
      return micros > 0 ? ['CHARGED', micros] : ['FREE', 0];
    };
    const money = this.ledger.map((start) => ({ job: start.job_id, state: moneyOf(start)[0], micros: moneyOf(start)[1] }));
    const of = (rows, state) => rows.filter((row) => row.state === state);
    for (const state of ['HELD', 'CHARGED', 'FREE', 'RESERVED']) {
      const told = this.told.costs.rows.filter((row) => row.state === `COST_STATE_${state}`);
      const [count, micros] = [of(money, state).length, sum(of(money, state), 'micros')];
      if (sum(told, 'starts') !== count || sum(told, 'micros') !== micros) {
        this.breaks('costs tell the truth', { state, told, starts: count, micros });
      }
    }
    const total = sum(money, 'micros');
    if (this.told.costs.spent_total_micros !== total) {
      this.breaks('costs tell the truth', { told: this.told.costs.spent_total_micros, total });
    }
    const byJob = new Map(this.jobs.map(({ id }) => [id, []]));
    for (const row of money) byJob.get(row.job).push(row);
    for (const [id, rows] of byJob) {
      const cost = this.told.jobs.get(id)?.cost ?? {};
      const told = [cost.held_micros ?? 0, cost.charged_micros ?? 0, cost.reserved_micros ?? 0];
      const true_ = [sum(of(rows, 'HELD'), 'micros'), sum(of(rows, 'CHARGED'), 'micros'), 0];
      if (told.join() !== true_.join()) this.breaks('a job tells the truth of its costs', { id, told, is: true_ });
    }
  }

  // A server ends by its killer's hand, or when it is asked to.
  endsOnlyWhenKilled() {
    for (const { crash } of this.servers) {
      if (crash) this.breaks('no server ends by itself', crash);
    }
  }

  async all() {
    await this.read();
    this.endsOnlyWhenKilled();
    this.paysOnce();
    this.startsNothingBeside();
    this.losesNoJob();
    this.movesLegally();
    await this.deliversItsOwn();
    await this.doubtsOnlyWithCause();
    this.addsUp();
    this.bringsHome();
    this.failsOnlyWithCause();
    this.tellsTheTruth();
    return { broken: this.broken, figures: this.figures() };
  }

  figures() {
    const count = (rows, key) => Object.fromEntries(countBy(rows, (row) => row[key]));
    const doubts = this.ledger.filter(({ outcome }) => outcome === 'unknown');
    const died = doubts.filter((start) => this.itsServerDied(start));
    const spoilt = doubts.filter((start) => !died.includes(start) && this.itsAnswerWasSpoilt(start));
    return {
      jobs: count(this.jobs, 'status'), reasons: count(this.jobs.filter(({ reason }) => reason), 'reason'),
      starts: count(this.ledger, 'outcome'), providers: count(this.ledger, 'provider'), paid_starts: this.paid.length,
      unknown_because: {
        its_server_died: died.length, its_answer_was_spoilt: spoilt.length,
        answered_with_5xx: doubts.length - died.length - spoilt.length },
      billed_dollars: this.bill.total_micro_dollars / 1e6, settled_dollars: sum(this.ledger, 'settled') / 1e6,
    };
  }
}

// Gives what is broken, a sentence each, and the run's figures. `run`: sql(query), world (world.mjs), witnesses(ledger)
// (witness.mjs), created (job ids that callers were told), servers (all that ever were), readStored(object name); and
// where there is such: elsewhere (operations that others paid for), faults (of the simulator, with their hits), told
// (world.mjs), heals (whether starts on Vertex AI had an output folder and time to be found there).
export const judge = (run) => new Judge({ elsewhere: [], faults: [], queries: kQueries, ...run }).all();
