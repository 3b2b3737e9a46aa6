// A server whose AtFaultPoint() does what ARMED_FAULT says (../armed_fault_point.cc), under a name of its own, and what
// is known of its end.

import { existsSync, readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

import { scratchFolder, Server } from '../../e2e/support/programs.mjs';

const kServing = /serving.*grpc"?[=:]"?([\d.]+:\d+)"?[ ,]"?http"?[=:]"?([\d.]+:\d+)/;
const kArmed = process.env.FAULTS_ARMED_SERVER;
if (!kArmed) throw new Error('FAULTS_ARMED_SERVER is not set: the path of videojobs-server-armed; ctest -R faults sets it');

export const fault = (action, kind, name, moment, number = 1) => [action, kind, name, moment, number].join('|');

let started = 0;
const kDeeds = scratchFolder();

// The database tells by this name who wrote what (witness.mjs).
const withName = (url, name) => (url ? `${url}${url.includes('?') ? '&' : '?'}application_name=${name}` : url);

export class ArmedServer extends Server {
  // Gives the server as soon as it serves, or has ended on its way there.
  static async start(env, armed = '') {
    const who = `server-${++started}`;
    const deeds = join(kDeeds, who);
    const server = new ArmedServer([kArmed], {
      VIDEOJOBS_LISTEN: '127.0.0.1:0', VIDEOJOBS_HTTP_LISTEN: '127.0.0.1:0', ...env,
      VIDEOJOBS_DATA_DIR: env.VIDEOJOBS_DATA_DIR ?? scratchFolder(),
      ...(env.DATABASE_URL && { DATABASE_URL: withName(env.DATABASE_URL, who) }),
      ARMED_DEEDS: deeds, ...(armed && { ARMED_FAULT: armed }) });
    Object.assign(server, { who, deedsFile: deeds, armed, began: Date.now() });
    server.ended.then((end) => Object.assign(server, { end, endSeen: Date.now() }));
    await Promise.race([server.ended, server.wrote(kServing).catch(() => {})]);
    const match = kServing.exec(server.errors);
    return match ? Object.assign(server, { grpc: match[1], http: `http://${match[2]}` }) : server;
  }

  get serves() {
    return Boolean(this.grpc) && !this.hasEnded;
  }

  stop(signal = 'SIGTERM', ...more) {
    if (!this.hasEnded) this.wasAsked = true;
    if (signal === 'SIGKILL' && !this.hasEnded) this.killedAt ??= Date.now();
    return super.stop(signal, ...more);
  }

  // What it made go wrong, by its own word.
  get deeds() {
    const lines = existsSync(this.deedsFile) ? readFileSync(this.deedsFile, 'utf8').trim().split('\n') : [];
    return lines.map((line) => {
      const [action, kind, name, moment, pid, at] = line.split('|');
      return { point: `${kind}|${name}|${moment}`, action, pid: Number(pid), at: Number(at) };
    });
  }

  // The death that it announced, if it did.
  get announced() {
    return this.deeds.find(({ action, pid }) => action.startsWith('die') && pid === this.pid);
  }

  // When it was killed at the earliest, by its own hand or by the harness's; none of one that was not.
  get diedAt() {
    if (!this.hasEnded || this.end?.signal !== 'SIGKILL') return undefined;
    return Math.min(this.killedAt ?? Infinity, this.announced?.at ?? Infinity);
  }

  // Why its end is none that a harness meant: a crash, or an exit by itself. Nothing: all is well.
  get crash() {
    if (!this.hasEnded) return undefined;
    const { code, signal } = this.end;
    const killed = signal === 'SIGKILL' && Number.isFinite(this.diedAt);
    if (killed || (code === 0 && this.wasAsked)) return undefined;
    return { who: this.who, code, signal, said: this.errors.slice(-2000) };
  }

  // What the judge wants to know of it, without all that it wrote.
  get fate() {
    const { who, began, diedAt, crash } = this;
    return { who, began, diedAt, crash };
  }
}

// How the judge reads a stored object of a folder.
export const readFrom = (folder) => (name) => readFile(join(folder, name)).catch(() => null);
