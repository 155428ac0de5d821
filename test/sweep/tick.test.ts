// What a tick makes of a sweep: when it works on it, when it leaves it alone, when it stops.
import { describe, expect, it } from 'vitest';
import type { HandleContext } from '../../src/handle.js';
import { indexConfig } from '../../src/pipeline/match.js';
import type { Summary } from '../../src/pipeline/outcome.js';
import { loadConfig } from '../../src/rules/load.js';
import type { Config } from '../../src/rules/rule.js';
import { markerKey, noProgress } from '../../src/sweep/markers.js';
import { sweepKey } from '../../src/sweep/newest.js';
import { type SweepFile, unitsPrefix } from '../../src/sweep/sweep.js';
import { type Call, ossError } from '../support/memory-oss.js';
import { storeSweep } from '../support/stored-sweep.js';
import { journal, world } from '../support/world.js';

const minute = 60_000;
const avatars = (more: object) =>
  loadConfig(
    {
      journal,
      rules: [
        {
          name: 'avatars',
          when: { bucket: 'photos', prefix: 'avatars/', suffix: ['.jpg'] },
          outputs: [
            { style: 'image/resize,w_100', to: { bucket: 'out', key: '{key}.100' }, ...more },
            { style: 'image/resize,w_200', to: { bucket: 'out', key: '{key}.200' }, ...more },
          ],
        },
      ],
    },
    {},
  );
const usual = avatars({});
const ways = [
  ['saved', usual],
  ['relayed', avatars({ tags: { of: '{name}' } })],
] as const;

/** Rules that leave derivatives of each other behind, where a source is stored in another size. */
function bySize(): Config {
  const when = { bucket: 'photos', prefix: 'avatars/' };
  const outputs = (key: string) => [{ style: 'image/resize,w_100', to: { bucket: 'out', key } }];
  const rules = [
    { name: 'small', when: { ...when, size: { max: 4 } }, onDelete: 'remove', outputs: outputs('small/{key}') },
    { name: 'large', when, onDelete: 'remove', outputs: outputs('large/{key}') },
  ] as const;
  return loadConfig({ journal, rules }, {});
}

interface Setting {
  readonly config?: Config;
  readonly sources?: number;
  /** Derivatives that are there. */
  readonly derived?: readonly string[];
  readonly sweep?: Partial<SweepFile>;
  /** What a call does, and the error that it throws. */
  readonly at?: (call: Call, set: Set) => ReturnType<typeof ossError> | undefined;
}

interface Set {
  readonly oss: ReturnType<typeof world>['oss'];
  readonly lines: ReturnType<typeof world>['lines'];
  readonly wait: (minutes: number) => void;
  readonly records: ReturnType<typeof world>['records'];
  readonly now: () => number;
  readonly id: string;
  readonly key: (file: 'cancel' | 'ended') => string;
  readonly units: string;
  readonly made: () => number;
  readonly sweeps: () => Record<string, unknown>[];
  readonly tick: () => Promise<Summary>;
}

const shard = { bucket: 'photos', prefix: 'avatars/', objects: 10_000, bytes: 1e9 };

/** The record of a source that has changed since it was acted on. */
const changed = { kind: 'unsettled', unsettled: 'changing' };

