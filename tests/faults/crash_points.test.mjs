// A server dies at every point that its own code passes: before and after each commit of either database, each HTTP
// call, and each file that is published. Another one goes on from there, and the judge looks at what came of it.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';

import { Postgres } from '../e2e/support/postgres.mjs';
import { scratchFolder, Supabase } from '../e2e/support/programs.mjs';
import { fault } from './support/armed.mjs';
import { httpCalls, transactionsOfPostgres, transactionsOfSqlite } from './support/call_sites.mjs';
import { Life, makeTemplate } from './support/life.mjs';
import { kScenarios } from './support/scenarios.mjs';

const kAtOnce = 4;

// The transactions that no life surely passes, or at which a death changes nothing, and why.
const kElsewhere = {
  'PostgresJobIntake::ShowAsTheyAre': 'the wish of a web app that is not granted: no money moves',
  PendingMigrations: 'before anything is served', RunOne: 'before anything is served',
  'PostgresAudit::History': 'reads', 'PostgresAudit::NobodysOperations': 'reads', 'PostgresAudit::Costs': 'reads',
  'PostgresAudit::SpentSoFar': 'reads', 'PostgresAudit::Today': 'reads', 'PostgresJobReader::Check': 'reads',
  'PostgresJobReader::Get': 'reads', 'PostgresJobReader::CountOverdue': 'reads', 'PostgresJobReader::NewestOf': 'reads', 'PostgresJobReader::List': 'reads',
  'PostgresJobIntake::HasEscalations': 'reads', 'PostgresJobIntake::ReadEscalations': 'reads',
  'PostgresJobIntake::FindRequest': 'reads', 'PostgresJobIntake::FindAdoptable': 'reads',
  'PostgresJobIntake::FindAskedAgain': 'reads', 'PostgresJobWork::CountDue': 'reads',
  'PostgresLanes::Closed': 'reads',
  'PostgresStartLedger::StartsInDoubt': 'reads', 'PostgresStartLedger::StartsUnfollowed': 'reads',
};

// Every function of the source that makes HTTP calls, and the points that these are. Functions that ask the same thing
// have the same points: a server dies at the first passage and at the last one.
const kPointsOf = {
  'gemini/GeminiStoryboarder::Write': ['POST /v1beta/models/*:generateContent'],
  'google/GeminiApi::Download': ['GET /v1beta/files/*:download'],
  'interactions/InteractionsGenerator::CheckModel': ['GET /v1beta/models/*'],
  'interactions/InteractionsGenerator::Start': ['POST /v1beta/interactions'],
  'interactions/InteractionsGenerator::Poll': ['GET /v1beta/interactions/*'],
  'interactions/InteractionsGenerator::CheckFile': ['GET /v1beta/files/*'],
  'interactions/InteractionsGenerator::FetchInline': ['GET /v1beta/interactions/*'],
  'interactions/InteractionsGenerator::Cancel': ['POST /v1beta/interactions/*/cancel'],
  'supabase/SupabaseVideoStorage::Send': [
    'POST /storage/v1/object/escalation-videos/*', 'GET /storage/v1/object/info/escalation-videos/*',
    'GET /storage/v1/bucket/escalation-videos'],
  'veo/VeoGenerator::CheckModel': ['GET /v1beta/models/*'],
  'veo/VeoGenerator::ListOperations': ['GET /v1beta/models/*/operations'],
  'veo/VeoGenerator::Start': ['POST /v1beta/models/*:predictLongRunning'],
  'veo/VeoGenerator::Poll': ['GET /v1beta/models/*/operations/*'],
  'veo/VeoGenerator::FetchInline': ['GET /v1beta/models/*/operations/*'],
  'vertex/ObjectStore::FindVideo': ['GET /storage/v1/b/*/o'],
  'vertex/ObjectStore::Download': ['GET /storage/v1/b/*/o/*'],
  'vertex/Exchange': ['POST /token'],
  'vertex/AskMetadata': [
    'GET /computeMetadata/v1/project/project-id', 'GET /computeMetadata/v1/instance/service-accounts/default/token'],
  'vertex/VertexGenerator::AskForModel': ['GET /v1beta1/publishers/google/models/*'],
  'vertex/VertexGenerator::StartWith': [
    'POST /v1/projects/veo-simulator/locations/*/publishers/google/models/*:predictLongRunning'],
  'vertex/VertexGenerator::Poll': [
    'POST /v1/projects/veo-simulator/locations/*/publishers/google/models/*:fetchPredictOperation'],
  'vertex/VertexGenerator::FetchInline': [
    'POST /v1/projects/veo-simulator/locations/*/publishers/google/models/*:fetchPredictOperation'],
};

// Calls that no life makes, and why.
const kNeverMade = {
  'vertex/VertexGenerator::AskForNoOperation': 'a free question to a key in express mode, which stores nothing',
};

// What only a call brings that takes long: a quick one comes to it on a busy machine alone.
const kWhereSlow = /^commit\|Renew\|/;

// A death at the last passage of these is tried as well: by then other jobs are further on.
const kAlsoTheLast = /\|(MoveIfHeld|RecordOutcome)\||:predictLongRunning\||POST \/v1beta\/interactions\||\/operations\/\*\||:fetchPredictOperation\||GET \/v1beta\/interactions\/\*\|/;

let postgres;
let supabase;
before(async () => {
  [postgres, supabase] = await Promise.all([Postgres.start(), Supabase.start()]);
  await Promise.all([makeTemplate(postgres), supabase.makePublicBucket('escalation-videos')]);
});
after(() => Promise.all([postgres.stop(), supabase.stop()]));

const lifeOf = (name, scenario, more) => Life.over(postgres, name, { ...kScenarios[scenario], supabase }, more);

