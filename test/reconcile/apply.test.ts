// The worker on this machine, on sweeps in the embedded OSS.
import { describe, expect, it } from 'vitest';
import { ServiceError } from '../../src/local/oss/error.js';
import { indexConfig } from '../../src/pipeline/match.js';
import { workHere } from '../../src/reconcile/apply.js';
import { cancel } from '../../src/reconcile/cancel.js';
import { newest, read, refuseBeside, type Start, start } from '../../src/reconcile/start.js';
import { statusOf } from '../../src/reconcile/status.js';
import { exitCodeOf } from '../../src/reconcile/sweep-report.js';
import type { SweepWork } from '../../src/reconcile/work.js';
import { loadConfig } from '../../src/rules/load.js';
import { input, startWorld } from './world.js';

const keys = Array.from({ length: 6 }, (_, at) => `in/${at}.jpg`);
const targets = keys.flatMap((key) => [`${key}.webp`, `large/${key}`]).sort();

const given = (objects: readonly number[], over: Partial<Start> = {}): Start => ({
  make: { targets: 12, bytes: 12_000, sources: 6 },
  shards: objects.map((one, at) => ({ ...ranges[at], bucket: 'photos', prefix: 'in/', objects: one, bytes: 1e9 })),
  selection: {},
  rate: { calls: 1_000, bytes: 1e9 },
  maxFailures: 0.1,
  cloud: undefined,
  ...over,
});
const ranges = [{ through: 'in/2.jpg' }, { after: 'in/2.jpg' }];

const look = async (work: SweepWork) => {
  const name = await newest(work);
  if (name === undefined) throw new Error('there is no sweep');
  return statusOf(work, await read(work, name));
};

const inputWith = (more: object) => ({
  ...input,
  rules: input.rules.map((rule) => ({ ...rule, outputs: rule.outputs.map((output) => ({ ...output, ...more })) })),
});

