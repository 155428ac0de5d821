import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { indexRules, listens, match, removersOf, wouldStart } from '../../src/pipeline/match.js';
import type { Rule } from '../../src/rules/rule.js';

const rule = (name: string, when: Partial<Rule['when']>): Rule => ({
  name,
  when: { buckets: ['photos'], prefixes: [''], suffixes: [], excludes: [], ...when },
  outputs: [],
});

const taken = (rules: readonly Rule[], key: string, size?: number, bucket = 'photos'): string => {
  const found = match(indexRules(rules), { bucket, key, ...(size === undefined ? {} : { size }) });
  return 'rule' in found ? found.rule.name : found.reason;
};

describe('match', () => {
  const rules = [
    rule('raw', { prefixes: ['avatars/raw/'] }),
    rule('small', { prefixes: ['avatars/'], suffixes: ['.jpg', '.png'], size: { max: 100 } }),
    rule('big', { prefixes: ['avatars/', 'portraits/'], suffixes: ['.jpg'], excludes: ['avatars/old/'] }),
    rule('all', { buckets: ['scans', 'photos'], prefixes: ['scans/'] }),
  ];

  it.each<[string, string, number | undefined, string]>([
    ['a prefix', 'avatars/raw/a.txt', 5, 'raw'],
    ['the first of two', 'avatars/a.jpg', 5, 'small'],
    ['the second, when the size is wrong for the first', 'avatars/a.jpg', 500, 'big'],
    ['a suffix in any case', 'avatars/A.JpG', 5, 'small'],
    ['a prefix only in its own case', 'Avatars/a.jpg', 5, 'no-rule'],
    ['no suffix', 'avatars/a.gif', 5, 'no-rule'],
    ['an exclude', 'avatars/old/a.jpg', 500, 'no-rule'],
    ['an exclude of another rule', 'avatars/old/a.jpg', 5, 'small'],
    ['one of several prefixes', 'portraits/a.jpg', 5, 'big'],
    ['an unknown size', 'avatars/a.jpg', undefined, 'size-unknown'],
    ['an unknown size that no condition asks for', 'portraits/a.jpg', undefined, 'big'],
    ['one of several buckets', 'scans/x', 5, 'all'],
    ['a key that is the prefix', 'scans/', 5, 'all'],
    ['a key shorter than the prefix', 'scans', 5, 'no-rule'],
  ])('finds %s', (_, key, size, expected) => {
    expect(taken(rules, key, size)).toBe(expected);
  });

  it('counts both ends of a size', () => {
    const sized = [rule('sized', { size: { min: 10, max: 20 } })];
    expect([9, 10, 20, 21].map((size) => taken(sized, 'k', size))).toEqual(['no-rule', 'sized', 'sized', 'no-rule']);
  });

  it('knows buckets apart', () => {
    expect(taken(rules, 'scans/x', 5, 'scans')).toBe('all');
    expect(taken(rules, 'avatars/a.jpg', 5, 'scans')).toBe('no-rule');
    expect(taken(rules, 'avatars/a.jpg', 5, '__proto__')).toBe('no-rule');
  });

  it('guards whatever the size', () => {
    expect(wouldStart(indexRules(rules), 'photos', 'avatars/a.png')?.name).toBe('small');
    expect(wouldStart(indexRules(rules), 'photos', 'out/a.png')).toBeUndefined();
  });

  it('gives no rule to what is empty, and says so where rules listen', () => {
    const all = [rule('any', { prefixes: ['in/'], excludes: ['in/raw/'] })];
    expect(['in/a', 'in/raw/a', 'a'].map((key) => taken(all, key, 0))).toEqual(['empty', 'no-rule', 'no-rule']);
  });

  it('takes and removes only inside the envelope', () => {
    const wide = { ...rule('wide', { prefixes: ['in/', 'other/'] }), onDelete: 'remove' as const };
    const index = indexRules([wide], indexRules([rule('deployed', { prefixes: ['in/a'] })]));
    const keys = ['in/a1', 'in/b1', 'other/a', 'x'].map((key) => ({ bucket: 'photos', key }));
    const found = keys.map((one) => match(index, one));
    expect(found).toEqual([
      { rule: wide },
      { reason: 'outside-envelope' },
      { reason: 'outside-envelope' },
      { reason: 'no-rule' },
    ]);
    expect(keys.map((one) => removersOf(index, one).length)).toEqual([1, 0, 0, 0]);
    expect(keys.map((one) => listens(index, one))).toEqual([true, false, false, false]);
  });

  it('agrees with trying the rules one by one', () => {
    const text = fc.stringMatching(/^[aB/.]{0,4}$/);
    const someRule = fc.record({
      prefixes: fc.array(text, { minLength: 1, maxLength: 3 }),
      suffixes: fc.array(
        text.map((suffix) => suffix.toLowerCase()),
        { maxLength: 3 },
      ),
      excludes: fc.array(
        text.filter((exclude) => exclude !== ''),
        { maxLength: 2 },
      ),
    });
    fc.assert(
      fc.property(fc.array(someRule, { maxLength: 8 }), fc.stringMatching(/^[aB/.]{1,8}$/), (whens, key) => {
        const naive = whens.findIndex(
          ({ prefixes, suffixes, excludes }) =>
            prefixes.some((prefix) => key.startsWith(prefix)) &&
            (suffixes.length === 0 || suffixes.some((suffix) => key.toLowerCase().endsWith(suffix))) &&
            !excludes.some((exclude) => key.startsWith(exclude)),
        );
        const all = whens.map((when, order) => rule(`r${order}`, when));
        expect(taken(all, key, 1)).toBe(naive === -1 ? 'no-rule' : `r${naive}`);
      }),
      { numRuns: 3000 },
    );
  });

  it('looks at a handful of rules out of 10,000', () => {
    let looked = 0;
    const many = Array.from({ length: 10_000 }, (_, order) => {
      const made = rule(`r${order}`, { prefixes: [`tenant-${order}/in/`], suffixes: ['.jpg', '.png'] });
      const excludes = made.when.excludes;
      return {
        ...made,
        when: {
          ...made.when,
          get excludes() {
            looked += 1;
            return excludes;
          },
        },
      };
    });
    expect(taken(many, 'tenant-9999/in/a.JPG', 1)).toBe('r9999');
    expect(looked).toBe(1);
  });
});
