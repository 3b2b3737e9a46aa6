// Each documented answer to what a caller does wrong, over the wire.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { Api, refusalOf, serialize } from './support/api.mjs';
import { Server } from './support/programs.mjs';

const kMostMessageBytes = 32 << 20;
const kNobody = '01920000-0000-7000-8000-000000000000';

let server, api;
before(async () => {
  server = await Server.start({ MOCK_MODE: 'true', VIDEOJOBS_POLL_INTERVAL: '0' });
  api = new Api(server);
});
after(async () => {
  api.close();
  await server.stop();
});

const labelled = (prefix, count) =>
  Array.from({ length: count }, (_, i) => ({ escalation_id: `${prefix}-${i}`, response_text: `Answer ${i}.` }));

async function assertRefused(call, code, reason, fields) {
  const refusal = await refusalOf(call);
  assert.deepEqual([refusal.code, refusal.domain, refusal.reason, refusal.fields], [code, 'videojobs', reason, fields]);
  return refusal;
}

const assertInvalid = (call, field) => assertRefused(call, 'INVALID_ARGUMENT', 'INVALID_REQUEST', [field]);

test('CreateJobs_NoVideos_IsRefused', async () => {
  await assertInvalid(api.create([], 'none'), 'videos');
});

test('CreateJobs_OneVideo_GivesItsJob', async () => {
  const [job, ...more] = await api.create([{ response_text: 'An answer.' }], 'one');
  assert.deepEqual([job.state, more.length], ['JOB_STATE_PENDING', 0]);
});

test('CreateJobs_1000Videos_GivesJobsInTheirOrder', async () => {
  const videos = labelled('thousand', 1000);
  const jobs = await api.create(videos);
  assert.deepEqual(jobs.map((job) => job.escalation_id), videos.map((video) => video.escalation_id));
});

test('CreateJobs_1001Videos_IsRefused', async () => {
  await assertInvalid(api.create(labelled('too-many', 1001)), 'videos');
});

for (const [what, text] of [['Empty', ''], ['OverLong', 'a'.repeat(20_001)], ['WithNul', 'a\0b']]) {
  test(`CreateJobs_${what}Text_IsRefusedByItsPath`, async () => {
    const videos = [{ response_text: 'An answer.' }, { response_text: text }];
    await assertInvalid(api.create(videos, `text-${what}`), 'videos[1].response_text');
  });
}

test('CreateJobs_LongestText_IsTaken', async () => {
  assert.equal((await api.create([{ response_text: 'ä'.repeat(20_000) }], 'longest')).length, 1);
});

test('CreateJobs_TextThatIsNotUtf8_IsRefusedByGrpcItself', async () => {
  const bytes = serialize('CreateJobs', { request_id: 'bytes', videos: [{ response_text: 'An answer.' }] });
  bytes[bytes.indexOf('An answer.')] = 0xff;
  const refusal = await refusalOf(api.callRaw('CreateJobs', bytes));
  assert.deepEqual([refusal.code, refusal.reason], ['INTERNAL', undefined]);
});

test('CreateJobs_Over32MiB_IsRefusedByGrpcItself', async () => {
  const refusal = await refusalOf(api.callRaw('CreateJobs', Buffer.alloc(kMostMessageBytes + 1)));
  assert.equal(refusal.code, 'RESOURCE_EXHAUSTED');
});

test('CreateJobs_SeveralThingsWrong_NamesAtMostTen', async () => {
  const videos = Array.from({ length: 12 }, () => ({ response_text: '' }));
  const refusal = await refusalOf(api.create(videos, 'twelve'));
  assert.deepEqual(refusal.fields, Array.from({ length: 10 }, (_, i) => `videos[${i}].response_text`));
});

test('CreateJobs_WithoutRequestIdAndEscalation_IsRefused', async () => {
  await assertInvalid(api.create([{ response_text: 'An answer.' }]), 'request_id');
});

test('CreateJobs_SameRequestIdAndPayload_GivesTheSameJob', async () => {
  const create = () => api.create([{ response_text: 'An answer.' }], 'again');
  const [[first], [second]] = [await create(), await create()];
  assert.equal(second.job_id, first.job_id);
});

