import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { mayMatch, overlapping, quickTest } from '../../src/rules/overlap.js';
import type { Rule } from '../../src/rules/rule.js';
import type { TargetPattern } from '../../src/rules/target-pattern.js';

// Two letters make every relation of prefixes and suffixes frequent.
const word = (minLength: number) => fc.string({ unit: fc.constantFrom('a', 'b'), minLength, maxLength: 4 });
const words = (minLength: number, maxLength: number, least = 0) =>
  fc.uniqueArray(word(least), { minLength, maxLength });

const patterns: fc.Arbitrary<TargetPattern[]> = fc.array(
  fc.record({ bucket: fc.constant('b'), prefix: word(0), suffix: word(0) }),
  { maxLength: 8 },
);
const rules: fc.Arbitrary<Rule[]> = fc.array(
  fc
    .record({ prefixes: words(1, 3), suffixes: words(0, 2, 1), excludes: words(0, 3, 1) })
    .map((when) => ({ name: 'r', when: { buckets: ['b'], ...when }, outputs: [] })),
  { minLength: 1, maxLength: 8 },
);

describe('the sweep', () => {
  it('finds exactly the patterns that comparing each with each finds', () => {
    let found = 0;
    fc.assert(
      fc.property(patterns, rules, (some, all) => {
        const swept = new Set(overlapping(some, all, 100));
        found += swept.size;
        expect(some.filter((pattern) => swept.has(pattern) !== all.some((rule) => mayMatch(pattern, rule)))).toEqual(
          [],
        );
      }),
      { numRuns: 3000 },
    );
    expect(found).toBeGreaterThan(0);
  });

  it('stops at the limit, but never finds nothing where there is something', () => {
    fc.assert(
      fc.property(patterns, rules, fc.integer({ min: 1, max: 3 }), (some, all, limit) => {
        const expected = some.filter((pattern) => all.some((rule) => mayMatch(pattern, rule))).length;
        expect(overlapping(some, all, limit)).toHaveLength(Math.min(limit, expected));
      }),
      { numRuns: 500 },
    );
  });
});

it('the quick test lets every pattern pass that could start a rule, and not every other', () => {
  let dropped = 0;
  fc.assert(
    fc.property(patterns, rules, (some, all) => {
      const near = quickTest(all);
      for (const pattern of some) {
        if (!near(pattern)) dropped += 1;
        if (all.some((rule) => mayMatch(pattern, rule))) expect(near(pattern)).toBe(true);
      }
    }),
  );
  expect(dropped).toBeGreaterThan(0);
});

describe('one pair', () => {
  const rule = (when: Partial<Rule['when']>): Rule => ({
    name: 'r',
    when: { buckets: ['b'], prefixes: [''], suffixes: [], excludes: [], ...when },
    outputs: [],
  });
  const table: [TargetPattern, Partial<Rule['when']>, boolean][] = [
    [{ bucket: 'b', prefix: 'a', suffix: '' }, {}, true],
    [{ bucket: 'c', prefix: 'a', suffix: '' }, {}, false],
    [{ bucket: 'b', prefix: 'a/', suffix: '' }, { prefixes: ['a/b'] }, true],
    [{ bucket: 'b', prefix: 'a/c', suffix: '' }, { prefixes: ['a/b'] }, false],
    [{ bucket: 'b', prefix: '', suffix: 'g' }, { suffixes: ['.jpg'] }, true],
    [{ bucket: 'b', prefix: '', suffix: 'x.jpg' }, { suffixes: ['.jpg'] }, true],
    [{ bucket: 'b', prefix: '', suffix: '.png' }, { suffixes: ['.jpg'] }, false],
    [{ bucket: 'b', prefix: 'out/a', suffix: '' }, { excludes: ['out/'] }, false],
    [{ bucket: 'b', prefix: 'out', suffix: '' }, { excludes: ['out/'] }, true],
    [{ bucket: 'b', prefix: '', suffix: '' }, { prefixes: ['out/a'], excludes: ['out/'] }, false],
  ];
  it.each(table)('%j %j: %j', (pattern, when, expected) => {
    expect(mayMatch(pattern, rule(when))).toBe(expected);
  });
});
