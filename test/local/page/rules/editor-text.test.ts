import { describe, expect, it } from 'vitest';
import { lineCount, markedPieces, placeAt } from '../../../../src/local/page/rules/editor-text.js';

describe('placeAt', () => {
  it.each([
    [0, 1, 1],
    [1, 1, 2],
    [2, 1, 3],
    [3, 2, 1],
    [5, 3, 1],
    [6, 3, 2],
  ])('of character %i', (at, line, column) => {
    expect(placeAt('ab\nc\nd', at)).toEqual({ line, column });
  });
});

describe('markedPieces', () => {
  const shown = (text: string, ...parts: [number, number][]) =>
    markedPieces(
      text,
      parts.map(([start, end]) => ({ start, end })),
    )
      .map((piece) => (piece.marked ? `[${piece.text}]` : piece.text))
      .join('|');

  it.each<[string, [number, number][], string]>([
    ['abcdef', [], 'abcdef'],
    ['', [], ''],
    ['abcdef', [[1, 3]], 'a|[bc]|def'],
    [
      'abcdef',
      [
        [4, 6],
        [0, 2],
      ],
      '[ab]|cd|[ef]',
    ],
    [
      'abcdef',
      [
        [1, 4],
        [2, 3],
        [3, 5],
      ],
      'a|[bcd]|[e]|f',
    ],
    // What is missing: the character there, or at the end of a line the one before.
    ['abc', [[1, 1]], 'a|[b]|c'],
    ['abc', [[3, 3]], 'ab|[c]'],
    ['ab\nc', [[2, 2]], 'a|[b]|\nc'],
    ['', [[0, 0]], ''],
  ])('of %j with %j', (text, parts, expected) => {
    expect(shown(text, ...parts)).toBe(expected);
  });
});

it.each([
  ['', 1],
  ['a', 1],
  ['a\n', 2],
  ['\n\n', 3],
])('%j has %i lines', (text, lines) => {
  expect(lineCount(text)).toBe(lines);
});
