// The worker on this machine, killed again and again at any request, and resumed: what is made in the end is exactly
// what the plan said, and within its bounds.
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { createDice } from '../../src/local/faults/dice.js';
import { createLocalOss } from '../../src/local/oss/server.js';
import { memoryStorage } from '../../src/local/oss/storage/memory.js';
import { parserOptions } from '../../src/local/parser.js';
import { heldCode, type WorkerJob } from './worker.js';

const credentials = { accessKeyId: 'reconcile', accessKeySecret: 'reconcile-secret' };
const configuration = {
  journal: { bucket: 'journal', prefix: 'autostyle/' },
  rules: [
    {
      name: 'pictures',
      when: { bucket: 'photos', suffix: ['.jpg'] },
      outputs: [
        { style: 'image/resize,w_100', to: { bucket: 'photos-out', key: '{key}.100.webp' } },
        { style: 'image/resize,w_200', to: { bucket: 'photos-out', key: 'large/{key}' } },
      ],
    },
  ],
};
const sources = 1_500;
const targets = 2 * sources;
const concurrency = 20;

/** Longer than a unit that was left open is waited for, ms. */
const past = 20 * 60_000;

const folder = mkdtempSync(join(tmpdir(), 'autostyle-killed-'));
const program = join(folder, 'worker.mjs');

/** As plain JavaScript, so that forty processes start in little time. */
beforeAll(async () => {
  symlinkSync(fileURLToPath(new URL('../../node_modules', import.meta.url)), join(folder, 'node_modules'));
  const entry = fileURLToPath(new URL('worker.ts', import.meta.url));
  const common = { bundle: true, platform: 'node', format: 'esm', packages: 'external', logLevel: 'error' } as const;
  await build({ ...common, entryPoints: [entry], outfile: program });
});
afterAll(() => rmSync(folder, { recursive: true }));

const made = (body: Buffer, style: string) => `${createHash('md5').update(body).digest('hex')} ${style}`;

/** An OSS with sources, and processes that work on them. */
async function startWorld(seed: number) {
  const storage = memoryStorage();
  const dice = createDice(seed);
  let ahead = 0;
  let requests = 0;
  let processed = 0;
  let atRequest: { readonly nth: number; readonly act: () => void } | undefined;
  const now = () => Date.now() + ahead;
  const oss = createLocalOss({
    storage,
    now,
    processImage: async (body, style) => ({ body: Buffer.from(made(body, style)), contentType: 'image/webp' }),
    async intercept({ call, run }) {
      requests += 1;
      if (call.operation === 'ProcessObject') processed += 1;
      if (atRequest?.nth !== requests) return run();
      const { act } = atRequest;
      // Before the work, or after it but before its answer.
      if (dice('before', requests) < 0.5) act();
      const reply = await run();
      act();
      return reply;
    },
  });
  oss.keys.set(credentials.accessKeyId, { secret: credentials.accessKeySecret });
  for (const bucket of ['photos', 'photos-out', 'journal']) oss.createBucket(bucket);
  const server = createServer(parserOptions, (request, response) => oss.handle(request, response));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
    await oss.close();
  });
  const lastModified = Math.floor((now() - 3_600_000) / 1000) * 1000;
  for (let nth = 0; nth < sources; nth++) {
    const body = Buffer.from(`source ${nth}`);
    const key = `${nth % 7}/${nth}.jpg`;
    const etag = createHash('md5').update(body).digest('hex').toUpperCase();
    const described = { key, versionId: 'null', size: body.length, etag, lastModified, type: 'Normal' as const };
    (await storage.stage('photos', body)).commit({ ...described, headers: {} });
  }

  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

  /** Runs the command, killed at a request if it makes so many. */
  async function run(flags: WorkerJob['flags'], killAfter?: number) {
    const locations = flags.resume ? [] : ['oss://photos/'];
    const job: WorkerJob = { url, credentials, configuration, flags, locations, ahead };
    const child = spawn(process.execPath, [program], {
      env: { ...process.env, WORKER_JOB: JSON.stringify(job) },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    onTestFinished(() => void child.kill('SIGKILL'));
    atRequest = killAfter === undefined ? undefined : { nth: requests + killAfter, act: () => child.kill('SIGKILL') };
    let out = '';
    child.stdout.on('data', (chunk: Buffer) => {
      out += chunk.toString();
    });
    const [code, signal] = await new Promise<[number | null, string | null]>((resolve) =>
      child.once('close', (...ended) => resolve(ended)),
    );
    return { code, signal, json: out === '' ? undefined : JSON.parse(out) };
  }

  return {
    processed: () => processed,
    run,
    /** Starts with `flags`, then resumes; kills so often, and lets it end. */
    async killed(flags: WorkerJob['flags'], times: number) {
      let kills = 0;
      for (let start = 0; ; start++) {
        const most = kills < times ? 1 + Math.floor(dice('kill', seed, start) * 350) : undefined;
        const isBegun = storage.keys('journal').some((key) => key.endsWith('/sweep.json'));
        const { code, signal, json } = await run(isBegun ? { resume: true } : flags, most);
        if (signal === 'SIGKILL') kills += 1;
        else if (code === heldCode) ahead += past;
        else return { kills, code, json };
      }
    },
    async derivatives(): Promise<ReadonlyMap<string, string>> {
      const keys = storage.keys('photos-out');
      return new Map(
        await Promise.all(keys.map(async (key) => [key, (await storage.read('photos-out', key)).toString()] as const)),
      );
    },
    async wanted(): Promise<ReadonlyMap<string, string>> {
      const all = storage.keys('photos').map(async (key) => {
        const body = await storage.read('photos', key);
        return [
          [`${key}.100.webp`, made(body, 'image/resize,w_100')],
          [`large/${key}`, made(body, 'image/resize,w_200')],
        ] as const;
      });
      return new Map((await Promise.all(all)).flat());
    },
  };
}

const flags = { apply: true, rate: '1000', qps: '2000' };

describe('a worker that is killed and resumed', () => {
  it('makes exactly what the plan said, and nothing is left to plan', async () => {
    const world = await startWorld(1);
    const { kills, code } = await world.killed(flags, 20);
    expect({ kills, code }).toEqual({ kills: 20, code: 0 });
    expect(await world.derivatives()).toEqual(await world.wanted());
    // Of each kill, the calls in flight.
    expect(world.processed()).toBeLessThanOrEqual(targets + 20 * concurrency);
    const { json } = await world.run({});
    expect(json).toMatchObject({ make: { targets: 0 } });
  });

  it('never exceeds its bound, and the next plan has the rest', async () => {
    const world = await startWorld(2);
    const bound = 1_001;
    await world.killed({ ...flags, 'max-objects': String(bound) }, 6);
    const wanted = [...(await world.wanted())];
    const found = await world.derivatives();
    // Both derivatives of a source, or none.
    expect(found.size).toBe(bound - 1);
    expect(wanted.filter(([key, body]) => found.get(key) === body)).toHaveLength(found.size);
    const { json } = await world.run({});
    expect(json).toMatchObject({ make: { targets: targets - found.size } });
  });
});
