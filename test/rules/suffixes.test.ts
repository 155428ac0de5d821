import fc from 'fast-check';
import { expect, it } from 'vitest';
import { prefixTree } from '../../src/rules/suffixes.js';

const word = fc.string({ unit: fc.constantFrom('a', 'b'), maxLength: 4 });

it('puts each text below the longest other one that it starts with', () => {
  fc.assert(
    fc.property(fc.array(word), (texts) => {
      for (const { text, parent } of prefixTree(texts)) {
        const shorter = texts.filter((other) => other !== text && text.startsWith(other)).map(({ length }) => length);
        expect(parent?.text.length).toBe(shorter.length === 0 ? undefined : Math.max(...shorter));
      }
      expect(new Set(prefixTree(texts).map(({ text }) => text))).toEqual(new Set(texts));
    }),
  );
});
