// The program of an instance: loads a contestant as Function Compute would, hands it events, and writes what it
// measured into a file. It opens no channel to its parent, which would load a part of Node's network modules before the
// clock starts. node:http is loaded before: Function Compute's own runtime is a client of it.
import { readFileSync, writeFileSync } from 'node:fs';
import 'node:http';
import { createRequire } from 'node:module';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { contextOf, eventBytes, type Handler } from '../contestants/upload.js';
import { type ColdResult, type Job, jobVariable, type Profile, type WarmResult } from './job.js';

const job = JSON.parse(process.env[jobVariable] ?? '') as Job;
// Log lines are made, and not written.
process.stdout.write = () => true;
const require = createRequire(__filename);

async function invoke({ handler }: Handler, event: number): Promise<void> {
  const { saved } = await handler(eventBytes(`${job.prefix}${event}.jpg`), contextOf(event));
  if (saved !== job.outputs) throw new Error(`${saved} derivatives of ${job.outputs} were saved`);
}

async function cold(): Promise<ColdResult> {
  const used = process.cpuUsage();
  const began = performance.now();
  const contestant = require(job.module) as Handler;
  const loaded = performance.now();
  await contestant.initialize?.();
  const ready = performance.now();
  await invoke(contestant, 0);
  const saved = performance.now();
  const { user, system } = process.cpuUsage(used);
  return {
    load: loaded - began,
    init: ready - loaded,
    first: saved - ready,
    total: saved - began,
    cpu: (user + system) / 1000,
    rss: process.memoryUsage.rss(),
  };
}

async function warm(): Promise<WarmResult> {
  const contestant = require(job.module) as Handler;
  await contestant.initialize?.();
  await inTurns(0, job.warming, (event) => invoke(contestant, event));
  const latencies = new Float64Array(job.events);
  const stopProfile = job.profiled ? await startProfile() : undefined;
  const used = process.cpuUsage();
  const began = performance.now();
  await inTurns(0, job.events, async (event) => {
    const at = performance.now();
    await invoke(contestant, job.warming + event);
    latencies[event] = performance.now() - at;
  });
  const wall = performance.now() - began;
  const { user, system } = process.cpuUsage(used);
  const profile = await stopProfile?.();
  const [rss, rssPeak] = [process.memoryUsage.rss(), peak()];
  return {
    cpu: user + system,
    wall: wall * 1000,
    latencies: [...latencies],
    rss,
    rssPeak,
    heap: await heapInUse(),
    profile,
  };
}

/** Loaded only here: others would carry the inspector's memory. */
async function startProfile(): Promise<() => Promise<Profile>> {
  const { Session } = await import('node:inspector/promises');
  const session = new Session();
  session.connect();
  await session.post('Profiler.enable');
  await session.post('Profiler.setSamplingInterval', { interval: 200 });
  await session.post('Profiler.start');
  return async () => (await session.post('Profiler.stop')).profile;
}

/** `atOnce` events at a time. */
async function inTurns(from: number, to: number, work: (event: number) => Promise<void>): Promise<void> {
  let next = from;
  const worker = async (): Promise<void> => {
    while (next < to) await work(next++);
  };
  await Promise.all(Array.from({ length: job.atOnce }, worker));
}

/** The process's own: what getrusage tells on Linux may be that of its parent. */
function peak(): number {
  try {
    const [, kilobytes] = /^VmHWM:\s*(\d+) kB/m.exec(readFileSync('/proc/self/status', 'utf8')) ?? [];
    if (kilobytes !== undefined) return Number(kilobytes) * 1024;
  } catch {
    // Not Linux.
  }
  return process.resourceUsage().maxRSS * 1024;
}

async function heapInUse(): Promise<number> {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  for (let pass = 0; pass < 4; pass += 1) {
    collect();
    await new Promise(setImmediate);
  }
  return process.memoryUsage().heapUsed;
}

async function main(): Promise<void> {
  const result = job.kind === 'cold' ? await cold() : await warm();
  writeFileSync(job.answer, JSON.stringify(result));
  process.exit(0);
}

void main();
