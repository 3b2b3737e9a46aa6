// What must be true after every run, however its servers died. It believes nothing that a server says: it compares the
// simulator's own ledger, the database's evidence and event log, and the stored files.

import { createHash } from 'node:crypto';

import { folderOf, objectsIn, videoMadeBy } from '../../e2e/support/doors.mjs';

// Answers after which nobody can say whether a start was made: https://google.aip.dev/193 names no others that say so.
const kAmbiguous = (status) => status >= 500 || (status >= 200 && status < 300);

const sha256 = (bytes) => createHash('sha256').update(bytes).digest('hex');
const sum = (rows, field) => rows.reduce((total, row) => total + Number(row[field] ?? 0), 0);

// The word by which a text, its job and its paid start know each other.
export const tokenOf = (text) => /token-[0-9a-f]+/.exec(text ?? '')?.[0];
export const newToken = () => `token-${createHash('sha256').update(String(Math.random())).digest('hex').slice(0, 16)}`;

// Starts on Vertex AI that are in doubt, although what they made lies in their own folder.
export async function unhealed(sql, simulator) {
  const doubts = await sql(`SELECT start_id FROM video_starts WHERE provider = 'vertex' AND outcome = 'unknown'`);
  const found = await Promise.all(doubts.map(({ start_id: id }) => objectsIn(simulator, folderOf(id))));
  return doubts.filter((_, number) => found[number].length > 0);
}

class Judge {
  broken = [];

  constructor(run) {
    Object.assign(this, run);
  }

  breaks(promise, evidence) {
    this.broken.push(`${promise}: ${JSON.stringify(evidence)}`);
  }

  async read() {
    this.jobs = await this.sql('SELECT id, status, reason, response_text, video_url FROM video_jobs');
    this.clips = await this.sql(`SELECT job_id, clip, state, operation_name, stored_object, stored_sha256, stored_bytes
      FROM video_clips`);
    this.ledger = await this.sql(`SELECT start_id, job_id, clip, provider, outcome, operation_name, http_status, detail, price,
      settled, extract(epoch FROM intended_at) * 1000 AS intended, extract(epoch FROM outcome_at) * 1000 AS answered
      FROM video_starts`);
    this.events = await this.sql(`SELECT job_id, seq, clip, event, from_state, to_state, start_id
      FROM video_job_events ORDER BY job_id, seq`);
    this.jobEdges = await this.edges('video_job_edges');
    this.clipEdges = await this.edges('video_clip_edges');
    this.paid = await this.simulator.starts();
    this.bill = await (await fetch(`${this.simulator.url}/_simulator/bill`)).json();
    this.byId = new Map(this.jobs.map((job) => [job.id, job]));
    this.nameAsTheSimulatorDoes();
  }

  // The simulator calls an interaction by its bare id, and knows nothing of the folders by which healed starts go: those
  // are their job's one paid start that no other row of the ledger has.
  nameAsTheSimulatorDoes() {
    const taken = new Set(this.ledger.map(({ operation_name: name }) => name));
    this.names = new Map();
    for (const start of this.ledger.filter(({ operation_name: name }) => name)) {
      const token = tokenOf(this.byId.get(start.job_id).response_text);
      const healed = start.operation_name.startsWith('gs://')
        && this.paid.find(({ prompt, operation }) => tokenOf(prompt) === token && !taken.has(operation));
      this.names.set(start.operation_name, healed ? healed.operation : start.operation_name.replace('interactions/', ''));
    }
  }

  simulatorsNameOf(operation) {
    return this.names.get(operation) ?? operation;
  }

  async edges(table) {
    const rows = await this.sql(`SELECT from_state || '>' || to_state AS edge FROM ${table}`);
    return new Set(rows.map(({ edge }) => edge));
  }

  // At most one paid start for each clip, beyond those that a person accepted by name.
  paysOnce() {
    const accepted = new Map();
    for (const event of this.events.filter(({ event }) => event === 'second_charge_accepted' || event === 'retried')) {
      accepted.set(event.job_id, (accepted.get(event.job_id) ?? 0) + 1);
    }
    const starts = new Map();
    for (const { prompt } of this.paid) starts.set(tokenOf(prompt), (starts.get(tokenOf(prompt)) ?? 0) + 1);
    for (const job of this.jobs) {
      const count = starts.get(tokenOf(job.response_text)) ?? 0;
      if (count > 1 + (accepted.get(job.id) ?? 0)) this.breaks('never pay twice', { job: job.id, paid_starts: count });
    }
  }

