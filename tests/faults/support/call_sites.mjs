// Where the source asks for a transaction or makes an HTTP call, by the class and function around it.

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const kAdapters = fileURLToPath(new URL('../../../adapters/', import.meta.url));

const sourcesIn = (room) => readdirSync(join(kAdapters, room)).filter((name) => name.endsWith('.cc'))
  .map((name) => ({ file: `${room}/${name}`, lines: readFileSync(join(kAdapters, room, name), 'utf8').split('\n') }));

// "Class::Function", or "Function" of one without a class. A method is defined at the margin, or two spaces into a class.
function* sitesIn({ file, lines }, call) {
  let [of, enclosing] = ['', ''];
  for (const line of lines) {
    of = /^class (\w+)/.exec(line)?.[1] ?? (line.startsWith('}') ? '' : of);
    const atMargin = /^[A-Za-z][^(=;]*?[ &*>]((?:\w+::)?\w+)\(/.exec(line)?.[1];
    const inClass = of && /^ {2}[A-Za-z][^(=;]*[ &*>](\w+)\(/.exec(line)?.[1];
    enclosing = atMargin ?? (inClass ? `${of}::${inClass}` : enclosing);
    if (call.test(line)) yield { file, site: enclosing };
  }
}

function sites(rooms, call) {
  return rooms.flatMap(sourcesIn).flatMap((source) => [...sitesIn(source, call)]);
}

// Of the functions that ask a store for a transaction that writes, or may: Postgres's transactions all can.
export const transactionsOfPostgres = () =>
  new Set(sites(['postgres'], /\bTransact\($|\bTransact\(\[/).map(({ site }) => site));
export const transactionsOfSqlite = () => new Set(sites(['sqlite'], /sessions_\.Write\(/).map(({ site }) => site));

const kRooms = readdirSync(kAdapters, { withFileTypes: true })
  .filter((entry) => entry.isDirectory() && entry.name !== 'http').map(({ name }) => name);

// Of every call by http::Client, as "room/Class::Function". What goes through a helper of ours has its call there.
export const httpCalls = () => new Set(sites(kRooms, /(?<!\b(?:store_|api_))\.(?:Send|Download)\(/)
  .map(({ file, site }) => `${file.split('/')[0]}/${site}`));
