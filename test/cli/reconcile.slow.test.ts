// `reconcile` where it takes a while: interrupted, given up, forced, and the whole way of 500 photos.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { command } from '../../src/cli/reconcile.js';
import { type LocalCloud, startLocalCloud } from '../../src/local/cloud.js';
import { localClient } from '../../src/local/samples/objects.js';
import { loadConfig } from '../../src/rules/load.js';
import { ended, runHere, seen, spawnCommand } from '../support/run.js';
import { shippedFunction } from '../support/shipped.js';

const output = (width: number, key: string) => ({
  style: `image/resize,w_${width}`,
  to: { bucket: 'photos-out', key },
});
const rulesOf = (...outputs: object[]) => ({
  journal: { bucket: 'photos-journal', prefix: 'autostyle/' },
  rules: [{ name: 'thumbs', when: { bucket: 'photos', prefix: 'in/' }, outputs }],
});
const input = rulesOf(output(10, '{key}.webp'), output(20, 'large/{key}'));

let cloud: LocalCloud;
const { codeDir } = shippedFunction();
let folder: string;
let config: string;
let jpeg: Buffer;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'autostyle-reconcile-'));
  config = join(folder, 'rules.json');
  writeFileSync(config, JSON.stringify(input));
  cloud = await startLocalCloud({
    codeDir,
    config: loadConfig(input, {}),
    environmentVariables: { CONFIG_URI: `file://${config}` },
    triggers: false,
    runTimers: false,
  });
  jpeg = await sharp({ create: { width: 30, height: 20, channels: 3, background: '#369' } })
    .jpeg()
    .toBuffer();
});

afterAll(async () => {
  await cloud.close();
  rmSync(folder, { recursive: true });
});

const photos = Array.from({ length: 12 }, (_, at) => `in/${String(at).padStart(2, '0')}.jpg`);

beforeEach(async () => {
  for (const bucket of ['photos', 'photos-out', 'photos-journal']) {
    for (const key of await keysIn(bucket)) await localClient(cloud.url, bucket).delete(key);
  }
  for (const key of photos) await localClient(cloud.url, 'photos').put(key, jpeg);
});

async function keysIn(bucket: string): Promise<string[]> {
  const { objects } = await localClient(cloud.url, bucket).listV2({ 'max-keys': '1000' });
  return (objects ?? []).map(({ name }) => name);
}

const flags = () => ['--endpoint', cloud.url, '--config', config];
const reconcile = (...argv: string[]) => runHere(command, [...flags(), ...argv]);

