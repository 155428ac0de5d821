import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { prefixTree } from '../../src/rules/nesting.js';
import { mayMatch, overlapping, quickTest } from '../../src/rules/overlap.js';
import type { Rule } from '../../src/rules/rule.js';
import type { TargetPattern } from '../../src/rules/target-pattern.js';

// Two letters make every relation of prefixes and suffixes frequent.
const word = (minLength: number) => fc.string({ unit: fc.constantFrom('a', 'b'), minLength, maxLength: 4 });
const words = (minLength: number, maxLength: number, least = 0) =>
  fc.uniqueArray(word(least), { minLength, maxLength });

const reaches: fc.Arbitrary<TargetPattern[]> = fc.array(
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
  it('finds exactly the reaches that comparing each with each finds', () => {
    let found = 0;
    fc.assert(
      fc.property(reaches, rules, (some, all) => {
        const swept = new Set(overlapping(some, all, 100));
        found += swept.size;
        expect(some.filter((reach) => swept.has(reach) !== all.some((rule) => mayMatch(reach, rule)))).toEqual([]);
      }),
      { numRuns: 3000 },
    );
    expect(found).toBeGreaterThan(0);
  });

  it('stops at the limit, but never finds nothing where there is something', () => {
    fc.assert(
      fc.property(reaches, rules, fc.integer({ min: 1, max: 3 }), (some, all, limit) => {
        const expected = some.filter((reach) => all.some((rule) => mayMatch(reach, rule))).length;
        expect(overlapping(some, all, limit)).toHaveLength(Math.min(limit, expected));
      }),
      { numRuns: 500 },
    );
  });
});

it('the quick test lets every reach pass that could start a rule, and not every other', () => {
  let dropped = 0;
  fc.assert(
    fc.property(reaches, rules, (some, all) => {
      const near = quickTest(all);
      for (const reach of some) {
        if (!near(reach)) dropped += 1;
        if (all.some((rule) => mayMatch(reach, rule))) expect(near(reach)).toBe(true);
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
  it.each(table)('%j %j: %j', (reach, when, expected) => {
    expect(mayMatch(reach, rule(when))).toBe(expected);
  });
});

it('nests each text in the longest other one that it starts with', () => {
  fc.assert(
    fc.property(fc.array(word(0)), (texts) => {
      for (const { text, parent } of prefixTree(texts)) {
        const shorter = texts.filter((other) => other !== text && text.startsWith(other)).map(({ length }) => length);
        expect(parent?.text.length).toBe(shorter.length === 0 ? undefined : Math.max(...shorter));
      }
      expect(new Set(prefixTree(texts).map(({ text }) => text))).toEqual(new Set(texts));
    }),
  );
});
