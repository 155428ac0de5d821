import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { collisions, neverReported, type OwnedPattern } from '../../src/rules/collisions.js';

type Known = OwnedPattern<number> & { readonly mapping: string };

// Few letters make every relation of prefixes and suffixes frequent. Owners have several claims, mostly of one mapping.
const claimsWith = (prefix: fc.Arbitrary<string>, suffix: fc.Arbitrary<string>, maxLength: number) =>
  fc
    .array(
      fc.record({
        prefix,
        suffixes: fc.uniqueArray(suffix, { minLength: 1, maxLength: 2 }),
        owner: fc.integer({ min: 0, max: 9 }),
        mapping: fc.constantFrom('x', 'x', 'x', 'x', 'y'),
      }),
      { maxLength },
    )
    .map((all): Known[] => all.map((claim) => (claim.owner === 0 ? { ...claim, mapping: neverReported } : claim)));
const word = fc.string({ unit: fc.constantFrom('a', 'b'), maxLength: 3 });
const wide = claimsWith(word, word, 12);
// Most of these are open at the same time, and few collide.
const deep = claimsWith(
  fc.constantFrom('', 'a', 'aa', 'aaa', 'aab'),
  fc.constantFrom('a', 'b', 'c', 'd', 'e', 'ab'),
  24,
);
const claims = fc.oneof(wide, deep);

function collide(one: Known, other: Known): boolean {
  if (one.mapping === other.mapping) return false;
  const [short, long] = one.prefix.length < other.prefix.length ? [one, other] : [other, one];
  if (long.prefix.slice(0, short.prefix.length) !== short.prefix) return false;
  return one.suffixes.some((end) => other.suffixes.some((also) => end.endsWith(also) || also.endsWith(end)));
}

const found = (all: readonly Known[], limit = 100) => collisions<number, Known>(all, ({ mapping }) => mapping, limit);

describe('the sweep', () => {
  it('blames until no two of the rest collide, each for a pair that does, and never the blameless', () => {
    let blaming = 0;
    fc.assert(
      fc.property(claims, (all) => {
        const blamed = found(all);
        const wrongly = [...blamed].filter(
          ([owner, [claim, rival]]) =>
            claim.owner !== owner || claim.mapping === neverReported || !collide(claim, rival),
        );
        expect(wrongly).toEqual([]);
        const rest = all.filter(({ owner }) => !blamed.has(owner));
        expect(rest.filter((one) => rest.some((other) => collide(one, other)))).toEqual([]);
        if (blamed.size > 0) blaming += 1;
      }),
      { numRuns: 4000 },
    );
    expect(blaming).toBeGreaterThan(400);
    expect(blaming).toBeLessThan(3800);
  });

  it('stops at the limit, but never finds nothing where there is something', () => {
    fc.assert(
      fc.property(claims, fc.integer({ min: 1, max: 3 }), (all, limit) => {
        expect(found(all, limit).size).toBe(Math.min(limit, found(all).size));
      }),
      { numRuns: 300 },
    );
  });

  it('a claim that was never counted is not taken off', () => {
    const claim = (prefix: string, suffix: string, owner: number, mapping = 'x') => ({
      prefix,
      suffixes: [suffix],
      owner,
      mapping,
    });
    const many = ['a', 'c', 'd', 'e', 'f'].map((suffix, owner) => claim('', suffix, owner));
    expect([...found([...many, claim('a', 'a', 5), claim('b', 'a', 6, 'y')]).keys()]).toEqual([6]);
  });

  it('asks for mappings only where keys are shared', () => {
    const asked = new Set<number>();
    const mappingOf = ({ owner }: OwnedPattern<number>) => {
      asked.add(owner);
      return 'x';
    };
    const places = ['a/', 'b/', 'b/c/', 'd/'].map((prefix, owner) => ({ prefix, suffixes: ['.webp'], owner }));
    expect(collisions(places, mappingOf, 10).size).toBe(0);
    expect(asked).toEqual(new Set([1, 2]));
  });
});
