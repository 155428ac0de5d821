import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { mergePrefixes } from '../../../src/deploy/triggers/merge-prefixes.js';
import { shortestPrefixes } from '../../../src/rules/source-prefixes.js';

describe('mergePrefixes', () => {
  it.each<[string, string[], number, string[]]>([
    ['leaves few alone', ['a/', 'b/'], 2, ['a/', 'b/']],
    ['merges deep folders first', ['a/x/1/', 'a/x/2/', 'b/', 'c/'], 3, ['a/x/', 'b/', 'c/']],
    ['prefers what has more in common', ['in/1', 'in/2', 'incoming/1', 'incoming/2'], 3, ['in/1', 'in/2', 'incoming/']],
    ['joins all that begins so, since the rest would overlap', ['p/1', 'p/2', 'p/3', 'q/'], 3, ['p/', 'q/']],
    ['takes the whole bucket last', ['a', 'b', 'c'], 2, ['']],
    ['cuts no character in two', ['x😀', 'x😃', 'y'], 2, ['x', 'y']],
  ])('%s', (_, prefixes, most, expected) => {
    expect(mergePrefixes(prefixes, most)).toEqual(expected);
  });

  it('covers every prefix exactly once with as many as are allowed', () => {
    const text = fc.stringMatching(/^[ab/😀😃]{0,5}$/u);
    fc.assert(
      fc.property(fc.array(text, { minLength: 1, maxLength: 30 }), fc.integer({ min: 1, max: 6 }), (texts, most) => {
        const prefixes = shortestPrefixes(texts);
        const merged = mergePrefixes(prefixes, most);
        expect(merged.length).toBeLessThanOrEqual(most);
        expect(shortestPrefixes(merged)).toEqual(merged);
        for (const prefix of prefixes) expect(merged.filter((wide) => prefix.startsWith(wide))).toHaveLength(1);
      }),
    );
  });
});
