import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { boundShards, needsNumber } from '../../src/reconcile/bounds.js';

const shard = (objects: number, bytes: number) => ({ bucket: 'photos', prefix: 'a/', objects, bytes });
const planOf = (shards: readonly { objects: number; bytes: number }[]) => ({
  shards: shards.map(({ objects, bytes }) => shard(objects, bytes)),
  make: {
    targets: shards.reduce((sum, { objects }) => sum + objects, 0),
    bytes: shards.reduce((sum, { bytes }) => sum + bytes, 0),
    sources: 1,
  },
});
const none = { maxObjects: undefined, maxBytes: undefined };

describe('boundShards', () => {
  it.each([
    ['10,000 derivatives', 10_000, 100e9, none, undefined],
    [
      '10,001 derivatives',
      10_001,
      1e9,
      none,
      /10,001 derivatives from 1\.0 GB .*repeat its number, --max-objects 10001/,
    ],
    ['more than 100 GB', 60, 100e9 + 1, none, /60 derivatives from 100\.0 GB .*--max-objects 60/],
    ['its own number', 10_001, 1e9, { ...none, maxObjects: 10_001 }, undefined],
    ['a cap', 10_001, 1e9, { ...none, maxObjects: 5 }, undefined],
    ['a number of a plan that was slightly larger', 50_000, 1e9, { ...none, maxObjects: 50_500 }, undefined],
    [
      'just a large number',
      50_000,
      1e9,
      { ...none, maxObjects: 1e9 },
      /--max-objects 1000000000: .*--max-objects 50000/,
    ],
    ['a large number where any will do', 500, 1e9, { ...none, maxObjects: 1e9 }, undefined],
    ['bytes alone', 10_001, 1e9, { ...none, maxBytes: 1e6 }, /--max-objects 10001/],
  ])('%s: %i derivatives, %d bytes', (_, objects, bytes, allowed, refused) => {
    const bind = () => boundShards(planOf([{ objects, bytes }]), allowed);
    if (refused === undefined) expect(bind()).toHaveLength(1);
    else expect(bind).toThrow(refused);
  });

  it('gives what there is to the first shards', () => {
    const plan = planOf([
      { objects: 100, bytes: 1_000 },
      { objects: 50, bytes: 9_000 },
      { objects: 10, bytes: 100 },
    ]);
    const shares = (allowed: Parameters<typeof boundShards>[1]) =>
      boundShards(plan, allowed).map(({ objects, bytes }) => [objects, bytes]);
    expect(shares(none)).toEqual([
      [100, 1_000],
      [50, 9_000],
      [10, 100],
    ]);
    expect(shares({ ...none, maxObjects: 120 })).toEqual([
      [100, 1_000],
      [20, 9_000],
      [0, 100],
    ]);
    expect(shares({ ...none, maxBytes: 1_500 })).toEqual([
      [100, 1_000],
      [50, 500],
      [10, 0],
    ]);
  });

  it('never exceeds what is allowed, nor the plan, and keeps every shard', () => {
    const shards = fc.array(fc.record({ objects: fc.nat(1_000), bytes: fc.nat(1_000_000) }), { maxLength: 16 });
    const most = fc.option(fc.nat(20_000), { nil: undefined });
    fc.assert(
      fc.property(shards, most, most, (given, maxObjects, maxBytes) => {
        const plan = planOf(given);
        if (needsNumber(plan.make) && maxObjects === undefined) return;
        if (needsNumber(plan.make) && (maxObjects ?? 0) > plan.make.targets) return;
        const bound = boundShards(plan, { maxObjects, maxBytes });
        const sum = (of: 'objects' | 'bytes') => bound.reduce((total, one) => total + one[of], 0);
        expect(bound.map(({ prefix }) => prefix)).toEqual(plan.shards.map(({ prefix }) => prefix));
        expect(sum('objects')).toBe(Math.min(plan.make.targets, maxObjects ?? plan.make.targets));
        expect(sum('bytes')).toBe(Math.min(plan.make.bytes, maxBytes ?? plan.make.bytes));
      }),
    );
  });
});
