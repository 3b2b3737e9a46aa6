// The doors to Google: the settings that send a server through one of them to a simulator, and what was made behind it,
// read from the simulator as Google gives it.

import { writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { scratchFolder } from './programs.mjs';

const kKey = { 'x-goog-api-key': 'a-key-for-tests' };
// Where Vertex AI writes.
export const kOutput = 'gs://bucket-1/videos';

// Everything that any of the doors needs: a server that has it all serves jobs of every door, and makes new ones at the
// one that VIDEO_PROVIDER names.
export async function allCredentials(simulator) {
  const account = await (await fetch(`${simulator.url}/_simulator/credentials/service_account`)).text();
  const file = join(scratchFolder(), 'service_account.json');
  writeFileSync(file, account, { mode: 0o600 });
  return {
    GOOGLE_GENAI_API_KEY: kKey['x-goog-api-key'], VEO_BASE_URL: simulator.url, VIDEOJOBS_STORYBOARDS: 'plain',
    VIDEOJOBS_GEMINI_BASE_URL: simulator.url, VIDEOJOBS_VERTEX_BASE_URL: simulator.url,
    GOOGLE_APPLICATION_CREDENTIALS: file, STORAGE_EMULATOR_HOST: simulator.url };
}

const withKey = (simulator) => ({ GOOGLE_GENAI_API_KEY: kKey['x-goog-api-key'], VEO_BASE_URL: simulator.url });
const withCloud = async (simulator, more = {}) => {
  const { GOOGLE_GENAI_API_KEY: _, ...cloud } = await allCredentials(simulator);
  return { ...cloud, ...more };
};

// As `gcloud auth application-default login` leaves them.
export async function authorizedUser(simulator) {
  const user = await (await fetch(`${simulator.url}/_simulator/credentials/authorized_user`)).text();
  const file = join(scratchFolder(), 'user.json');
  writeFileSync(file, user, { mode: 0o600 });
  return { ...await kDoors['Vertex AI with an output folder'](simulator), GOOGLE_APPLICATION_CREDENTIALS: file,
    GOOGLE_CLOUD_PROJECT: 'veo-simulator' };
}

// By name: the settings with the fewest variables, as the README gives them.
export const kDoors = {
  'Gemini Omni with a key': async (simulator) => withKey(simulator),
  'Veo on the Gemini API with a key': async (simulator) => ({ ...withKey(simulator), VIDEO_PROVIDER: 'gemini' }),
  'Vertex AI with a key': async (simulator) => ({ ...withKey(simulator), VIDEO_PROVIDER: 'vertex' }),
  'Vertex AI with a service account': (simulator) => withCloud(simulator),
  'Vertex AI with an output folder': (simulator) => withCloud(simulator, { VIDEOJOBS_VERTEX_OUTPUT: kOutput }),
  'Vertex AI with a metadata server': async (simulator) => ({
    VIDEO_PROVIDER: 'vertex', GCE_METADATA_HOST: new URL(simulator.url).host, VEO_BASE_URL: simulator.url,
    STORAGE_EMULATOR_HOST: simulator.url, HOME: '/nowhere' }),
};

// Which providers there are, with what a server needs beside all credentials to make its new jobs there, and the name
// of its paid call as fault points name it.
export const kProviders = {
  gemini: { env: { VIDEO_PROVIDER: 'gemini' }, start: 'POST /v1beta/models/*:predictLongRunning' },
  interactions: { env: { VIDEO_PROVIDER: 'interactions' }, start: 'POST /v1beta/interactions' },
  vertex: {
    env: { VIDEO_PROVIDER: 'vertex' },
    start: 'POST /v1/projects/veo-simulator/locations/*/publishers/google/models/*:predictLongRunning' },
};

const bytesOf = async (url, headers) => Buffer.from(await (await fetch(url, { headers })).arrayBuffer());

async function bearer(simulator) {
  const answer = await fetch(`${simulator.url}/computeMetadata/v1/instance/service-accounts/default/token`, {
    headers: { 'metadata-flavor': 'Google' } });
  return { authorization: `Bearer ${(await answer.json()).access_token}` };
}

async function ofGemini(simulator, operation) {
  const answer = await (await fetch(`${simulator.url}/v1beta/${operation}`, { headers: kKey })).json();
  const [{ video }] = answer.response.generateVideoResponse.generatedSamples;
  return video.uri ? ofFile(simulator, video.uri) : Buffer.from(video.encodedVideo ?? video.bytesBase64Encoded, 'base64');
}

async function ofInteraction(simulator, operation) {
  const answer = await (await fetch(`${simulator.url}/v1beta/${operation}`, { headers: kKey })).json();
  const [video] = answer.steps.find(({ type }) => type === 'model_output').content;
  return video.uri ? ofFile(simulator, video.uri) : Buffer.from(video.data, 'base64');
}

function ofFile(simulator, uri) {
  const [, file] = /(files\/[^:]+)/.exec(uri);
  return bytesOf(`${simulator.url}/v1beta/${file}:download?alt=media`, kKey);
}

async function ofVertex(simulator, operation) {
  const [model] = operation.split('/operations/');
  const answer = await fetch(`${simulator.url}/v1/${model}:fetchPredictOperation`, {
    method: 'POST', headers: await bearer(simulator), body: JSON.stringify({ operationName: operation }) });
  const [{ gcsUri, bytesBase64Encoded }] = (await answer.json()).response.videos;
  return gcsUri ? ofObject(simulator, gcsUri) : Buffer.from(bytesBase64Encoded, 'base64');
}

async function ofObject(simulator, uri) {
  const [, bucket, name] = /^gs:\/\/([^/]+)\/(.*)$/.exec(uri);
  const url = `${simulator.url}/storage/v1/b/${bucket}/o/${encodeURIComponent(name)}?alt=media`;
  return bytesOf(url, await bearer(simulator));
}

// The objects in a folder of the simulator's store, as "gs://" addresses.
export async function objectsIn(simulator, folder) {
  const [, bucket, prefix] = /^gs:\/\/([^/]+)\/(.*)$/.exec(folder);
  const answer = await fetch(`${simulator.url}/storage/v1/b/${bucket}/o?prefix=${encodeURIComponent(prefix)}`, {
    headers: await bearer(simulator) });
  return ((await answer.json()).items ?? []).map(({ name }) => `gs://${bucket}/${name}`);
}

export const folderOf = (startId) => `${kOutput}/${startId}/`;

// The bytes that were made for an operation, by the name that the database has for it.
export async function videoMadeBy(simulator, operation) {
  if (operation.startsWith('interactions/')) return ofInteraction(simulator, operation);
  if (operation.startsWith('projects/')) return ofVertex(simulator, operation);
  if (operation.startsWith('gs://')) return ofObject(simulator, (await objectsIn(simulator, operation))[0]);
  return ofGemini(simulator, operation);
}
