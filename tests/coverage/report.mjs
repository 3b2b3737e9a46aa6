// Reads `llvm-cov export` from standard input and prints line and branch coverage of the files of files.json. What no
// test can reach stands there with its reason, by the text of its line. Exits with 1 where anything else is not covered.

import { readFileSync } from 'node:fs';
import { relative } from 'node:path';

const { files, unreachable } = JSON.parse(readFileSync(new URL('files.json', import.meta.url), 'utf8'));
const exported = JSON.parse(readFileSync(0, 'utf8')).data[0].files;

const used = new Set();
function isExcused(file, text) {
  const excuse = unreachable.find((one) => file === one.file && text.includes(one.text));
  if (excuse) used.add(excuse);
  return Boolean(excuse);
}

// The lines that were never run: those of a segment whose count is 0, until the next one begins.
function missedLines({ segments }, text) {
  const missed = new Set();
  let run;
  for (let at = 0; at < segments.length; ++at) {
    const [line, , count, hasCount, , isGap] = segments[at];
    const end = segments[at + 1]?.[0] ?? line;
    run = hasCount && !isGap ? count : undefined;
    for (let number = line; run === 0 && number < Math.max(end, line + 1); ++number) {
      if (text[number - 1].trim().length > 1) missed.add(number);
    }
  }
  // A line is run where any part of it is.
  for (const [line, , count, hasCount] of segments) if (hasCount && count > 0) missed.delete(line);
  return [...missed];
}

// Both ways of every condition, over all instances of a template together. The default that a switch does not have is
// none: the compiler sees to it that every value of the enum has a case.
function missedBranches({ branches }, text) {
  const ways = new Map();
  for (const [line, column, , , taken, not] of branches) {
    const key = `${line}:${column}`;
    const sum = ways.get(key) ?? { line, taken: 0, not: 0 };
    ways.set(key, { line, taken: sum.taken + taken, not: sum.not + not });
  }
  const all = [...ways.values()].filter(({ line }) => !/^ *switch \(.*\{$/.test(text[line - 1]));
  const missed = all.flatMap(({ line, taken, not }) => [
    ...(taken ? [] : [{ line, way: 'is never true' }]), ...(not ? [] : [{ line, way: 'is never false' }])]);
  return { count: all.length * 2, missed };
}

const percent = (missed, count) => (count === 0 ? '     –' : `${((100 * (count - missed)) / count).toFixed(1).padStart(5)}%`);
let bad = 0;
for (const file of files) {
  const found = exported.filter(({ filename }) => relative(process.cwd(), filename) === file);
  if (found.length === 0) throw new Error(`${file} was not measured`);
  const text = readFileSync(file, 'utf8').split('\n');
  const { count, missed: allMissed } = missedBranches(found[0], text);
  const isBad = (line) => !isExcused(file, text[line - 1]);
  const lines = missedLines(found[0], text).filter(isBad).map((line) => ({ line, way: 'is never run' }));
  const branches = allMissed.filter(({ line }) => isBad(line));
  bad += lines.length + branches.length;
  console.log(`${percent(lines.length, found[0].summary.lines.count)} of lines  ${percent(branches.length, count)} of branches  ${file}`);
  for (const { line, way } of [...lines, ...branches]) console.log(`    ${line} ${way}: ${text[line - 1].trim()}`);
}
for (const excuse of unreachable) if (!used.has(excuse)) console.log(`not needed any more: ${JSON.stringify(excuse)}`);
console.log(bad === 0 ? 'all of it is covered' : `${bad} lines and branches are not covered`);
process.exit(bad === 0 ? 0 : 1);
