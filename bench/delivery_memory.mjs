// Eight videos of 200 MiB brought home at once by the real server, over real HTTP, into either storage: how much memory
// the server needs at its peak, beside what it needs when idle.
//
// Prints, for each storage, the peak (VmHWM), its ratio to the idle server of the same run and to the bound of 128 MiB.
// Exits with 1 where the bound is passed.

import { readFileSync } from 'node:fs';

import { Api } from '../tests/e2e/support/api.mjs';
import { scratchFolder, Server, Simulator, Supabase } from '../tests/e2e/support/programs.mjs';
import { until } from '../tests/e2e/support/until.mjs';

const kVideos = 8;
const kMib = 200;
const kBoundMib = 128;

const inMib = (pid, field) =>
  Number(new RegExp(`${field}:\\s+(\\d+) kB`).exec(readFileSync(`/proc/${pid}/status`, 'utf8'))[1]) / 1024;

async function measure(name, storage) {
  const simulator = await Simulator.start('--latency', '0s', '--pad-mib', String(kMib));
  const server = await Server.start({
    ...simulator.settings, ...storage, VIDEOJOBS_DATA_DIR: scratchFolder(), VIDEOJOBS_POLL_INTERVAL: '1s',
    VIDEO_DAILY_SPEND_LIMIT_USD: 'none' });
  const api = new Api(server);
  await api.job('00000000-0000-7000-8000-000000000000').catch(() => {});  // gRPC has its threads from here on
  const idle = inMib(server.pid, 'VmRSS');
  const began = Date.now();
  const videos = Array.from({ length: kVideos }, (_, i) => ({ response_text: `Answer ${i}.` }));
  const jobs = await api.create(videos, 'bench');
  await until('all videos are home', async () => {
    const { jobs: now } = await api.call('BatchGetStatus', { job_ids: jobs.map((job) => job.job_id) });
    return now.every((job) => job.state === 'JOB_STATE_COMPLETED' && job.video_file.bytes === kMib << 20);
  }, 600);
  const seconds = (Date.now() - began) / 1000;
  const peak = inMib(server.pid, 'VmHWM');
  api.close();
  await server.stop();
  await simulator.stop();
  console.log(`${name}: peak ${peak.toFixed(0)} MiB, ${(peak / idle).toFixed(2)} times the idle ${idle.toFixed(0)} MiB, ` +
    `${(peak / kBoundMib).toFixed(2)} of the bound of ${kBoundMib} MiB; ${kVideos} x ${kMib} MiB in ${seconds.toFixed(1)} s`);
  return peak < kBoundMib;
}

const files = await measure('files', {});
const supabase = await Supabase.start();
await supabase.makePublicBucket('escalation-videos');
const remote = await measure('supabase', { ...supabase.settings, SUPABASE_STORAGE_BUCKET: 'escalation-videos' });
await supabase.stop('SIGKILL');
process.exit(files && remote ? 0 : 1);
