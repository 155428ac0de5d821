import { describe, expect, it } from 'vitest';
import { unmet } from '../../../src/check/explain/unmet.js';
import type { Rule } from '../../../src/rules/rule.js';

const rule = (name: string, when: Partial<Rule['when']>): Rule => ({
  name,
  when: { buckets: ['photos'], prefixes: [''], suffixes: [], excludes: [], ...when },
  outputs: [],
});

describe('unmet', () => {
  const picky = rule('picky', {
    prefixes: ['avatars/', 'faces/'],
    suffixes: ['.jpg'],
    excludes: ['avatars/raw/'],
    size: { min: 2, max: 5 },
  });
  it.each<[string, string, number | undefined, string | undefined]>([
    ['scans', 'other/a.gif', 9, 'bucket'],
    ['photos', 'other/a.gif', 9, 'prefix'],
    ['photos', 'avatars/raw/a.gif', 9, 'suffix'],
    ['photos', 'avatars/raw/a.JPG', 9, 'exclude'],
    ['photos', 'faces/a.JPG', 9, 'size'],
    ['photos', 'faces/a.JPG', 1, 'size'],
    ['photos', 'avatars/raw/a.gif', 0, 'suffix'],
    ['photos', 'faces/a.JPG', 0, 'size'],
    ['photos', 'faces/a.JPG', 5, undefined],
    ['photos', 'faces/a.JPG', undefined, undefined],
  ])('oss://%s/%s of %j bytes: %j', (bucket, key, size, expected) => {
    expect(unmet(picky, { bucket, key, ...(size === undefined ? {} : { size }) })).toBe(expected);
  });

  it('counts no bytes as a size, which no rule takes', () => {
    expect(unmet(rule('any', {}), { bucket: 'photos', key: 'a', size: 0 })).toBe('size');
  });
});
