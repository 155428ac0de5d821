import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Rule } from '../../src/rules/rule.js';
import { neededPrefixes } from '../../src/rules/triggers.js';

const rule = (buckets: string[], prefixes: string[]): Rule => ({
  name: 'r',
  when: { buckets, prefixes, suffixes: [], excludes: [] },
  outputs: [],
});

describe('neededPrefixes', () => {
  it('listens to the shortest prefixes of each bucket', () => {
    const rules = [rule(['a'], ['in/x/', 'in/']), rule(['a', 'b'], ['in/y', 'out']), rule(['b'], [''])];
    expect([...neededPrefixes(rules)]).toEqual([
      ['a', ['in/', 'out']],
      ['b', ['']],
    ]);
  });

  it('covers every matched key exactly once', () => {
    const text = fc.stringMatching(/^[ab/]{0,4}$/);
    fc.assert(
      fc.property(
        fc.array(fc.array(text, { minLength: 1, maxLength: 3 }), { maxLength: 6 }),
        text,
        (prefixes, rest) => {
          const needed = neededPrefixes(prefixes.map((some) => rule(['a'], some))).get('a') ?? [];
          for (const prefix of prefixes.flat()) {
            expect(needed.filter((one) => `${prefix}${rest}`.startsWith(one))).toHaveLength(1);
          }
        },
      ),
    );
  });
});