async function inParallel(list, work) {
  const waiting = [...list];
  await Promise.all(Array.from({ length: kAtOnce }, async () => {
    for (let next = waiting.shift(); next; next = waiting.shift()) await work(next);
  }));
}

// How often a life without deaths passes each point. It must come to what it is there for.
async function recorded(scenario) {
  const file = join(scratchFolder(), 'points');
  const life = await lifeOf(`recorded_${scenario}`, scenario, { points: file });
  await kScenarios[scenario].live(life);
  const { broken, figures } = await life.verdict();
  assert.deepEqual(broken, [], scenario);
  for (const [name, figure] of Object.entries(kScenarios[scenario].comesTo)) {
    assert.deepEqual(figures[name], figure, `${scenario}: ${name}`);
  }
  const counts = new Map();
  for (const point of readFileSync(file, 'utf8').trim().split('\n')) counts.set(point, (counts.get(point) ?? 0) + 1);
  return counts;
}

const withoutClass = (site) => site.replace(/^.*::/, '');

// The functions of `sites` that a life must pass, by their names alone, as points have them: no two may share one.
function wantedOf(sites) {
  const wanted = [...sites].filter((site) => !kElsewhere[site]).map(withoutClass);
  assert.equal(new Set(wanted).size, wanted.length, 'two functions of one name cannot be told apart');
  return wanted;
}

// What is to be tried: {scenario, point, number}. `key` tells the databases apart, whose commits are different code.
const trials = new Map();
const databaseOf = (scenario) => kScenarios[scenario].database ?? 'postgres';

function note(scenario, counts) {
  const wanted = { postgres: wantedOf(transactionsOfPostgres()), sqlite: wantedOf(transactionsOfSqlite()) };
  for (const [point, count] of counts) {
    const [kind, name] = point.split('|');
    const database = databaseOf(scenario);
    if (kWhereSlow.test(point) && !kScenarios[scenario].slow) continue;
    if (kind === 'commit' && !wanted[database].includes(name)) continue;
    const key = kind === 'commit' ? `${database}|${point}` : point;
    if (!trials.has(`${key}|first`)) trials.set(`${key}|first`, { scenario, point, number: 1 });
    if (kAlsoTheLast.test(point) && count > (trials.get(`${key}|last`)?.number ?? 1)) {
      trials.set(`${key}|last`, { scenario, point, number: count });
    }
  }
}

test('Recording_LivesWithoutDeaths_PassEveryTransactionAndEveryCallOfTheSource', async () => {
  const counts = new Map();
  await inParallel(Object.keys(kScenarios), async (scenario) => counts.set(scenario, await recorded(scenario)));
  for (const scenario of Object.keys(kScenarios)) note(scenario, counts.get(scenario));

  const passed = (database) => [...counts].filter(([scenario]) => databaseOf(scenario) === database)
    .flatMap(([, points]) => [...points.keys()]).filter((point) => point.startsWith('commit|'))
    .map((point) => point.split('|')[1]);
  for (const [database, sites] of [['postgres', transactionsOfPostgres()], ['sqlite', transactionsOfSqlite()]]) {
    const missed = wantedOf(sites).filter((name) => !passed(database).includes(name));
    assert.deepEqual(missed, [], `${database}: extend a scenario, or say in kElsewhere why not`);
  }
  const all = new Set([...transactionsOfPostgres(), ...transactionsOfSqlite()]);
  assert.deepEqual(Object.keys(kElsewhere).filter((site) => !all.has(site)), [],
    'a row of kElsewhere has no function any more');

  const http = new Set([...counts.values()].flatMap((points) => [...points.keys()])
    .filter((point) => point.startsWith('http|')).map((point) => point.split('|')[1]));
  const rows = { ...kPointsOf, ...kNeverMade };
  assert.deepEqual([...httpCalls()].filter((site) => !rows[site]), [], 'a call has no row in kPointsOf');
  assert.deepEqual(Object.keys(rows).filter((site) => !httpCalls().has(site)), [], 'a row has no call any more');
  const told = new Set(Object.values(kPointsOf).flat());
  assert.deepEqual([...told].filter((point) => !http.has(point)), [], 'no life passes these calls');
  assert.deepEqual([...http].filter((point) => !told.has(point)), [], 'no row of kPointsOf has these points');
});

// Timing decides how often a point is passed: where the last passage did not come, the one before is tried.
async function dieAt(trial, name, number = trial.number) {
  const [kind, point, moment] = trial.point.split('|');
  const life = await lifeOf(`${name}_${number}`, trial.scenario, { armed: fault('die', kind, point, moment, number) });
  await kScenarios[trial.scenario].live(life);
  const { broken } = await life.verdict();
  if (life.deaths.length === 0 && number > 1) return dieAt(trial, name, number - 1);
  const deaths = life.servers.filter(({ end }) => end.signal === 'SIGKILL').length;
  if (life.deaths.length !== 1 || deaths !== 1) broken.push(`${life.deaths.length} deaths were announced, ${deaths} died`);
  return broken;
}

test('EveryPoint_ServerDiesThere_AnotherOneGoesOnAndNoPromiseBreaks', async () => {
  assert.ok(trials.size > 0, 'the recording gave no points');
  const failures = [];
  await inParallel([...trials.values()].map((trial, place) => ({ ...trial, place })), async (trial) => {
    const which = `${trial.scenario}: ${trial.point} (${trial.number})`;
    const broken = await dieAt(trial, `point_${trial.place}`).catch((error) => [error.message]);
    failures.push(...broken.map((sentence) => `${which}: ${sentence}`));
  });
  assert.deepEqual(failures, []);
  const points = new Set([...trials].map(([key]) => key.replace(/\|(first|last)$/, '')));
  console.log(`${points.size} points, ${trials.size} deaths`);
});