test('CreateJobs_SameRequestIdWithAnotherPayload_IsRefused', async () => {
  await api.create([{ response_text: 'An answer.' }], 'other');
  await assertRefused(api.create([{ response_text: 'Another.' }], 'other'), 'ALREADY_EXISTS', 'REQUEST_ID_REUSED',
    ['request_id']);
});

test('CreateJobs_EscalationWithAnUnfinishedJob_IsToldWhichOne', async () => {
  const videos = [{ escalation_id: 'busy', response_text: 'An answer.' }];
  const [job] = await api.create(videos);
  const again = api.create(videos);
  const refusal = await assertRefused(again, 'ALREADY_EXISTS', 'UNFINISHED_JOB', ['videos[0].escalation_id']);
  assert.equal(refusal.metadata.job_id, job.job_id);
});

test('CreateJobs_OneOfSeveralUnfinished_CreatesNone', async () => {
  await api.create([{ escalation_id: 'held', response_text: 'An answer.' }]);
  const videos = ['fresh', 'held'].map((id) => ({ escalation_id: id, response_text: 'An answer.' }));
  await assertRefused(api.create(videos), 'ALREADY_EXISTS', 'UNFINISHED_JOB', ['videos[1].escalation_id']);
  const fresh = api.call('GetStatus', { escalation_id: 'fresh' });
  await assertRefused(fresh, 'NOT_FOUND', 'JOB_NOT_FOUND', ['escalation_id']);
});

test('CreateJobs_EscalationNamedTwice_IsRefused', async () => {
  const videos = [1, 2].map((i) => ({ escalation_id: 'twice', response_text: `Answer ${i}.` }));
  await assertRefused(api.create(videos), 'INVALID_ARGUMENT', 'DUPLICATE_ESCALATION', ['videos[1].escalation_id']);
});

test('CreateJobs_EscalationAloneWithoutAWebApp_IsRefused', async () => {
  await assertRefused(api.create([{ escalation_id: 'alone' }]), 'FAILED_PRECONDITION', 'NO_ESCALATIONS',
    ['videos[0].response_text']);
});

test('CreateJobs_SeveralScenes_IsRefusedClearly', async () => {
  const videos = [{ response_text: 'An answer.', options: { max_scenes: 2 } }];
  await assertInvalid(api.create(videos, 'scenes'), 'videos[0].options.max_scenes');
});

test('CreateJobs_DeadlineTooShort_LeavesNothingThatARepetitionCannotFind', async () => {
  const request = { request_id: 'hurried', videos: labelled('hurried', 50) };
  assert.equal((await refusalOf(api.call('CreateJobs', request, Date.now() + 1))).code, 'DEADLINE_EXCEEDED');
  const { jobs } = await api.call('CreateJobs', request);
  assert.equal(jobs.length, 50);
  const { jobs: listed } = await api.call('ListJobs', { escalation_id: 'hurried-7' });
  assert.deepEqual(listed.map((job) => job.job_id), [jobs[7].job_id]);
});

test('PollAll_DeadlineTooShort_IsRefused', async () => {
  assert.equal((await refusalOf(api.call('PollAll', {}, Date.now() + 20))).code, 'DEADLINE_EXCEEDED');
});

test('PollAll_MaxJobsOutOfBounds_IsRefused', async () => {
  for (const maxJobs of [-1, 1001]) {
    await assertInvalid(api.call('PollAll', { max_jobs: maxJobs }), 'max_jobs');
  }
});

test('GetStatus_UnknownOrIllFormedOrMissingId_IsRefused', async () => {
  await assertRefused(api.call('GetStatus', { job_id: kNobody }), 'NOT_FOUND', 'JOB_NOT_FOUND', ['job_id']);
  await assertInvalid(api.call('GetStatus', { job_id: 'seven' }), 'job_id');
  await assertInvalid(api.call('GetStatus', {}), 'target');
});

test('BatchGetStatus_SomeUnknown_NamesThem', async () => {
  const [job] = await api.create([{ response_text: 'An answer.' }], 'batch');
  const answer = await api.call('BatchGetStatus', { job_ids: [kNobody, job.job_id] });
  assert.deepEqual([answer.jobs.map((found) => found.job_id), answer.missing_job_ids], [[job.job_id], [kNobody]]);
});
