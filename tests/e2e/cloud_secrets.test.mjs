// Google's credentials must show nowhere, whatever goes wrong at whichever door: not in a log, a status, an explanation,
// the doctor's words, the list of processes, nor in a crash dump. A fault that nobody met proves nothing: each is looked
// for afterwards.

import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { describe, test } from 'node:test';

import { Api, isPast } from './support/api.mjs';
import { authorizedUser, kDoors } from './support/doors.mjs';
import { beginCommandLine, commandLine, scratchFolder, Server, Simulator } from './support/programs.mjs';
import { until } from './support/until.mjs';

const kAllDoors = { ...kDoors, 'Vertex AI with an authorized user': authorizedUser };
// Whose videos are fetched from an address. The others' come inside of answers.
const kFetches = /^(Veo on the|Vertex AI with an (output|authorized))/;
// Whose credentials are exchanged for tokens.
const kTokens = /^Vertex AI with (?!a key)/;

// Every text that would open a door, as it is in the settings and in the files that they name.
function secretsOf(env) {
  const file = env.GOOGLE_APPLICATION_CREDENTIALS && JSON.parse(readFileSync(env.GOOGLE_APPLICATION_CREDENTIALS, 'utf8'));
  const lines = (file?.private_key ?? '').split('\n').filter((line) => line.length > 30);
  return [env.GOOGLE_GENAI_API_KEY, ...lines, file?.client_secret, file?.refresh_token].filter(Boolean);
}

function assertShowsNone(texts, secrets) {
  for (const text of texts) {
    for (const secret of secrets) assert.ok(!text.includes(secret), `a secret is in: ${text}`);
    assert.doesNotMatch(text, /Bearer [\w.-]|ya29\.|eyJ[\w-]{20}|simulated-signature|[?&](key|token|[\w-]*signature)=/i);
  }
}

// What is shown of one server while this and that goes wrong.
class Shown {
  texts = [];

  constructor(api, simulator) {
    Object.assign(this, { api, simulator });
  }

  async create(text) {
    const [{ job_id: id }] = await this.api.create([{ response_text: text }], randomUUID());
    return id;
  }

  async poll() {
    this.texts.push(JSON.stringify(await this.api.poll()));
  }

  // Polls whenever a job is due, until every fault was met.
  async meets(...faults) {
    await until(`each is met: ${faults.map(({ kind }) => kind)}`, async () => {
      await this.poll();
      return (await this.simulator.faults()).every(({ hits }) => hits > 0);
    });
    await this.simulator.setFaults();
  }

  async finish(id) {
    await until(`${id} has ended`, async () => {
      const job = await this.api.job(id);
      this.texts.push(JSON.stringify(job));
      if (/COMPLETED|FAILED/.test(job.state)) return true;
      if (job.next_due_time && isPast(job.next_due_time)) await this.poll();
    });
    this.texts.push(JSON.stringify(await this.api.call('ExplainJob', { job_id: id })));
  }
}

async function refusedAnswersAndDownloads(shown, fetches) {
  const faults = [
    { kind: 'refused', prompt: 'ends refused' }, { kind: 'lost_answer', prompt: 'ends lost' },
    { kind: 'operation_error', prompt: 'ends broken' }, { kind: 'poll_403', count: 1 },
    ...(fetches ? [{ kind: 'redirect_other_host', count: 1 }] : [])];
  await shown.simulator.setFaults(...faults);
  const ids = [];
  for (const end of ['well', 'refused', 'lost', 'broken']) ids.push(await shown.create(`It ends ${end}.`));
  await shown.meets(...faults);
  for (const id of ids) await shown.finish(id);
  if (!fetches) return ids;
  const cut = { kind: 'truncated', count: 1 };
  await shown.simulator.setFaults(cut);
  ids.push(await shown.create('It is cut.'));
  await shown.meets(cut);
  await shown.finish(ids.at(-1));
  return ids;
}

