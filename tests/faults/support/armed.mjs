// A server whose AtFaultPoint() does what ARMED_FAULT says (../armed_fault_point.cc), on a database of its own.

import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

import { scratchFolder, Server } from '../../e2e/support/programs.mjs';

const kServing = /serving.*grpc"?[=:]"?([\d.]+:\d+)"?[ ,]"?http"?[=:]"?([\d.]+:\d+)/;
const kArmed = process.env.FAULTS_ARMED_SERVER;
if (!kArmed) throw new Error('FAULTS_ARMED_SERVER is not set: the path of videojobs-server-armed; ctest -R faults sets it');

export const fault = (action, kind, name, moment, number = 1) => [action, kind, name, moment, number].join('|');

export class ArmedServer extends Server {
  // Gives the server as soon as it serves, or has died on its way there.
  static async start(env, armed = '') {
    const server = new ArmedServer([kArmed], {
      VIDEOJOBS_LISTEN: '127.0.0.1:0', VIDEOJOBS_HTTP_LISTEN: '127.0.0.1:0', VIDEOJOBS_DATA_DIR: scratchFolder(),
      ...env, ...(armed ? { ARMED_FAULT: armed } : {}) });
    await Promise.race([server.ended, server.wrote(kServing).catch(() => {})]);
    const match = kServing.exec(server.errors);
    return match ? Object.assign(server, { grpc: match[1], http: `http://${match[2]}` }) : server;
  }

  get serves() {
    return Boolean(this.grpc) && !this.hasEnded;
  }
}

// How the judge reads a stored object of a folder.
export const readFrom = (folder) => (name) => readFile(join(folder, name)).catch(() => null);
