// Plans of a hundred thousand objects on the embedded OSS, in a process of their own: exact, in time, and with the
// memory that a tenth of them takes. And an inventory of ten million lines, whose files are made when they are asked
// for.
import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { memoryStorage } from '../../src/local/oss/storage/memory.js';
import type { Storage } from '../../src/local/oss/storage/storage.js';
import { startOss } from '../local/oss/fixture.js';
import type { Asked, Measured } from './measured-plan.js';

const script = fileURLToPath(new URL('measured-plan.ts', import.meta.url));

function measure(asked: Asked): Promise<Measured> {
  const child = spawn(process.execPath, ['--import', 'tsx', script, JSON.stringify(asked)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let out = '';
  child.stdout.setEncoding('utf8').on('data', (text) => (out += text));
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => (code === 0 ? resolve(JSON.parse(out)) : reject(new Error(`exit code ${code}`))));
  });
}

interface Shape {
  readonly template: string;
  /** The target of a key `dir/name.ext`. */
  readonly target: (dir: string, name: string, ext: string) => string;
  /** Seconds. */
  readonly within: number;
  /** Whether the target tells its source. */
  readonly tells: boolean;
}

const shapes: readonly Shape[] = [
  { template: '{key}.128.webp', target: (dir, name, ext) => `${dir}/${name}.${ext}.128.webp`, within: 60, tells: true },
  { template: '{dir}{name}.webp', target: (dir, name) => `${dir}/${name}.webp`, within: 60, tells: false },
  { template: '{bucket}/{key}', target: (dir, name, ext) => `photos/${dir}/${name}.${ext}`, within: 60, tells: true },
  { template: '{dir}T/{file}', target: (dir, name, ext) => `${dir}/T/${name}.${ext}`, within: 60, tells: true },
  { template: '{ext}/{key}', target: (dir, name, ext) => `${ext}/${dir}/${name}.${ext}`, within: 180, tells: true },
  {
    template: '{file}/{dir}s.webp',
    target: (dir, name, ext) => `${name}.${ext}/${dir}/s.webp`,
    within: 180,
    tells: true,
  },
];

const second = (at: number): number => Date.UTC(2026, 0, 31) + at * 1_000;
const body = Buffer.from('x');

async function put(storage: Storage, bucket: string, key: string, lastModified: number): Promise<void> {
  const staged = await storage.stage(bucket, body);
  staged.commit({ key, versionId: 'null', size: 1, etag: 'E7A6', lastModified, type: 'Normal', headers: {} });
}

interface Row {
  current: number;
  missing: number;
  stale: number;
  orphans: number;
}

/** Sources in folders of a thousand, of each of which a hash says what has become of it. */
async function fill(storage: Storage, objects: number, { target }: Shape): Promise<Row> {
  const row = { current: 0, missing: 0, stale: 0, orphans: 0 };
  for (let at = 0; at < objects; at += 1) {
    const dir = `u${String(at % Math.ceil(objects / 1_000)).padStart(4, '0')}`;
    const name = String((at * 7_919) % 1_000_003).padStart(7, '0');
    const ext = at % 3 === 0 ? 'png' : 'jpg';
    const fate = (at * 2_654_435_761) % 100;
    const there = fate >= 2;
    if (there) await put(storage, 'photos', `${dir}/${name}.${ext}`, second(10));
    if (fate < 70) await put(storage, 'photos-out', target(dir, name, ext), second(fate < 60 ? 10 : 9));
    if (!there) row.orphans += 1;
    else if (fate >= 70) row.missing += 1;
    else if (fate >= 60) row.stale += 1;
    else row.current += 1;
  }
  return row;
}

async function planned(objects: number, shape: Shape): Promise<Measured> {
  const storage = memoryStorage();
  const { port, stop } = await startOss({ storage });
  const expected = await fill(storage, objects, shape);
  const rules = [
    {
      name: 'r',
      when: { bucket: 'photos', suffix: ['.jpg', '.png'] },
      outputs: [{ style: 'image/resize,w_1', to: { bucket: 'photos-out', key: shape.template } }],
    },
  ];
  const measured = await measure({ port, rules, concurrency: 10 });
  await stop();
  const { current, missing, stale, orphans } = expected;
  const { plan } = measured;
  expect(plan.sources).toEqual({ seen: objects - orphans, matched: objects - orphans, skipped: {} });
  const told = shape.tells ? orphans : undefined;
  expect(plan.outputs).toMatchObject([{ current, missing, stale, wanted: missing + stale, orphans: told }]);
  expect(plan.make).toEqual({ targets: missing + stale, bytes: missing + stale, sources: missing + stale });
  if (shape.tells) expect(plan.orphans).toMatchObject({ targets: orphans, sources: orphans });
  expect(plan.shards.length).toBe(Math.min(16, Math.floor((missing + stale) / 1_000)));
  expect(plan.shards.reduce((sum, shard) => sum + shard.objects, 0)).toBe(missing + stale);
  return measured;
}

describe.each(shapes)('$template', (shape) => {
  it(`is planned for 100,000 objects within ${shape.within} s, in the memory for 10,000`, async () => {
    const small = await planned(10_000, shape);
    const large = await planned(100_000, shape);
    const text = ({ ms, rss, plan: { requests } }: Measured): string =>
      `${(ms / 1_000).toFixed(1)} s, ${(rss / 1e6).toFixed(0)} MB, ${requests.lists} lists, ${requests.heads} heads`;
    process.stdout.write(`${shape.template}: 10,000: ${text(small)}; 100,000: ${text(large)}\n`);
    expect(large.ms).toBeLessThan(shape.within * 1_000);
    expect(large.rss - small.rss).toBeLessThan(20_000_000);
  });
});