// Google repeating the very credential: what is shown of it must be something else.
async function repeatedCredentials(shown) {
  const onPoll = { kind: 'echo_credential', on: 'poll', count: 1 };
  await shown.simulator.setFaults(onPoll);
  const id = await shown.create('It is polled.');
  await shown.meets(onPoll);
  await shown.finish(id);
  const onStart = { kind: 'echo_credential', on: 'start' };
  await shown.simulator.setFaults(onStart);
  const waiting = await shown.create('It is repeated.');
  await shown.meets(onStart);
  const explained = JSON.stringify(await shown.api.call('ExplainJob', { job_id: waiting }));
  assert.match(explained, /The credential .* may not do this/, 'else nothing was there to be hidden');
  shown.texts.push(explained, JSON.stringify(await shown.api.job(waiting)));
}

async function doctorMeets(simulator, kind, env) {
  await simulator.setFaults({ kind });
  const { code, out, err } = await commandLine(['doctor'], { ...env, VIDEOJOBS_DATA_DIR: scratchFolder() });
  assert.equal(code, 7, out);
  assert.ok((await simulator.faults())[0].hits > 0, `${kind} was not met: ${out}`);
  await simulator.setFaults();
  return out + err;
}

// The command line shows what the server says, and is itself shown to everybody on the machine.
async function commandLineAbout(server, env, ids) {
  const at = { ...env, VIDEOJOBS_SERVER: server.grpc };
  const texts = [];
  for (const args of [['list'], ['costs'], ['status', ids[0]], ...ids.map((id) => ['explain', '--texts', id])]) {
    const { code, out, err } = await commandLine(args, at);
    assert.equal(code, 0, err);
    texts.push(out, err);
  }
  const running = beginCommandLine(['create', '--wait'], at);
  await until('it runs', () => readFileSync(`/proc/${running.pid}/cmdline`, 'latin1').includes('videojobs\0create'));
  texts.push(readFileSync(`/proc/${running.pid}/cmdline`, 'latin1'));
  await running.stop('SIGKILL');
  return texts;
}

const coresIn = (folder) => readdirSync(folder).filter((name) => /^core(\.|$)/.test(name));

describe('credentials', { concurrency: 4 }, () => {
  for (const [door, settings] of Object.entries(kAllDoors)) {
    test(`${door}_WhateverGoesWrong_ShowNowhere`, async () => {
      const simulator = await Simulator.start('--latency', '0s', '--file-processing', '0s');
      const env = await settings(simulator);
      const home = scratchFolder();
      const coresBefore = coresIn(process.cwd());
      const server = await Server.start({
        ...env, STORAGE_URL: `file://${scratchFolder()}`, VIDEOJOBS_DATA_DIR: home, VIDEOJOBS_POLL_INTERVAL: '0',
        VIDEOJOBS_LOG_LEVEL: 'debug' });
      const shown = new Shown(new Api(server), simulator);
      const ids = await refusedAnswersAndDownloads(shown, kFetches.test(door));
      await repeatedCredentials(shown);
      shown.texts.push(...await commandLineAbout(server, env, ids));
      for (const kind of ['bad_key', 'echo_credential', 'forbidden', ...(kTokens.test(door) ? ['token_refused'] : [])]) {
        shown.texts.push(await doctorMeets(simulator, kind, env));
      }
      shown.texts.push(readFileSync(`/proc/${server.pid}/cmdline`, 'latin1'));
      assert.match(readFileSync(`/proc/${server.pid}/limits`, 'utf8'), /Max core file size +0 +0 /);
      shown.api.close();
      assert.equal((await server.stop('SIGSEGV')).signal, 'SIGSEGV');
      await simulator.stop();
      shown.texts.push(server.output + server.errors);
      // The server works where this test does.
      assert.deepEqual([coresIn(home), coresIn(process.cwd())], [[], coresBefore]);
      assertShowsNone(shown.texts, secretsOf(env));
    });
  }
});