/** A function whose journal has a sweep; each wait of it takes its time. */
async function setting(options: Setting = {}): Promise<Set> {
  const { sources = 3, derived = [], sweep = {}, at = () => undefined, config = usual } = options;
  const ask = (call: Call) => (ready === undefined ? undefined : at(call, ready));
  let ready: Set | undefined;
  let run = 0;
  const { oss, handling, lines, wait, tick, records } = world({ failing: ask, refusing: ask, over: { deadline: 0 } });
  const over = handling as { -readonly [name in keyof HandleContext]: HandleContext[name] };
  for (let nth = 0; nth < sources; nth += 1)
    oss.store(`oss://photos/avatars/${String(nth).padStart(4, '0')}.jpg`, 'bytes');
  for (const key of derived) oss.store(`oss://out/${key}`, 'made before');
  wait(1);
  const file = { shards: [shard], calls: 1_000, ...sweep };
  const id = await storeSweep(oss.oss, config, file, handling.now());
  wait(1);
  oss.calls.length = 0;
  over.index = indexConfig(config);
  over.sweeping = () => ({
    oss: over.oss,
    config,
    run: `run-${run++}`,
    sleep: async (ms) => wait(ms / minute),
  });
  ready = {
    oss,
    lines,
    now: handling.now,
    wait,
    records,
    id,
    key: (file: 'cancel' | 'ended') => `oss://journal/${sweepKey(journal, id, file)}`,
    units: unitsPrefix(journal, id, 0),
    made: () => oss.calls.filter(({ api }) => api === 'process').length,
    sweeps: () => lines.filter(({ event }) => event === 'sweep'),
    async tick() {
      over.deadline = handling.now() + 5 * minute;
      return tick();
    },
  };
  return ready;
}

describe('a tick', () => {
  it('makes what is missing, says so, and ends the sweep', async () => {
    const { tick, oss, sweeps, key } = await setting();
    expect(await tick()).toMatchObject({ saved: 6, failed: 0 });
    expect(oss.keys('oss://out/')).toHaveLength(6);
    expect(sweeps()).toMatchObject([{ shard: 0, unit: 1, state: 'ended', sources: 3, targets: 6, saved: 6 }]);
    expect(oss.objects.has(key('ended'))).toBe(true);
    oss.calls.length = 0;
    await tick();
    expect(oss.calls.map(({ api, key: asked }) => [api, asked.split('/')[1]])).toEqual([
      ['list', 'due'],
      ['list', 'failed'],
      ['list', 'sweeps'],
    ]);
  });

  it('tells what it has made, though it cannot see whether all shards have ended', async () => {
    const { tick, oss, key } = await setting({
      at({ api, key }, { oss, units }) {
        const isDone = oss.keys(`oss://journal/${units}`).some((uri) => uri.includes('-done'));
        return api === 'list' && key.includes('/units/') && isDone ? ossError({ kind: 'transient' }) : undefined;
      },
    });
    expect(await tick()).toMatchObject({ saved: 6, failed: 0 });
    expect(oss.objects.has(key('ended'))).toBe(false);
  });

  it('costs one list more where there is no sweep', async () => {
    const { tick, oss, id } = await setting();
    oss.objects.delete(`oss://journal/${sweepKey(journal, id, 'sweep')}`);
    expect(await tick()).toMatchObject({ results: [{ reason: 'nothing-due' }] });
    expect(oss.calls.map(({ api }) => api)).toEqual(['list', 'list', 'list']);
  });

  it.each([
    ['a sweep of another machine', { inCloud: false }, []],
    ['a sweep of other rules', { rules: 'other' }, [{ level: 'warn', state: 'other-rules' }]],
    ['a shard of which no rule takes anything', { shards: [{ ...shard, bucket: 'elsewhere' }] }, [{ state: 'ended' }]],
    ['a shard that is not its own', { workers: 2, shards: [] }, []],
  ] as const)('makes nothing of %s', async (_, sweep, expected) => {
    const { tick, made, sweeps, lines } = await setting({ sweep });
    expect(await tick()).toMatchObject({ saved: 0, failed: 0 });
    expect(made()).toBe(0);
    expect(sweeps()).toMatchObject(expected);
    expect(lines.filter(({ level }) => level === 'error')).toEqual([]);
  });

  it.each([
    ['no JSON', 'x'],
    ['a list', '[]'],
    ['endless', 'x'.repeat(1_000_001)],
    ['deep', '['.repeat(100_000)],
    ['of the prototype', '{"__proto__":{"version":1}}'],
  ])('survives a sweep.json that is %s', async (_, body) => {
    const { tick, made, oss, id } = await setting();
    oss.store(`oss://journal/${sweepKey(journal, id, 'sweep')}`, body);
    expect(await tick()).toMatchObject({ saved: 0, failed: 0 });
    expect(made()).toBe(0);
  });

  it('works on the shards of its minute', async () => {
    const half = (prefix: string) => ({ ...shard, prefix });
    const sweep = { workers: 2, shards: [half('avatars/0000'), half('avatars/0001')] };
    const { tick, oss, wait } = await setting({ sweep, sources: 2 });
    await tick();
    const first = oss.keys('oss://out/').map((uri) => uri.slice(-12, -4));
    expect(new Set(first).size).toBe(1);
    wait(1);
    await tick();
    expect(oss.keys('oss://out/')).toHaveLength(4);
  });

  it.each([
    [403, 'AccessDenied', 0],
    [500, 'InternalError', 1],
  ])('says of %i where it lists sweeps: %s, %i times', async (status, code, count) => {
    const error = ossError({ status, code, kind: status === 403 ? 'setup' : 'transient' });
    const at = ({ api, key }: Call) => (api === 'list' && key.endsWith('sweeps/') ? error : undefined);
    const { tick, lines, made } = await setting({ at });
    await tick();
    expect(made()).toBe(0);
    expect(lines.filter(({ event }) => event === 'journal')).toHaveLength(count);
  });
});

