// `reconcile` on the embedded cloud, with ali-oss as the one who looks: pictures that are there already, and rules that
// came later.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { command } from '../../src/cli/reconcile.js';
import { type LocalCloud, startLocalCloud } from '../../src/local/cloud.js';
import { createFaults } from '../../src/local/faults/faults.js';
import { localClient } from '../../src/local/samples/objects.js';
import { loadConfig } from '../../src/rules/load.js';
import { runHere } from '../support/run.js';
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
/** All requests on the wire. */
let requests = 0;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'autostyle-reconcile-'));
  config = join(folder, 'rules.json');
  writeFileSync(config, JSON.stringify(input));
  const faults = createFaults(['any:403'], {
    seed: 1,
    only: () => {
      requests += 1;
      return false;
    },
  });
  cloud = await startLocalCloud({
    codeDir,
    config: loadConfig(input, {}),
    environmentVariables: { CONFIG_URI: `file://${config}` },
    triggers: false,
    runTimers: false,
    faults,
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
  requests = 0;
});

async function keysIn(bucket: string): Promise<string[]> {
  const { objects } = await localClient(cloud.url, bucket).listV2({ 'max-keys': '1000' });
  return (objects ?? []).map(({ name }) => name);
}

const flags = () => ['--endpoint', cloud.url, '--config', config];
const reconcile = (...argv: string[]) => runHere(command, [...flags(), ...argv]);
const sweeps = async () => (await keysIn('photos-journal')).filter((key) => key.endsWith('/sweep.json'));

