import fc from 'fast-check';
import { expect, it } from 'vitest';
import { partsOf } from '../../../../src/local/page/style/marks.js';
import { lintStyle } from '../../../../src/style/lint.js';
import { brokenStyle } from '../../../style/arbitrary.js';

it.each([
  ['no finding', [], [['image/a', undefined]]],
  [
    'one',
    [['error', 6, 7]],
    [
      ['image/', undefined],
      ['a', 'error'],
    ],
  ],
  [
    'a place between characters',
    [['warning', 7, 7]],
    [
      ['image/', undefined],
      ['a', 'warning'],
    ],
  ],
  [
    'the gravest',
    [
      ['info', 0, 7],
      ['error', 2, 4],
    ],
    [
      ['im', 'info'],
      ['ag', 'error'],
      ['e/a', 'info'],
    ],
  ],
] as const)('%s', (_, findings, parts) => {
  const found = findings.map(([severity, start, end]) => ({ severity, start, end }));
  expect(partsOf('image/a', found).map(({ text, severity }) => [text, severity])).toEqual(parts);
});

it('keeps the text, whatever is found in it', () => {
  fc.assert(
    fc.property(brokenStyle(), (style) => {
      const parts = partsOf(style, lintStyle(style));
      expect(parts.map(({ text }) => text).join('')).toBe(style);
      if (style !== '')
        expect(parts.some(({ severity }) => severity === 'error')).toBe(
          lintStyle(style).some(({ severity }) => severity === 'error'),
        );
    }),
    { numRuns: 300 },
  );
});