describe('a unit', () => {
  it('is of a hundred keys at first, then of a thousand', async () => {
    const { tick, sweeps } = await setting({ sources: 1_150 });
    await tick();
    expect(sweeps().map(({ sources }) => sources)).toEqual([100, 1_100, 1_150]);
  });

  it('ends where the share of its shard ends, before the source that would exceed it', async () => {
    const { tick, made, sweeps, oss, key } = await setting({ sweep: { shards: [{ ...shard, objects: 5 }] } });
    await tick();
    expect(made()).toBe(4);
    expect(sweeps()).toMatchObject([{ state: 'ended', targets: 4 }]);
    expect(oss.objects.has(key('ended'))).toBe(true);
  });

  it('ends where its bytes end: those of a source count once for each target', async () => {
    const { tick, made } = await setting({ sweep: { shards: [{ ...shard, bytes: 5 * 2 * 2 + 9 }] } });
    await tick();
    expect(made()).toBe(4);
  });

  it.each(ways)('makes no more a second than the sweep may: %s', async (_, config) => {
    const { tick, now, made } = await setting({ config, sources: 10, sweep: { calls: 2 } });
    const began = now();
    await tick();
    expect(made()).toBe(20);
    expect(now() - began).toBeGreaterThan(7_000);
  });

  it('makes nothing later than a second after it was cancelled', async () => {
    let cancelledAt: number | undefined;
    const late: number[] = [];
    const { tick, key, oss, made } = await setting({
      sources: 50,
      at({ api }, { now, wait, oss, key, made }) {
        if (api !== 'process') return undefined;
        wait(0.2 / 60);
        if (cancelledAt !== undefined) late.push(now() - cancelledAt);
        if (cancelledAt === undefined && made() >= 20) {
          cancelledAt = now();
          oss.store(key('cancel'), '{}');
        }
        return undefined;
      },
    });
    await tick();
    expect(made()).toBeLessThan(35);
    expect(Math.max(...late)).toBeLessThanOrEqual(1_500);
    await tick();
    expect(oss.objects.has(key('ended'))).toBe(true);
    expect(made()).toBeLessThan(35);
  });

  it('leaves to the next what it has no time for, and makes nothing twice', async () => {
    const { tick, made, sweeps, wait } = await setting({
      sources: 40,
      at({ api }, { wait }) {
        if (api === 'process') wait(1 / 60);
        return undefined;
      },
    });
    await tick();
    expect(sweeps()).toMatchObject([{ unit: 1, state: 'time' }]);
    expect(made()).toBeLessThan(60);
    wait(1);
    await tick();
    expect(made()).toBe(80);
    expect(sweeps().at(-1)).toMatchObject({ unit: 2, state: 'ended', sources: 40, targets: 80, saved: 80 });
  });

  it('journals what failed, but not what OSS throttled: it asks again', async () => {
    let throttled = 0;
    const { tick, records, made } = await setting({
      at({ api, target }) {
        if (api !== 'process') return undefined;
        if (target?.key === 'avatars/0000.jpg.100')
          return ossError({ kind: 'permanent', status: 400, code: 'ImageTooLarge' });
        throttled += 1;
        return throttled % 2 === 1 ? ossError({ status: 503, code: 'CpuLimitExceeded', throttled: true }) : undefined;
      },
    });
    expect(await tick()).toMatchObject({ saved: 5, failed: 1 });
    expect(made()).toBe(1 + 5 * 2);
    const failed = records().filter(({ uri }) => !uri.includes('/sweeps/'));
    expect(failed).toMatchObject([{ record: { kind: 'permanent', target: { key: 'avatars/0000.jpg.100' } } }]);
  });

  it('journals what it could not delete: the next comparison would not ask for it', async () => {
    const config = bySize();
    const { tick, wait, oss, records } = await setting({
      config,
      at: ({ api }) => (api === 'delete' ? ossError({ status: 503, code: 'TotalQpsLimitExceeded' }) : undefined),
    });
    oss.store('oss://out/small/avatars/0000.jpg', 'of the small one that it was');
    await tick();
    wait(1);
    const due = records().filter(({ uri }) => uri.includes('/due/'));
    expect(due.map(({ record }) => record.target.key).sort()).toEqual(
      ['0000', '0001', '0002'].map((name) => `small/avatars/${name}.jpg`),
    );
  });

  it('ends where OSS throttles everything, and journals nothing', async () => {
    const { tick, records, sweeps } = await setting({
      at: ({ api }) => (api === 'process' ? ossError({ status: 503, code: 'SlowDown' }) : undefined),
    });
    expect(await tick()).toMatchObject({ saved: 0, failed: 0 });
    expect(sweeps()).toMatchObject([{ state: 'throttled', sources: 0 }]);
    expect(records().filter(({ uri }) => !uri.includes('/sweeps/'))).toEqual([]);
  });

  it('does not act again for a newer version: it makes what it has counted, and journals the source', async () => {
    const { tick, made, records, oss, sweeps } = await setting({
      sources: 1,
      derived: ['avatars/0000.jpg.100'],
      sweep: { shards: [{ ...shard, objects: 1 }] },
      at({ api, key }, { oss }) {
        if (api === 'head' && key.startsWith('avatars/')) oss.store('oss://photos/avatars/0000.jpg', 'newer');
        return undefined;
      },
    });
    await tick();
    expect(made()).toBe(1);
    expect(oss.objects.get('oss://out/avatars/0000.jpg.100')?.body).toBe('made before');
    expect(sweeps()).toMatchObject([{ state: 'ended', sources: 1, targets: 1, saved: 1 }]);
    expect(records().filter(({ uri }) => uri.includes('/due/'))).toMatchObject([{ record: changed }]);
  });

  it('journals as a whole what has changed while OSS throttled some of it', async () => {
    const { tick, made, records } = await setting({
      sources: 1,
      at({ api, key, target }, { oss }) {
        if (api === 'head' && key.startsWith('avatars/')) oss.store('oss://photos/avatars/0000.jpg', 'newer');
        return target?.key.endsWith('.200') ? ossError({ status: 503, code: 'SlowDown' }) : undefined;
      },
    });
    await tick();
    expect(made()).toBe(2);
    expect(records().filter(({ uri }) => uri.includes('/due/'))).toMatchObject([{ record: changed }]);
  });

  it('ends the shard where too much fails, not before a hundred were tried', async () => {
    const { tick, made, sweeps } = await setting({
      sources: 400,
      at: ({ api }) => (api === 'process' ? ossError({ kind: 'setup', status: 404, code: 'NoSuchStyle' }) : undefined),
    });
    await tick();
    expect(made()).toBeGreaterThanOrEqual(100);
    expect(made()).toBeLessThanOrEqual(106);
    expect(sweeps()).toMatchObject([{ state: 'ended', failed: { NoSuchStyle: made() } }]);
  });

  it('stays open where the journal refuses a record', async () => {
    const { tick, oss, sweeps, units } = await setting({
      at({ api, key }) {
        if (api === 'process') return ossError({ kind: 'permanent', status: 400, code: 'ImageTooLarge' });
        return api === 'put' && key.includes('/failed/') ? ossError({ kind: 'setup', status: 403 }) : undefined;
      },
    });
    await tick();
    expect(sweeps()).toMatchObject([{ unit: 1, state: 'refused' }]);
    expect(oss.keys(`oss://journal/${units}`).map((uri) => uri.includes('begun'))).toEqual([true]);
  });
});

