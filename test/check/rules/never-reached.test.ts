import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { neverReachedRules } from '../../../src/check/rules/never-reached.js';
import type { Config, Rule } from '../../../src/rules/rule.js';

type When = Partial<Rule['when']>;

const configOf = (...whens: readonly When[]): Config => ({
  journal: 'throw',
  rules: whens.map((when, order) => ({
    name: `r${order}`,
    when: { buckets: ['b'], prefixes: [''], suffixes: [], excludes: [], ...when },
    outputs: [],
  })),
});

const reported = (...whens: readonly When[]): string[] =>
  neverReachedRules(configOf(...whens)).map(({ code, where, message }) => `${code} ${where} ${message.split(': ')[1]}`);

describe('rules that are never reached', () => {
  it.each<[string, When[], string[]]>([
    ['nothing of different prefixes', [{ prefixes: ['a/'] }, { prefixes: ['b/'] }], []],
    ['nothing of a wider rule after a narrow one', [{ prefixes: ['a/'] }, {}], []],
    [
      'a narrow one after a wide one',
      [{}, { prefixes: ['a/'] }],
      ['ruleShadowed rules[1].when rule "r0" (rules[0]) takes every upload that it asks for'],
    ],
    [
      'one of the same suffix',
      [{ suffixes: ['.jpg', '.png'] }, { suffixes: ['.png'] }],
      ['ruleShadowed rules[1].when rule "r0" (rules[0]) takes every upload that it asks for'],
    ],
    [
      'one of a longer suffix',
      [{ suffixes: ['g'] }, { suffixes: ['.jpg'] }],
      ['ruleShadowed rules[1].when rule "r0" (rules[0]) takes every upload that it asks for'],
    ],
    ['nothing of a shorter suffix', [{ suffixes: ['.jpg'] }, { suffixes: ['g'] }], []],
    ['nothing of another bucket', [{ buckets: ['c'] }, {}], []],
    ['nothing with one bucket left', [{}, { buckets: ['b', 'c'] }], []],
    ['nothing that an exclude of the first leaves', [{ excludes: ['a/x/'] }, { prefixes: ['a/'] }], []],
    ['nothing of a rule for what the first excludes', [{ excludes: ['a/'] }, { prefixes: ['a/'] }], []],
    [
      'one that excludes it too',
      [{ excludes: ['a/x/'] }, { prefixes: ['a/'], excludes: ['a/'.concat('x')] }],
      ['ruleShadowed rules[1].when rule "r0" (rules[0]) takes every upload that it asks for'],
    ],
    [
      'one whose hole another takes',
      [{ prefixes: ['a/'], excludes: ['a/x/'] }, { prefixes: ['a/x/'] }, { prefixes: ['a/'] }],
      ['ruleShadowed rules[2].when rule "r0" (rules[0]), rule "r1" (rules[1]) take every upload that it asks for'],
    ],
    [
      'one by several, a prefix each',
      [{ prefixes: ['a/'] }, { prefixes: ['b/'] }, { prefixes: ['a/1', 'b/1'] }],
      ['ruleShadowed rules[2].when rule "r0" (rules[0]), rule "r1" (rules[1]) take every upload that it asks for'],
    ],
    ['nothing of other sizes', [{ size: { max: 5 } }, {}], []],
    [
      'one of sizes within',
      [{ size: { max: 5 } }, { size: { min: 1, max: 5 } }],
      ['ruleShadowed rules[1].when rule "r0" (rules[0]) takes every upload that it asks for'],
    ],
    [
      'one by sizes that meet',
      [{ size: { max: 5 } }, { size: { min: 6 } }, { suffixes: ['.jpg'] }],
      ['ruleShadowed rules[2].when rule "r0" (rules[0]), rule "r1" (rules[1]) take every upload that it asks for'],
    ],
    ['nothing by sizes that leave one', [{ size: { max: 5 } }, { size: { min: 7 } }, {}], []],
    [
      'one that excludes all that it asks for',
      [{ prefixes: ['a/x/'], excludes: ['a/'] }],
      ['ruleExcludesAll rules[0].when it excludes every key that it asks for'],
    ],
  ])('finds %s', (_, whens, expected) => {
    expect(reported(...whens)).toEqual(expected);
  });

  // Two letters, so that random keys meet random rules; the alphabet of real keys is larger, which only leaves more to
  // match.
  const word = (minLength: number, maxLength = 2) =>
    fc.string({ unit: fc.constantFrom('a', 'b'), minLength, maxLength });
  const size = fc.tuple(fc.nat(3), fc.nat(3)).map(([min, more]) => ({ min, max: min + more }));
  const when: fc.Arbitrary<When> = fc.record(
    {
      prefixes: fc.uniqueArray(word(0), { minLength: 1, maxLength: 2 }),
      suffixes: fc.uniqueArray(word(1), { maxLength: 2 }),
      excludes: fc.uniqueArray(word(1, 3), { maxLength: 2 }),
      size,
    },
    { requiredKeys: ['prefixes'] },
  );
  // Every key of up to five letters, among three: one that no rule names is what distinguishes a gap from a cover.
  const keys = (function all(length: number): string[] {
    return length === 0
      ? ['']
      : all(length - 1).flatMap((key) => [
          key,
          ...(key.length === length - 1 ? ['a', 'b', 'c'].map((unit) => key + unit) : []),
        ]);
  })(5).filter((key) => key !== '');

  const takes = ({ prefixes = [''], suffixes = [], excludes = [], size: bounds }: When, key: string, bytes: number) =>
    prefixes.some((prefix) => key.startsWith(prefix)) &&
    (suffixes.length === 0 || suffixes.some((suffix) => key.endsWith(suffix))) &&
    !excludes.some((exclude) => key.startsWith(exclude)) &&
    (bounds === undefined || (bytes >= (bounds.min ?? 0) && bytes <= (bounds.max ?? 99)));

  it('finds exactly the rules that no upload reaches first', () => {
    let unreached = 0;
    fc.assert(
      fc.property(fc.array(when, { minLength: 2, maxLength: 4 }), (whens) => {
        const reached = new Set<number>();
        for (const key of keys) {
          for (let bytes = 0; bytes < 8; bytes += 1) reached.add(whens.findIndex((one) => takes(one, key, bytes)));
        }
        const expected = whens.flatMap((_, order) => (reached.has(order) ? [] : [`rules[${order}].when`]));
        unreached += expected.length;
        expect(neverReachedRules(configOf(...whens)).map(({ where }) => where)).toEqual(expected);
      }),
      { numRuns: 80 },
    );
    expect(unreached).toBeGreaterThan(5);
  });

  it('takes a step for each pair of rules at most, and stops', () => {
    const same = configOf(...Array.from({ length: 3_000 }, () => ({ size: { min: 1 } })), {});
    expect(neverReachedRules(same)).toHaveLength(2_999);
    const holes = configOf(...Array.from({ length: 1_000 }, () => ({ excludes: ['a/', 'b/'] })));
    expect(neverReachedRules(holes)).toHaveLength(999);
  });
});
