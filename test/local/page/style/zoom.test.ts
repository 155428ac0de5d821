import { expect, it } from 'vitest';
import { nextLevel, scaleOf } from '../../../../src/local/page/style/zoom.js';

const room = { width: 400, height: 300 };

it.each([
  ['fit', 800, 300, 0.5],
  ['fit', 400, 1200, 0.25],
  ['fit', 100, 100, 1],
  [2, 100, 100, 2],
] as const)('%s: a picture of %i × %i is shown at %d', (zoom, width, height, scale) => {
  expect(scaleOf(zoom, { width, height }, room)).toBe(scale);
});

it.each([
  [1, 1, 2],
  [1, -1, 0.5],
  [0.37, 1, 0.5],
  [0.37, -1, 0.25],
  [8, 1, 8],
  [0.25, -1, 0.25],
  [0.1, -1, 0.1],
] as const)('from %d by %i comes %d', (scale, by, next) => {
  expect(nextLevel(scale, by)).toBe(next);
});