describe('reconcile', () => {
  it('takes 500 photos from a new output to done, here and in the cloud', async () => {
    const photos = localClient(cloud.url, 'photos');
    const keys = Array.from({ length: 500 }, (_, at) => `in/many/${at}.jpg`);
    for (const key of keys) await photos.put(key, jpeg);
    const out = localClient(cloud.url, 'photos-out');
    for (const key of keys) await out.put(`${key}.webp`, jpeg);
    const plan = JSON.parse((await reconcile('oss://photos/in/many/', '--json')).out);
    expect(plan).toMatchObject({ sources: { seen: 500, matched: 500 }, make: { targets: 500, sources: 500 } });
    expect(plan.outputs).toMatchObject([
      { current: 500, missing: 0 },
      { current: 0, missing: 500 },
    ]);
    const capped = await reconcile('oss://photos/in/many/', '--apply', '--rate', '200', '--max-objects', '200');
    expect(capped.out).toMatch(/200 of 200 derivatives \(the plan had 500\)/);
    const ticking = { on: true };
    const timer = (async () => {
      while (ticking.on) {
        await cloud.fc.tick();
        await cloud.idle();
      }
    })();
    const begun = await reconcile('--resume', '--in-cloud', '--rate', '200');
    expect(begun.out).toMatch(/to make {3}300 derivatives of 300 sources/);
    expect(begun.code).toBe(0);
    await expect.poll(async () => (await reconcile('--status')).out, { timeout: 60_000 }).toMatch(/: complete\n/);
    ticking.on = false;
    await timer;
    const status = JSON.parse((await reconcile('--status', '--json')).out);
    expect(status.sweep).toMatchObject({ inCloud: true, totals: { saved: 300, failed: {} }, left: 0 });
    const left = JSON.parse((await reconcile('oss://photos/in/many/', '--json')).out);
    expect(left).toMatchObject({ make: { targets: 0 }, orphans: { targets: 0 } });
  }, 180_000);

  it('makes anew what is current, and after a cap only the rest of it', async () => {
    await reconcile('oss://photos', '--apply');
    const before = await times();
    await new Promise((resolve) => setTimeout(resolve, 1_100));
    const forced = ['oss://photos', '--apply', '--force', '--rule', 'thumbs'];
    expect((await reconcile(...forced, '--max-objects', '4')).code).toBe(1);
    const first = await times();
    const changed = [...first].filter(([key, time]) => time !== before.get(key)).map(([key]) => key);
    expect(changed).toHaveLength(4);
    await new Promise((resolve) => setTimeout(resolve, 1_100));
    const rest = await reconcile('--resume');
    expect(rest.out).toMatch(/to make {3}20 derivatives/);
    expect(rest.code).toBe(0);
    const last = await times();
    expect(changed.every((key) => last.get(key) === first.get(key))).toBe(true);
    expect([...last].filter(([key, time]) => time === before.get(key))).toEqual([]);
  });

  it('stops at Ctrl-C, goes on with --resume, and leaves nothing out', async () => {
    const child = spawnCommand('reconcile', [
      ...flags(),
      'oss://photos',
      '--apply',
      '--rate',
      '4',
      '--concurrency',
      '1',
    ]);
    await seen(child, /Ctrl-C stops it/);
    await expect.poll(() => keysIn('photos-out').then(({ length }) => length), { timeout: 10_000 }).toBeGreaterThan(0);
    child.kill('SIGINT');
    expect(await ended(child)).toBe(130);
    const made = (await keysIn('photos-out')).length;
    expect(made).toBeLessThan(24);
    expect((await reconcile('--status')).out).toMatch(/: goes on\n[\s\S]*--resume goes on with it\n$/);
    const other = await reconcile('oss://photos', '--apply');
    expect(other).toMatchObject({ code: 1, error: expect.stringMatching(/^reconcile: the sweep \S+ has not ended/) });
    const bounded = await reconcile('--resume', '--rate', '5');
    expect(bounded).toMatchObject({ code: 2, error: expect.stringContaining('--rate: the sweep') });
    const resumed = JSON.parse((await reconcile('--resume', '--json')).out);
    expect(resumed).toMatchObject({ action: 'resume', sweep: { state: 'ended', totals: { saved: 24 } } });
    expect(await keysIn('photos-out')).toHaveLength(24);
  });

  it('gives a sweep up, and begins another one', async () => {
    const child = spawnCommand('reconcile', [
      ...flags(),
      'oss://photos',
      '--apply',
      '--rate',
      '2',
      '--concurrency',
      '1',
    ]);
    await seen(child, /Ctrl-C stops it/);
    const cancelled = await reconcile('--cancel');
    expect(cancelled.out).toMatch(/^sweep \S+: cancelled\. /);
    expect(await ended(child)).toBe(1);
    expect((await reconcile('--status')).out).toMatch(/: cancelled\n[\s\S]*--resume plans what is left/);
    expect((await reconcile('oss://photos', '--apply')).code).toBe(0);
    expect(await keysIn('photos-out')).toHaveLength(24);
    expect((await reconcile('--cancel')).out).toMatch(/it has ended, or was cancelled, already/);
  });

  it('leaves a sweep alone that was begun with other rules', async () => {
    await reconcile('oss://photos', '--apply', '--max-objects', '2');
    const child = spawnCommand('reconcile', [...flags(), '--resume', '--rate', '2', '--concurrency', '1']);
    await seen(child, /Ctrl-C stops it/);
    child.kill('SIGINT');
    expect(await ended(child)).toBe(130);
    const other = join(folder, 'other.json');
    writeFileSync(other, JSON.stringify(rulesOf(output(11, '{key}.webp'))));
    onTestFinished(() => rmSync(other));
    const run = (...argv: string[]) => runHere(command, ['--endpoint', cloud.url, '--config', other, ...argv]);
    expect((await run('--status')).out).toContain('note: the rules here are others');
    expect(await run('--resume')).toMatchObject({
      code: 1,
      error: expect.stringContaining('was begun with other rules'),
    });
  });
});

async function times(): Promise<Map<string, string>> {
  const { objects } = await localClient(cloud.url, 'photos-out').listV2({ 'max-keys': '1000' });
  return new Map((objects ?? []).map(({ name, lastModified }) => [name, lastModified]));
}