describe('a unit that a killed run has left', () => {
  const keys = ['avatars/0000.jpg', 'avatars/0001.jpg', 'avatars/gone.jpg'];

  async function killed(over: Partial<Record<'cancelled' | 'others', boolean>> = {}, config?: Config) {
    const sweep = over.others ? { rules: 'other' } : {};
    const found = await setting(config === undefined ? { sweep } : { sweep, config });
    const { oss, units, now, key, wait } = found;
    const marker = { ...noProgress, counted: 'avatars/0001.jpg', deadline: now(), keys };
    oss.store(`oss://journal/${markerKey(units, 1, 'begun', 'killed')}`, JSON.stringify(marker));
    oss.store('oss://photos/avatars/0001.jpg', 'newer');
    if (over.cancelled) oss.store(key('cancel'), '{}');
    wait(1);
    const left = () => found.records().filter(({ uri }) => uri.includes('/due/'));
    return { ...found, left };
  }

  it('is held until no call of it can write any more', async () => {
    const { tick, made, sweeps, wait } = await killed();
    wait(13);
    await tick();
    expect([made(), sweeps()]).toMatchObject([0, [{ unit: 2, state: 'held' }]]);
  });

  it('leaves what has changed or is gone since to the journal, and goes on', async () => {
    const { tick, wait, left, oss, made } = await killed();
    wait(14);
    await tick();
    expect(
      left()
        .map(({ record }) => [record.kind, record.source.key])
        .sort(),
    ).toEqual([
      ['unsettled', 'avatars/0001.jpg'],
      ['unsettled', 'avatars/gone.jpg'],
    ]);
    expect(made()).toBe(4);
    wait(3);
    await tick();
    expect(left()).toEqual([]);
    expect(oss.objects.get('oss://out/avatars/0001.jpg.100')?.body).toContain('newer');
  });

  it('leaves what another rule may have made of a source to the journal, too', async () => {
    const { tick, wait, oss, left } = await killed({}, bySize());
    oss.store('oss://out/small/avatars/0000.jpg', 'of the small one that it was');
    wait(14);
    await tick();
    expect(left().map(({ record }) => record.source.key)).toContain('avatars/0000.jpg');
    wait(3);
    await tick();
    expect([left(), oss.keys('oss://out/small/')]).toEqual([[], []]);
  });

  it.each([
    ['of a sweep that is cancelled, which has ended then', { cancelled: true }, true],
    ['of a sweep of other rules, which has not', { others: true }, false],
  ])('is taken care of %s', async (_, over, ends) => {
    const { tick, wait, left, made, oss, key } = await killed(over);
    await tick();
    expect(oss.objects.has(key('ended'))).toBe(false);
    wait(14);
    await tick();
    expect([left().length, made(), oss.objects.has(key('ended'))]).toEqual([2, 0, ends]);
  });
});
