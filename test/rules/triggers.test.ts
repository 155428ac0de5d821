import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Rule } from '../../src/rules/rule.js';
import { neededTriggers } from '../../src/rules/triggers.js';

const rule = (buckets: string[], prefixes: string[]): Rule => ({
  name: 'r',
  when: { buckets, prefixes, suffixes: [], excludes: [] },
  outputs: [],
});

describe('neededTriggers', () => {
  it('listens to the shortest prefixes of each bucket', () => {
    const rules = [rule(['a'], ['in/x/', 'in/']), rule(['a', 'b'], ['in/y', 'out']), rule(['b'], [''])];
    expect(neededTriggers(rules)).toEqual([
      { bucket: 'a', prefix: 'in/' },
      { bucket: 'a', prefix: 'out' },
      { bucket: 'b', prefix: '' },
    ]);
  });

  it('covers every matched key exactly once', () => {
    const text = fc.stringMatching(/^[ab/]{0,4}$/);
    fc.assert(
      fc.property(
        fc.array(fc.array(text, { minLength: 1, maxLength: 3 }), { maxLength: 6 }),
        text,
        (prefixes, rest) => {
          const needed = neededTriggers(prefixes.map((some) => rule(['a'], some)));
          for (const prefix of prefixes.flat()) {
            expect(needed.filter((trigger) => `${prefix}${rest}`.startsWith(trigger.prefix))).toHaveLength(1);
          }
        },
      ),
    );
  });
});