describe('workHere', () => {
  it('makes what is missing, once, and writes down that the sweep has ended', async () => {
    const world = await startWorld(keys);
    const work = world.work({ apply: true }, 'oss://photos');
    const sweep = await start(work, given([6, 6]));
    expect(await workHere(work, sweep)).toBe('ended');
    expect(await world.keysIn('photos-out')).toEqual(targets);
    expect(world.calls.filter((call) => call.startsWith('ProcessObject'))).toHaveLength(12);
    const status = await look(work);
    expect(status).toMatchObject({ state: 'ended', totals: { targets: 12, saved: 12, failed: {} }, left: 0 });
    expect(exitCodeOf(status)).toBe(0);
    expect((await newest(work))?.ended).toBe(true);
    // Nothing is left to another one.
    const again = await start(work, given([6, 6]));
    expect(again.id < sweep.id).toBe(true);
    expect(await workHere(work, again)).toBe('ended');
    expect(world.calls.filter((call) => call.startsWith('ProcessObject'))).toHaveLength(12);
  });

  it('relays what its rule wants with headers and tags, and gives it others with --force alone', async () => {
    const rules = (maxAge: number) =>
      inputWith({ headers: { 'Cache-Control': `max-age=${maxAge}` }, tags: { of: '{name}' } });
    const world = await startWorld(keys, rules(60));
    const work = world.work({ apply: true }, 'oss://photos');
    expect(await workHere(work, await start(work, given([6, 6])))).toBe('ended');
    expect(await world.keysIn('photos-out')).toEqual(targets);
    const out = world.client('photos-out');
    const cacheControl = async (key: string) => {
      const { res } = await out.head(key);
      return (res.headers as Record<string, string>)['cache-control'];
    };
    expect(await cacheControl('large/in/3.jpg')).toBe('max-age=60');
    expect((await out.getObjectTagging('large/in/3.jpg')).tag).toEqual({ of: '3' });
    expect(world.calls.filter((call) => call.startsWith('ProcessObject'))).toEqual([]);

    const changed = { ...work, config: loadConfig(rules(90), {}), index: indexConfig(loadConfig(rules(90), {})) };
    await workHere(changed, await start(changed, given([6, 6])));
    expect(await cacheControl('large/in/3.jpg')).toBe('max-age=60');
    // What was written in the second in which a sweep began counts as made by it.
    await new Promise((resolve) => setTimeout(resolve, 1_050 - (Date.now() % 1_000)));
    await workHere(changed, await start(changed, given([6, 6], { selection: { force: true } })));
    expect(await Promise.all(targets.map(cacheControl))).toEqual(targets.map(() => 'max-age=90'));
  });

  it.each([
    ['saved', {}],
    ['relayed', { tags: { of: '{name}' } }],
  ])('is slowed down by an OSS that throttles, and waits for no single call of it: %s', async (_, more) => {
    const world = await startWorld(keys, inputWith(more));
    const work = world.work({ apply: true }, 'oss://photos');
    let asked = 0;
    world.onCall(({ operation, bucketName }) => {
      if (bucketName !== 'photos' || !/^(?:ProcessObject|GetObject)$/.test(operation)) return;
      asked += 1;
      world.stop();
      throw new ServiceError(503, 'CpuLimitExceeded', 'Too many.');
    });
    expect(await workHere(work, await start(work, given([6, 6])))).toBe('stopped');
    // A client that waits for its turn asks again until the deadline of the unit.
    expect(asked).toBeLessThanOrEqual(targets.length);
    expect(await world.keysIn('photos-out')).toEqual([]);
  });

  it('makes no more than the bounds of the shards', async () => {
    const world = await startWorld(keys);
    const work = world.work({ apply: true }, 'oss://photos');
    expect(await workHere(work, await start(work, given([4, 0])))).toBe('ended');
    expect(await world.keysIn('photos-out')).toHaveLength(4);
    const status = await look(work);
    expect(status).toMatchObject({ state: 'ended', bound: 4, totals: { targets: 4 } });
    expect(status.shards.map(({ state }) => state)).toEqual(['bound', 'bound']);
    expect(exitCodeOf(status)).toBe(1);
  });

  it('counts what fails by its code, and leaves it to the journal', async () => {
    const world = await startWorld(keys.slice(1));
    await world.client('photos').put('in/0.jpg', Buffer.from('no picture'));
    const work = world.work({ apply: true }, 'oss://photos');
    await workHere(work, await start(work, given([6, 6])));
    const status = await look(work);
    expect(status.totals).toMatchObject({ targets: 12, saved: 10 });
    expect(Object.values(status.totals.failed)).toEqual([2]);
    expect(exitCodeOf(status)).toBe(1);
    expect(world.out()).toMatch(
      /^(failed {2}oss:\/\/photos\/in\/0\.jpg → oss:\/\/photos-out\/\S+ {2}permanent: .*\n){2}$/,
    );
    expect((await world.keysIn('journal')).filter((key) => key.includes('/failed/'))).toHaveLength(2);
  });

  it('ends its unit well at Ctrl-C, and another worker goes on at once', async () => {
    const world = await startWorld(keys);
    const work = world.work({ apply: true }, 'oss://photos');
    world.onCall(({ operation, key }) => {
      if (operation === 'ProcessObject' && key === 'in/1.jpg') world.stop();
    });
    const sweep = await start(work, given([6, 6]));
    expect(await workHere({ ...work, account: { ...work.account, concurrency: 1 } }, sweep)).toBe('stopped');
    const made = await world.keysIn('photos-out');
    expect(made.length).toBeGreaterThan(0);
    expect(made.length).toBeLessThan(12);
    const status = await look(work);
    expect(status).toMatchObject({ state: 'going', totals: { saved: made.length } });
    expect(status.shards.map(({ state }) => state)).not.toContain('held');
    // The other derivatives of the unit are counted, but not done: of one source that was begun, or of none.
    expect([0, 1]).toContain(made.length - status.totals.targets);
    expect(status.left).toBe(12 - status.totals.targets);
    const next = { ...work, stopSignal: () => new Promise<void>(() => {}) };
    expect(await workHere(next, await read(work, sweep))).toBe('ended');
    expect(await world.keysIn('photos-out')).toEqual(targets);
    expect(world.calls.filter((call) => call.startsWith('ProcessObject'))).toHaveLength(12);
  });

  it('stops where the sweep is cancelled, after which another one can begin', async () => {
    const world = await startWorld(keys);
    const work = world.work({ apply: true }, 'oss://photos');
    const sweep = await start(work, given([6, 6]));
    const found = await newest(work);
    expect(() => refuseBeside(found)).toThrow(/^the sweep \S+ has not ended\. .*--status .*--resume .*--cancel/);
    await expect(start(work, given([6, 6]))).rejects.toThrow('has not ended');
    expect(await cancel(work)).toEqual({ id: sweep.id, cancelled: true });
    expect(await workHere(work, sweep)).toBe('cancelled');
    expect(await world.keysIn('photos-out')).toEqual([]);
    expect(await look(work)).toMatchObject({ state: 'cancelled' });
    expect(await newest(work)).toMatchObject({ id: sweep.id, cancelled: true, ended: true });
    expect(await cancel(work)).toEqual({ id: sweep.id, cancelled: false });
    expect(await workHere(work, await start(work, given([6, 6])))).toBe('ended');
    expect(await world.keysIn('photos-out')).toEqual(targets);
  });

  it('closes a cancelled sweep without making anything', async () => {
    const world = await startWorld(keys);
    const work = world.work({ apply: true }, 'oss://photos');
    const sweep = await start(work, given([6, 6]));
    await cancel(work);
    expect(await workHere(work, { ...sweep, cancelled: true }, { closing: true })).toBe('ended');
    expect(await newest(work)).toMatchObject({ cancelled: true, ended: true });
    expect(await world.keysIn('photos-out')).toEqual([]);
  });

  it('waits for what another worker holds, and says so in the status', async () => {
    const world = await startWorld(keys);
    const work = world.work({ apply: true }, 'oss://photos');
    const sweep = await start(work, given([6, 6]));
    const marker = `autostyle/sweeps/${sweep.id}/units/0001/99999998-2-begun.other.json`;
    const totals = { sources: 0, matched: 0, targets: 0, bytes: 0, saved: 0, current: 0, failed: {} };
    const deadline = Date.now() + 60_000;
    await world.client('journal').put(marker, Buffer.from(JSON.stringify({ totals, deadline, keys: [] })));
    let waits = 0;
    const sleep = async (ms: number) => {
      if (ms === 30_000) waits += 1;
      if (waits === 3) world.stop();
      await work.sleep(ms);
    };
    expect(await workHere({ ...work, sleep }, sweep)).toBe('stopped');
    expect(await world.keysIn('photos-out')).toHaveLength(6);
    const status = await look(work);
    expect(status.shards.map(({ state }) => state)).toEqual(['complete', 'held']);
    expect(status.shards[1]?.heldUntil).toBe(deadline + 15 * 60_000);
  });

  it.each([false, true])('says which marker cannot be read, and how to go on; cancelled: %j', async (cancelled) => {
    const world = await startWorld(keys);
    const work = world.work({ apply: true }, 'oss://photos');
    const sweep = { ...(await start(work, given([6, 6]))), cancelled };
    const units = `autostyle/sweeps/${sweep.id}/units/0000/`;
    await world.client('journal').put(`${units}99999998-2-begun.other.json`, Buffer.from('{}'));
    await expect(workHere(work, sweep, { closing: cancelled })).rejects.toThrow(
      `a marker below oss://journal/${units} cannot be read`,
    );
    await world.client('journal').delete(`${units}99999998-2-begun.other.json`);
    expect(await workHere(work, sweep, { closing: cancelled })).toBe('ended');
  });

  it('gives up where the journal refuses, and says how to go on', async () => {
    const world = await startWorld(keys);
    const work = world.work({ apply: true }, 'oss://photos');
    const sweep = await start(work, given([6, 6]));
    await world
      .client('journal')
      .useBucket('journal')
      .deleteMulti(await world.keysIn('journal'), {});
    await world.client('journal').deleteBucket('journal');
    await expect(workHere(work, sweep)).rejects.toThrow(/^OSS or the journal refuses: NoSuchBucket.*\n.*--resume/);
    expect(world.out()).toMatch(/^refused NoSuchBucket.*\n$/);
  });
});
