// Shards against a list of all keys: their counts are exact, and together they cover the scope once.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cutShards, dividedTally, evenSample, orderedTally } from '../../src/reconcile/shards.js';
import { compareKeys } from '../../src/rules/key-order.js';
import type { Shard } from '../../src/sweep/sweep.js';

interface Work {
  readonly key: string;
  readonly objects: number;
  readonly bytes: number;
}

const scope = { bucket: 'photos', prefix: '' };
const total = (works: readonly Work[], of: 'objects' | 'bytes'): number => works.reduce((sum, one) => sum + one[of], 0);

/** What lies in a shard, by looking at every key. */
function within({ after, through }: Shard, works: readonly Work[]): Work[] {
  return works.filter(({ key }) => {
    const [place, bytes] = [Buffer.from(key), (text: string) => Buffer.from(text)];
    const behind = after === undefined || Buffer.compare(place, bytes(after)) > 0;
    return behind && (through === undefined || Buffer.compare(place, bytes(through)) <= 0);
  });
}

function expectExact(shards: readonly Shard[], works: readonly Work[]): void {
  for (const shard of shards) {
    const held = within(shard, works);
    expect([shard.objects, shard.bytes]).toEqual([total(held, 'objects'), total(held, 'bytes')]);
  }
  expect(shards.map(({ after }) => after)).toEqual([undefined, ...shards.slice(0, -1).map(({ through }) => through)]);
  expect(shards.at(-1)?.through).toBeUndefined();
  expect(shards.length).toBeLessThanOrEqual(16);
  if (shards.length > 1) expect(Math.min(...shards.map(({ objects }) => objects))).toBeGreaterThanOrEqual(1_000);
}

const works = fc
  .array(
    fc.record({
      key: fc.string({ unit: 'binary', minLength: 1, maxLength: 4 }),
      objects: fc.nat(900),
      bytes: fc.nat(10 ** 9),
    }),
    {
      minLength: 1,
      maxLength: 60,
    },
  )
  .map((some) => {
    const byKey = new Map(some.map((one) => [one.key, { ...one, bytes: one.objects === 0 ? 0 : one.bytes }]));
    return [...byKey.values()].sort((one, other) => compareKeys(one.key, other.key));
  });

describe('shards', () => {
  it('hold exactly what they say, whatever the keys are', () => {
    fc.assert(
      fc.property(works, (all) => {
        const tally = orderedTally();
        for (const { key, objects, bytes } of all) tally.add(key, objects, bytes);
        const shards = cutShards([{ scope, cells: tally.cells() }]);
        if (total(all, 'objects') === 0) expect(shards).toEqual([]);
        else expectExact(shards, all);
      }),
    );
  });

  it('hold exactly what they say where the keys come in no order', () => {
    fc.assert(
      fc.property(works, fc.infiniteStream(fc.nat()), (all, order) => {
        const sample = evenSample();
        const shuffled = all
          .map((work) => ({ work, at: order.next().value }))
          .sort((one, other) => one.at - other.at)
          .map(({ work }) => work);
        for (const { key } of shuffled) sample.add(key);
        const tally = dividedTally(sample.texts());
        for (const { key, objects, bytes } of shuffled) tally.add(key, objects, bytes);
        const shards = cutShards([{ scope, cells: tally.cells() }]);
        if (total(all, 'objects') > 0) expectExact(shards, all);
      }),
    );
  });

  it('are of equal length by calls, or by bytes where these take longer', () => {
    const cut = (bytesOf: (at: number) => number): Shard[] => {
      const tally = orderedTally();
      for (let at = 0; at < 200_000; at += 1) tally.add(String(at).padStart(6, '0'), 1, bytesOf(at));
      return cutShards([{ scope, cells: tally.cells() }]);
    };
    const small = cut(() => 10_000);
    expect(small).toHaveLength(16);
    expect(Math.max(...small.map(({ objects }) => objects))).toBeLessThan(12_500 * 1.05);
    // The second half is a hundred times as large.
    const large = cut((at) => (at < 100_000 ? 400_000 : 40_000_000));
    const inFirstHalf = large.filter(({ through = '9' }) => through < '100000');
    expect([large.length, inFirstHalf.length]).toEqual([16, 0]);
  });

  it('take the memory of a thousand cells, whatever the number of keys', () => {
    const tally = orderedTally();
    for (let at = 0; at < 100_000; at += 1) tally.add(String(at).padStart(6, '0'), 2, 1);
    expect(tally.cells().length).toBeLessThanOrEqual(1_024);
    expect(tally.cells().reduce((sum, { objects }) => sum + objects, 0)).toBe(200_000);
    const sample = evenSample();
    for (let at = 0; at < 100_000; at += 1) sample.add(String(at));
    expect(sample.texts().length).toBeGreaterThan(500);
    expect(sample.texts().length).toBeLessThanOrEqual(1_024);
  });

  it('are spread over the scopes by their work; none for a scope without', () => {
    const scopes = [0, 30_000, 1].map((count, at) => {
      const tally = orderedTally();
      for (let key = 0; key < count; key += 1) tally.add(String(key).padStart(6, '0'), 1, 1);
      return { scope: { bucket: 'photos', prefix: `${at}/` }, cells: tally.cells() };
    });
    const shards = cutShards(scopes);
    expect(shards.length).toBeLessThanOrEqual(16);
    expect(shards.filter(({ prefix }) => prefix === '0/')).toEqual([]);
    expect(shards.filter(({ prefix }) => prefix === '2/')).toEqual([
      { bucket: 'photos', prefix: '2/', after: undefined, objects: 1, bytes: 1 },
    ]);
    expect(shards.reduce((sum, { objects }) => sum + objects, 0)).toBe(30_001);
  });
});