  // What was promised to a caller is there, and has ended.
  losesNoJob() {
    for (const id of this.created) {
      const job = this.byId.get(id);
      if (!job) this.breaks('no job is lost', { job: id });
      else if (!['completed', 'failed'].includes(job.status)) this.breaks('every job ends', { job: id, is: job.status });
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

  // The very bytes that the simulator made for that very clip, and for no other text.
  async deliversItsOwn() {
    const prompts = new Map(this.paid.map(({ operation, prompt }) => [operation, prompt]));
    for (const clip of this.clips.filter(({ state }) => state === 'stored')) {
      const job = this.byId.get(clip.job_id);
      const prompt = prompts.get(this.simulatorsNameOf(clip.operation_name));
      if (prompt && tokenOf(prompt) !== tokenOf(job.response_text)) {
        this.breaks('everybody gets their own video', clip);
      }
      const made = sha256(await videoMadeBy(this.simulator, clip.operation_name));
      const stored = await this.readStored(clip.stored_object);
      if (!stored || sha256(stored) !== made || clip.stored_sha256 !== made || stored.length !== clip.stored_bytes) {
        this.breaks('a completed video is what was made, byte for byte', { clip, made });
      }
    }
    for (const job of this.jobs.filter(({ status }) => status === 'completed')) {
      const stored = this.clips.some(({ job_id: id, state }) => id === job.id && state === 'stored');
      if (!stored) this.breaks('completed means stored', job);
    }
  }

  // START_UNKNOWN is said only where nobody can know: the holder died between intent and outcome, or what came back
  // says nothing.
  async doubtsOnlyWithCause() {
    const spoilt = new Set(this.paid.filter((start) => start.answer_spoilt).map(({ prompt }) => tokenOf(prompt)));
    for (const start of this.ledger.filter(({ outcome }) => outcome === 'unknown')) {
      const token = tokenOf(this.byId.get(start.job_id).response_text);
      const died = this.deaths.some((at) => at >= start.intended - 1000 && at <= start.answered + 1000);
      if (!died && !spoilt.has(token) && !kAmbiguous(start.http_status)) this.breaks('unknown only where it is', start);
    }
    const unfound = this.heals ? await unhealed(this.sql, this.simulator) : [];
    if (unfound.length > 0) this.breaks('what lies in its own folder heals a start', unfound);
    const open = this.ledger.filter(({ outcome }) => outcome === 'open');
    if (open.length > 0) this.breaks('every intent gets an outcome', open);
  }

  // Every operation that the simulator bills is known to the ledger, at its price, or covered by a start in doubt.
  addsUp() {
    const known = new Map(this.ledger.filter(({ operation_name: name }) => name)
      .map((start) => [this.simulatorsNameOf(start.operation_name), start]));
    const tokens = new Map(this.paid.map(({ operation, prompt }) => [operation, tokenOf(prompt)]));
    const inDoubt = new Set(this.ledger.filter(({ outcome }) => outcome === 'unknown')
      .map(({ job_id: id }) => tokenOf(this.byId.get(id).response_text)));
    let billedOnes = 0;
    for (const { operation, micro_dollars: micros } of this.bill.operations) {
      if (this.elsewhere?.includes(operation)) continue;
      const start = known.get(operation);
      if (start) {
        billedOnes += micros;
        if (start.settled !== micros) this.breaks('a start is settled at what is billed', { start, micros });
      } else if (!inDoubt.has(tokens.get(operation))) {
        this.breaks('a paid result is never lost', { operation, micros });
      }
    }
    if (sum(this.ledger, 'settled') !== billedOnes) {
      this.breaks('the ledger adds up to the bill', { settled: sum(this.ledger, 'settled'), billed: billedOnes });
    }
  }

  async all() {
    await this.read();
    this.paysOnce();
    this.losesNoJob();
    this.movesLegally();
    await this.deliversItsOwn();
    await this.doubtsOnlyWithCause();
    this.addsUp();
    const count = (rows, key) => rows.reduce((counts, row) => {
      counts[row[key]] = (counts[row[key]] ?? 0) + 1;
      return counts;
    }, {});
    return {
      broken: this.broken,
      figures: {
        jobs: count(this.jobs, 'status'), reasons: count(this.jobs.filter(({ reason }) => reason), 'reason'),
        starts: count(this.ledger, 'outcome'), providers: count(this.ledger, 'provider'), paid_starts: this.paid.length,
        billed_dollars: this.bill.total_micro_dollars / 1e6, settled_dollars: sum(this.ledger, 'settled') / 1e6,
      },
    };
  }
}

// Gives what is broken, a sentence each, and the run's figures. `run`: sql(query), simulator, created (job ids that
// callers were told), deaths (times in ms), readStored(object name), elsewhere (operations that others paid for), heals
// (whether starts on Vertex AI had an output folder and time to be found there).
export const judge = (run) => new Judge({ deaths: [], ...run }).all();
