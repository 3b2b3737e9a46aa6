// Reads `llvm-cov export` from standard input and prints line and branch coverage of the files of files.json. What no
// test can reach stands there with its reason, by the text of its line and what never happens there ("is never run",
// "is never true", "is never false"); it is printed, and counts as not covered: it is only left out of what can be
// reached. Exits with 1 where anything else is not covered, and where an excuse is not needed any more.

import { readFileSync } from 'node:fs';
import { relative } from 'node:path';

const { files, unreachable } = JSON.parse(readFileSync(new URL('files.json', import.meta.url), 'utf8'));
const exported = JSON.parse(readFileSync(0, 'utf8')).data[0].files;

const used = new Set();
function excuseFor(file, text, way) {
  const excuse = unreachable.find((one) => file === one.file && text.includes(one.text) && one.ways.includes(way));
  if (excuse) excuse.ways.filter((one) => one === way).forEach((one) => used.add(`${unreachable.indexOf(excuse)} ${one}`));
  return excuse;
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
  return [...missed].map((line) => ({ line, way: 'is never run' }));
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

const sum = { lines: 0, linesMissed: 0, linesExcused: 0, branches: 0, branchesMissed: 0, branchesExcused: 0 };
const percent = (missed, count) => (count === 0 ? '     –' : `${((100 * (count - missed)) / count).toFixed(1).padStart(5)}%`);
const share = (missed, excused, count, what) =>
  `${percent(missed, count)} of ${what}${excused ? ` (${percent(missed - excused, count - excused).trim()} of what can be reached)` : ''}`;

for (const file of files) {
  const found = exported.filter(({ filename }) => relative(process.cwd(), filename) === file);
  if (found.length === 0) throw new Error(`${file} was not measured`);
  const text = readFileSync(file, 'utf8').split('\n');
  const withExcuse = (one) => ({ ...one, excuse: excuseFor(file, text[one.line - 1], one.way) });
  const lines = missedLines(found[0], text).map(withExcuse);
  const { count, missed } = missedBranches(found[0], text);
  const branches = missed.map(withExcuse);
  const excused = (all) => all.filter(({ excuse }) => excuse).length;
  sum.lines += found[0].summary.lines.count;
  sum.linesMissed += lines.length;
  sum.linesExcused += excused(lines);
  sum.branches += count;
  sum.branchesMissed += branches.length;
  sum.branchesExcused += excused(branches);
  console.log(`${share(lines.length, excused(lines), found[0].summary.lines.count, 'lines')}  ${
    share(branches.length, excused(branches), count, 'branches')}  ${file}`);
  for (const { line, way, excuse } of [...lines, ...branches]) {
    console.log(`    ${line} ${way}: ${text[line - 1].trim()}${excuse ? `   [excused: ${excuse.why}]` : ''}`);
  }
}

const stale = unreachable.flatMap((excuse, at) =>
  excuse.ways.filter((way) => !used.has(`${at} ${way}`)).map((way) => `${excuse.file}: "${excuse.text}" ${way}`));
for (const excuse of stale) console.log(`not needed any more: ${excuse}`);
console.log(`all together: ${share(sum.linesMissed, sum.linesExcused, sum.lines, 'lines').trim()}, ${
  share(sum.branchesMissed, sum.branchesExcused, sum.branches, 'branches').trim()}; ${
  sum.linesExcused + sum.branchesExcused} excused`);
const bad = sum.linesMissed - sum.linesExcused + sum.branchesMissed - sum.branchesExcused;
console.log(bad === 0 ? 'all that can be reached is covered' : `${bad} lines and branches are not covered`);
process.exit(bad === 0 && stale.length === 0 ? 0 : 1);
