// Plans of a hundred thousand objects on the embedded OSS, in a process of their own: exact, and with the memory that a
// tenth of them takes. The time is printed, for whoever runs this on idle cores: at most 60 s, or 180 s where
// derivatives are scattered. And an inventory of ten million lines, whose files are made when they are asked for.
import { spawn } from 'node:child_process';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { describe, expect, it, onTestFinished } from 'vitest';
import { memoryStorage } from '../../src/local/oss/storage/memory.js';
import type { Storage } from '../../src/local/oss/storage/storage.js';
import { startOss } from '../local/oss/fixture.js';
import type { Asked, Measured } from './measured-plan.js';

const script = fileURLToPath(new URL('measured-plan.ts', import.meta.url));

/**
 * As `npm run reconcile` is run: else V8 lets the young half of its heap grow while there is memory, and the old half
 * to four times what lives in it. Of a plan of any size, 10 MB live, and there was garbage of 45 MB.
 */
const heap = ['--max-semi-space-size=2', '--heap-growing-percent=100'];

function measure(asked: Asked): Promise<Measured> {
  const child = spawn(process.execPath, [...heap, '--import', 'tsx', script, JSON.stringify(asked)], {
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
  /** Whether the target tells its source. */
  readonly tells: boolean;
}

const shapes: readonly Shape[] = [
  { template: '{key}.128.webp', target: (dir, name, ext) => `${dir}/${name}.${ext}.128.webp`, tells: true },
  { template: '{dir}{name}.webp', target: (dir, name) => `${dir}/${name}.webp`, tells: false },
  { template: '{bucket}/{key}', target: (dir, name, ext) => `photos/${dir}/${name}.${ext}`, tells: true },
  { template: '{dir}T/{file}', target: (dir, name, ext) => `${dir}/T/${name}.${ext}`, tells: true },
  { template: '{ext}/{key}', target: (dir, name, ext) => `${ext}/${dir}/${name}.${ext}`, tells: true },
  {
    template: '{file}/{dir}s.webp',
    target: (dir, name, ext) => `${name}.${ext}/${dir}/s.webp`,
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
  expect(plan.outputs).toMatchObject([{ current, missing, stale, wanted: missing + stale }]);
  expect(plan.outputs[0]?.orphans).toBe(shape.tells ? orphans : undefined);
  expect(plan.make).toEqual({ targets: missing + stale, bytes: missing + stale, sources: missing + stale });
  if (shape.tells) expect(plan.orphans).toMatchObject({ targets: orphans, sources: orphans });
  expect(plan.shards.length).toBe(Math.min(16, Math.floor((missing + stale) / 1_000)));
  expect(plan.shards.reduce((sum, shard) => sum + shard.objects, 0)).toBe(missing + stale);
  return measured;
}

function text({ ms, rss, plan: { requests } }: Measured): string {
  return `${(ms / 1_000).toFixed(1)} s, ${(rss / 1e6).toFixed(0)} MB, ${requests.lists} lists, ${requests.heads} heads`;
}

describe.each(shapes)('$template', (shape) => {
  it('is planned for 100,000 objects in the memory for 10,000', async () => {
    const small = await planned(10_000, shape);
    const large = await planned(100_000, shape);
    process.stdout.write(`${shape.template}: 10,000: ${text(small)}; 100,000: ${text(large)}\n`);
    expect(large.rss - small.rss).toBeLessThan(20_000_000);
  });
});

const linesOfFile = 100_000;

/** An OSS that has an inventory of so many files, each of which is made while it is asked for, and no derivatives. */
async function serveInventory(files: number): Promise<number> {
  const manifest = Buffer.from(
    JSON.stringify({
      sourceBucket: 'photos',
      fileFormat: 'CSV',
      fileSchema: 'Bucket, Key, Size, StorageClass, LastModifiedDate, ETag',
      files: Array.from({ length: files }, (_, at) => ({ key: `data/${at}.csv.gz` })),
    }),
  );
  let latest = { url: '', body: manifest };
  const bodyOf = (url: string): Buffer => {
    const [, nth] = /\/data\/(\d+)\.csv\.gz$/.exec(url) ?? [];
    if (nth === undefined) return manifest;
    if (latest.url !== url) {
      const lines = Array.from({ length: linesOfFile }, (_, at) => {
        const etag = ((at * 2_654_435_761) % 2 ** 32).toString(16).padStart(32, '0').toUpperCase();
        const key = `u${nth.padStart(4, '0')}/${String(at).padStart(6, '0')}.jpg`;
        return `"photos","${key}",${1_000 + at},"Standard","2026-01-31T00:00:00.000Z","${etag}"\n`;
      });
      latest = { url, body: gzipSync(lines.join(''), { level: 1 }) };
    }
    return latest.body;
  };
  const server = createServer((request, response) => {
    const url = request.url ?? '';
    response.setHeader('x-oss-request-id', '5C3D9175B6FC201293AD4890');
    if (url.includes('list-type')) {
      response.end('<ListBucketResult><IsTruncated>false</IsTruncated></ListBucketResult>');
      return;
    }
    const whole = bodyOf(url.split('?')[0] ?? '');
    const [, first = 0, last = 0] = /^bytes=(\d+)-(\d+)$/.exec(request.headers.range ?? '') ?? [];
    const part = whole.subarray(Number(first), Number(last) + 1);
    const range = `bytes ${first}-${Number(first) + part.length - 1}/${whole.length}`;
    response.writeHead(206, { 'content-range': range, 'content-length': String(part.length), etag: '"E"' }).end(part);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.close();
    server.closeAllConnections();
  });
  return (server.address() as AddressInfo).port;
}

it('reads an inventory of ten million lines in the memory for a hundred thousand', async () => {
  // A rule takes one in a hundred: it is the reading that is measured.
  const output = { style: 'image/resize,w_1', to: { bucket: 'photos-out', key: '{key}.webp' } };
  const rules = [{ name: 'r', when: { bucket: 'photos', prefix: ['u0000/'] }, outputs: [output] }];
  const read = async (files: number): Promise<Measured> => {
    const measured = await measure({
      port: await serveInventory(files),
      rules,
      concurrency: 10,
      inventory: 'manifest.json',
    });
    const { plan } = measured;
    expect(plan.sources).toMatchObject({ seen: files * linesOfFile, matched: linesOfFile });
    expect([plan.make.targets, plan.shards.length]).toEqual([linesOfFile, 16]);
    return measured;
  };
  const small = await read(1);
  const large = await read(100);
  process.stdout.write(`inventory: 100,000: ${text(small)}; 10,000,000: ${text(large)}\n`);
  expect(large.rss - small.rss).toBeLessThan(20_000_000);
});