describe('reconcile', () => {
  it('plans, makes what is missing, and then has nothing to do', async () => {
    const out = localClient(cloud.url, 'photos-out');
    for (const key of photos) await out.put(`${key}.webp`, jpeg);
    await out.put('in/gone.jpg.webp', jpeg);

    const plan = await reconcile('oss://photos');
    expect(plan).toMatchObject({ code: 0, error: '' });
    expect(plan.out).toMatch(/^plan for oss:\/\/photos\/\n {2}12 objects seen, 12 taken by a rule\n/);
    expect(plan.out).toMatch(/\n {2}thumbs 1 {2}→ \{key\}\.webp +12 +0 +0 +0\n/);
    expect(plan.out).toMatch(/\n {2}thumbs 2 {2}→ large\/\{key\} +0 +12 +0 +12\n/);
    expect(plan.out).toContain('\nto make   12 derivatives of 12 sources: 12 image calls\n');
    expect(plan.out).toContain(
      '\norphans   1 object of 1 source that is not there\n  oss://photos-out/in/gone.jpg.webp\n',
    );
    expect(plan.out).toContain(
      `\n  npm run reconcile -- oss://photos/ --config ${config} --endpoint ${cloud.url} --apply\n`,
    );
    expect(await keysIn('photos-journal')).toEqual([]);
    expect(await keysIn('photos-out')).toHaveLength(13);

    const json = JSON.parse((await reconcile('oss://photos', '--json')).out);
    expect(json).toMatchObject({ action: 'plan', make: { targets: 12, sources: 12 }, cost: { here: { calls: 12 } } });

    // What was written in the second in which a sweep begins counts as made by it.
    await new Promise((resolve) => setTimeout(resolve, 1_050 - (Date.now() % 1_000)));
    const applied = await reconcile('oss://photos', '--apply');
    expect(applied.out).toMatch(/\nsweep \d{10}-\S+: complete\n[\s\S]*\n {2}done {4}12 of 12 derivatives/);
    expect(applied.code).toBe(0);
    expect((await keysIn('photos-out')).filter((key) => key.startsWith('large/'))).toHaveLength(12);

    const again = JSON.parse((await reconcile('oss://photos', '--apply', '--json')).out);
    expect(again).toMatchObject({ action: 'apply', make: { targets: 0 }, sweep: null });
    expect(await sweeps()).toHaveLength(1);
    const status = await reconcile('--status');
    expect(status.out).toMatch(/^sweep \d{10}-\S+: complete\n/);
    expect(status.code).toBe(0);
  });

  it('goes on after a cap with a plan of what is left', async () => {
    const capped = await reconcile('oss://photos', '--apply', '--max-objects', '10');
    expect(capped.out).toMatch(
      /: ended at its bounds\n[\s\S]*10 of 10 derivatives \(the plan had 24\)[\s\S]*--resume plans what is left/,
    );
    expect(capped.code).toBe(1);
    expect(await keysIn('photos-out')).toHaveLength(10);
    const rest = await reconcile('--resume');
    expect(rest.out).toMatch(/\nto make {3}14 derivatives[\s\S]*: complete\n/);
    expect(rest.code).toBe(0);
    expect(await keysIn('photos-out')).toHaveLength(24);
    expect((await reconcile('--resume')).out).toMatch(/: complete\n/);
  });

  it('works inside the deployed function, on its timer', async () => {
    let ticking = true;
    const timer = (async () => {
      while (ticking) {
        await cloud.fc.tick();
        await cloud.idle();
        await new Promise((resolve) => setTimeout(resolve, 100));
      }
    })();
    const begun = await reconcile('oss://photos', '--apply', '--in-cloud');
    ticking = false;
    await timer;
    expect(begun.out).toMatch(/\nin cloud {2}1 worker of 50 s a turn: \d seconds; the function costs less than ¥0\.01/);
    expect(begun.out).toMatch(/\nthe function has begun; npm run reconcile -- --status/);
    expect(begun.code).toBe(0);
    for (let tick = 0; tick < 3; tick += 1) await cloud.fc.tick();
    await cloud.idle();
    expect(await keysIn('photos-out')).toHaveLength(24);
    const status = JSON.parse((await reconcile('--status', '--json')).out);
    expect(status).toMatchObject({
      action: 'status',
      sweep: {
        state: 'ended',
        inCloud: true,
        totals: { targets: 24, saved: 24, failed: {} },
        left: 0,
        otherRules: false,
      },
    });
  });

  it('deletes orphans, and only as many as its plan had', async () => {
    await reconcile('oss://photos', '--apply');
    const gone = photos.slice(0, 3);
    for (const key of gone) await localClient(cloud.url, 'photos').delete(key);
    const wrong = await reconcile('oss://photos', '--apply', '--prune', '5');
    expect(wrong).toMatchObject({ code: 1, error: expect.stringContaining('--prune 6') });
    expect(await keysIn('photos-out')).toHaveLength(24);
    const pruned = await reconcile('oss://photos', '--apply', '--prune', '6');
    expect(pruned.out).toMatch(/^the orphans of 3 sources are deleted, 0 left; 6 objects were counted\n$/);
    expect(pruned.code).toBe(0);
    expect(await keysIn('photos-out')).toHaveLength(18);
  });

  it('says where rules listen, before it reads anything', async () => {
    const { code, error } = await reconcile('oss://photos/inn/');
    expect({ code, error }).toEqual({
      code: 1,
      error: 'reconcile: oss://photos/inn/: no rule listens there, only to oss://photos/in/\n',
    });
    expect(requests).toBe(0);
  });

  it('refuses a configuration whose derivatives would start the function, before the first request', async () => {
    const planted = join(folder, 'planted.json');
    writeFileSync(planted, JSON.stringify(rulesOf({ style: 'image/resize,w_10', to: { key: '{key}.webp' } })));
    const { code, error } = await runHere(command, [
      '--endpoint',
      cloud.url,
      '--config',
      planted,
      'oss://photos',
      '--apply',
    ]);
    expect(code).toBe(1);
    expect(error).toMatch(/could start/);
    expect(requests).toBe(0);
  });

  it('plans without a journal, and does nothing more', async () => {
    const bare = join(folder, 'bare.json');
    writeFileSync(bare, JSON.stringify({ ...input, journal: 'throw' }));
    const run = (...argv: string[]) => runHere(command, ['--endpoint', cloud.url, '--config', bare, ...argv]);
    expect((await run('oss://photos')).out).toContain(
      "keep no journal (journal: 'throw'), so that --apply is refused\n",
    );
    for (const argv of [
      ['oss://photos', '--apply'],
      ['oss://photos', '--apply', '--prune', '1'],
      ['--status'],
      ['--resume'],
      ['--cancel'],
    ]) {
      expect(await run(...argv)).toMatchObject({
        code: 1,
        error: expect.stringMatching(/^reconcile: --\w+: the rules keep no/),
      });
    }
    expect(await keysIn('photos-out')).toEqual([]);
  });

  it('says that there is no sweep', async () => {
    expect(await reconcile('--status')).toMatchObject({
      code: 0,
      out: 'there is no sweep in the journal oss://photos-journal/autostyle/\n',
    });
    expect(JSON.parse((await reconcile('--status', '--json')).out)).toEqual({ action: 'status', sweep: null });
    for (const flag of ['--resume', '--cancel']) {
      expect(await reconcile(flag)).toMatchObject({ code: 1, error: expect.stringContaining('there is no sweep') });
    }
  });

  it.each([
    [['oss://photos', '--in-cloud'], /^reconcile: --in-cloud: changes something: it goes with --apply\n/],
    [['oss://photos', '--status'], /^reconcile: --status is for the newest sweep/],
    [['--json'], /^reconcile: expected a location to look at/],
    [['oss://photos', '--rule', 'thumb'], /^reconcile: --rule thumb: there is no such rule; expected thumbs\n/],
    [['oss://photos', '--rate', 'fast'], /^reconcile: --rate fast: expected a number above 0\n/],
  ])('%j is one clear message', async (argv, message) => {
    const { code, error } = await reconcile(...argv);
    expect({ code, error }).toEqual({ code: 2, error: expect.stringMatching(message) });
    expect(requests).toBe(0);
  });
});
