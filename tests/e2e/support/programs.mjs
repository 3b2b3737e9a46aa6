// Our programs as their users start them. A test that gets to its end has ended them; those of others end with
// the file, or by the kernel's hand when this process dies.

import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAllTests } from './after_all_tests.mjs';
import { until } from './until.mjs';

const kGrace = 20;
const programs = process.env.E2E_PROGRAMS;
if (!programs) throw new Error('E2E_PROGRAMS is not set: the folder of videojobs-server; ctest -L node sets it');

// Nothing of this process's environment reaches a program but where to find things, and what sanitizers are told.
const kSanitizers = ['ASAN_OPTIONS', 'LSAN_OPTIONS', 'TSAN_OPTIONS', 'UBSAN_OPTIONS'];
const kBase = {
  PATH: process.env.PATH, HOME: tmpdir(), TZ: 'UTC',
  ...Object.fromEntries(kSanitizers.filter((name) => process.env[name]).map((name) => [name, process.env[name]])) };

// What a sanitizer finds, and a server that was asked to stop and did not end well, fail the file, whatever its tests
// say.
const kFinding = /.*(?:ERROR: AddressSanitizer|LeakSanitizer|: runtime error: |WARNING: ThreadSanitizer)[^]{0,4000}/;
const findings = [];
process.on('exit', () => {
  for (const finding of findings) console.error(finding);
  if (findings.length > 0) process.exitCode = 1;
});
function noteFindings(name, errors) {
  const found = kFinding.exec(errors);
  if (found) findings.push(`${name} wrote: ${found[0]}`);
}

// In the form of either log.
const kServing = /serving.*grpc"?[=:]"?([\d.]+:\d+)"?[ ,]"?http"?[=:]"?([\d.]+:\d+)/;

const folders = new Set();
const running = new Set();
afterAllTests(() => Promise.all([...running].map((program) => program.stop('SIGKILL'))));
process.on('exit', () => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});

// A folder that goes with this process.
export function scratchFolder() {
  const folder = mkdtempSync(join(tmpdir(), 'videojobs-e2e-'));
  folders.add(folder);
  return folder;
}

export class Program {
  output = '';
  errors = '';
  hasEnded = false;

  // `privileges` are further flags of setpriv.
  constructor(command, env = {}, privileges = []) {
    [this.name] = command;
    this.child = spawn('setpriv', ['--pdeathsig', 'SIGINT', ...privileges, '--', ...command], {
      env: { ...kBase, ...env }, stdio: ['pipe', 'pipe', 'pipe'] });
    this.child.stdout.on('data', (bytes) => (this.output += bytes));
    this.child.stderr.on('data', (bytes) => (this.errors += bytes));
    this.ended = once(this.child, 'close').then(([code, signal]) => {
      this.hasEnded = true;
      running.delete(this);
      noteFindings(this.name, this.errors);
      return { code, signal };
    });
    running.add(this);
  }

  get pid() {
    return this.child.pid;
  }

  // The match of `pattern` in what it wrote, as soon as it is there.
  async wrote(pattern) {
    const written = () => pattern.exec(this.output) ?? pattern.exec(this.errors);
    await until(`${pattern} from ${this.name}`, () => this.hasEnded || written());
    const match = written();
    if (!match) throw new Error(`${this.name} ended before ${pattern}: ${this.errors}`);
    return match;
  }

  // Ends it and says how it ended; one that does not listen is killed.
  async stop(signal = 'SIGTERM', graceSeconds = kGrace) {
    this.child.kill(signal);
    const kill = setTimeout(() => this.child.kill('SIGKILL'), graceSeconds * 1000);
    const hadEnded = this.hasEnded;
    const end = await this.ended;
    clearTimeout(kill);
    if (signal === 'SIGTERM' && !hadEnded && this.mustEndWell && end.code !== 0) {
      findings.push(`${this.name} did not end well: ${JSON.stringify(end)}; ${this.errors.slice(-2000)}`);
    }
    return end;
  }
}

// A server on free ports of loopback. `grpc` and `http` say where it serves.
export class Server extends Program {
  mustEndWell = true;

  static async start(env) {
    const server = Server.begin(env);
    const [, grpc, http] = await server.wrote(kServing);
    return Object.assign(server, { grpc, http: `http://${http}` });
  }

  // One that need not get as far as serving.
  static begin(env) {
    return new Server([join(programs, 'videojobs-server')], {
      VIDEOJOBS_LISTEN: '127.0.0.1:0',
      VIDEOJOBS_HTTP_LISTEN: '127.0.0.1:0',
      VIDEOJOBS_DATA_DIR: env.VIDEOJOBS_DATA_DIR ?? scratchFolder(),
      ...env,
    });
  }
}

export class Simulator extends Program {
  static async start(...flags) {
    const simulator = new Simulator([join(programs, 'veo-simulator'), '--listen', '127.0.0.1:0', ...flags]);
    const [, url] = await simulator.wrote(/listening on (http:\S+)/);
    return Object.assign(simulator, { url });
  }

  // Every accepted, paid start.
  async starts() {
    return (await (await fetch(`${this.url}/_simulator/starts`)).json()).starts;
  }

  // The faults in force, each with how often it was met.
  async faults() {
    return (await (await fetch(`${this.url}/_simulator/faults`)).json()).faults;
  }

  async setFaults(...faults) {
    const answer = await fetch(`${this.url}/_simulator/faults`, { method: 'PUT', body: JSON.stringify({ faults }) });
    if (!answer.ok) throw new Error(await answer.text());
  }

  // Starts an operation as somebody else than our server, and gives its name.
  async startElsewhere(prompt) {
    const answer = await fetch(`${this.url}/v1beta/models/veo-3.1-generate-preview:predictLongRunning`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-goog-api-key': 'elsewhere' },
      body: JSON.stringify({ instances: [{ prompt }], parameters: { durationSeconds: 6 } }),
    });
    return (await answer.json()).name;
  }

  // The settings that send a server here.
  get settings() {
    return {
      GOOGLE_GENAI_API_KEY: 'a-key-for-tests', VIDEO_PROVIDER: 'gemini', VIDEOJOBS_STORYBOARDS: 'plain',
      VEO_BASE_URL: this.url };
  }
}

// Supabase Storage without a bucket.
export class Supabase extends Program {
  static async start() {
    const supabase = new Supabase([process.env.E2E_FAKE_SUPABASE]);
    const [, url, key] = await supabase.wrote(/^(\S+) (\S+)\n/);
    return Object.assign(supabase, { url, settings: { SUPABASE_URL: url, SUPABASE_SERVICE_ROLE_KEY: key } });
  }

  makePublicBucket(name) {
    return this.makeBucket('public', name);
  }

  // `limit`: the largest object in bytes.
  async makeBucket(kind, name, limit = 0) {
    this.child.stdin.write(`${kind} ${name} ${limit}\n`);
    await this.wrote(new RegExp(`there is ${name}\n`));
  }
}

// The command line while it runs.
export const beginCommandLine = (args, env = {}) => new Program([join(programs, 'videojobs'), ...args], env);

// What the command line says to `args`: its exit code and both outputs.
export function commandLine(args, env = {}) {
  return new Promise((resolve) => {
    execFile(join(programs, 'videojobs'), args, { env: { ...kBase, ...env } }, (error, out, err) => {
      noteFindings('videojobs', err);
      resolve({ code: error ? error.code : 0, out, err });
    });
  });
}
