// The page of a unit, and what of it is within the share of its shard.
import { describe, expect, it } from 'vitest';
import type { ComparedSource } from '../../src/sweep/compare.js';
import { uploadOf } from '../../src/sweep/listed.js';
import { noProgress, type Progress } from '../../src/sweep/markers.js';
import { pageOf, planOf, totalsOf } from '../../src/sweep/page.js';
import { memoryOss } from '../support/memory-oss.js';

const shard = { bucket: 'photos', prefix: 'a/', objects: 4, bytes: 1_000 };

/** `wanted` of its targets are to be made, the rest is current. */
function source(key: string, { wanted = 0, current = 0, size = 10 }): ComparedSource {
  const states = [...Array(wanted).fill('missing'), ...Array(current).fill('current')] as const;
  return {
    upload: uploadOf('photos', { key, size, etag: 'e', lastModified: 0 }),
    targets: states.map((state, output) => ({ output, state, wanted: state === 'missing' })),
  };
}

const from = (over: Partial<Progress> = {}, targets = 0, bytes = 0): Progress => ({
  totals: { ...noProgress.totals, targets, bytes },
  ...over,
});

describe('planOf', () => {
  const three = [source('a/1', { wanted: 2 }), source('a/2', { wanted: 1, current: 1 }), source('a/3', { wanted: 2 })];

  it.each([
    ['takes all within the share', three.slice(0, 2), from(), 2, ['a/1', 'a/2'], 3, undefined],
    ['ends before what exceeds the share', three, from(), 2, ['a/1', 'a/2'], 3, 'bound'],
    ['adds to what was counted before', three, from({}, 2), 1, ['a/1'], 4, 'bound'],
    ['counts nothing twice', three, from({ counted: 'a/2' }, 2), 3, ['a/1', 'a/2', 'a/3'], 4, undefined],
    [
      'makes what is counted, though the share is used up',
      three,
      from({ counted: 'a/3' }, 4),
      3,
      ['a/1', 'a/2', 'a/3'],
      4,
      undefined,
    ],
    ['goes on where nothing counts', [source('a/1', { current: 2 })], from({}, 4), 1, [], 4, undefined],
    [
      'ends where the bytes do',
      [source('a/1', { wanted: 1, size: 501 }), source('a/2', { wanted: 1, size: 500 })],
      from(),
      1,
      ['a/1'],
      1,
      'bound',
    ],
  ] as const)('%s', (_, compared, before, sources, keys, targets, cut) => {
    const plan = planOf(compared, before, shard);
    expect([plan.sources.length, plan.keys, plan.counting.totals.targets, plan.cut]).toEqual([
      sources,
      keys,
      targets,
      cut,
    ]);
  });

  it('takes no more keys than a marker may hold', () => {
    const long = Array.from({ length: 1_000 }, (_, nth) =>
      source(`a/${nth + 1_000}${'\u0001'.repeat(1_000)}`, { wanted: 1 }),
    );
    const plan = planOf(long, from(), { ...shard, objects: 1e6, bytes: 1e9 });
    expect(plan.cut).toBe('keys');
    expect(JSON.stringify(plan.keys).length).toBeLessThan(1_001_000);
    expect(plan.keys.length).toBeGreaterThan(100);
    expect(plan.counting).toMatchObject({ counted: plan.keys.at(-1), totals: { targets: plan.keys.length } });
  });
});

describe('pageOf', () => {
  const world = memoryOss(() => 0);
  for (const key of ['a/1', 'a/2', 'a/3', 'b/1']) world.store(`oss://photos/${key}`, 'x');

  it.each([
    ['the whole prefix', shard, from(), ['a/1', 'a/2', 'a/3'], undefined, true],
    ['what is behind the progress', { ...shard, after: 'a/0' }, from({ after: 'a/2' }), ['a/3'], undefined, true],
    ['what the shard has', { ...shard, after: 'a/1', through: 'a/2' }, from(), ['a/2'], 'a/2', true],
    ['nothing behind its end', { ...shard, through: 'a/2' }, from({ after: 'a/2' }), [], 'a/2', true],
  ] as const)('is %s', async (_, of, before, keys, through, isLast) => {
    const found = await pageOf(of, before, world.oss);
    expect([found.page.objects.map(({ key }) => key), found.page.through, found.isLast]).toEqual([
      keys,
      through,
      isLast,
    ]);
  });

  it('goes on behind a page without a key', async () => {
    const listObjects: typeof world.oss.listObjects = (asked) =>
      asked.after === undefined
        ? Promise.resolve({ objects: [], next: 'token' })
        : world.oss.listObjects({ ...asked, after: undefined });
    const found = await pageOf(shard, from(), { listObjects });
    expect(found).toMatchObject({ isLast: true, page: { objects: [{ key: 'a/1' }, { key: 'a/2' }, { key: 'a/3' }] } });
  });

  it('ends with its last key where more follow', async () => {
    const many = memoryOss(() => 0);
    for (let nth = 0; nth < 150; nth += 1) many.store(`oss://photos/a/${1_000 + nth}`, 'x');
    expect(await pageOf(shard, from(), many.oss)).toMatchObject({ isLast: false, page: { through: 'a/1099' } });
  });
});

it('totalsOf adds failures by their codes, whatever these are called', () => {
  const failed = (code: string) => {
    const error = { kind: 'permanent', code, message: '' } as const;
    const outcomes = [{ status: 'failed', source: 'x', error } as const];
    return { outcomes, unfinished: [], unwritten: [], refusals: [] };
  };
  const before = { ...noProgress.totals, failed: { A: 2 } };
  const after = totalsOf(
    before,
    [source('a/1', { current: 2 })],
    [failed('A'), failed('constructor'), failed('__proto__')],
  );
  expect(after).toMatchObject({ sources: 1, matched: 0, current: 2 });
  expect(Object.entries(after.failed)).toEqual([
    ['A', 3],
    ['constructor', 1],
    ['__proto__', 1],
  ]);
});
