import { expect, it } from 'vitest';
import { nearest } from '../../../src/style/lint/nearest.js';

const operations = ['resize', 'crop', 'circle', 'rounded-corners', 'rotate', 'auto-orient', 'blur', 'info'];

it.each([
  ['resise', operations, 'resize'],
  ['reszie', operations, 'resize'],
  ['RESIZE', operations, 'resize'],
  ['autoorient', operations, 'auto-orient'],
  ['rounded_corner', operations, 'rounded-corners'],
  ['rotat', operations, 'rotate'],
  ['slim', operations, undefined],
  ['thumbnail', operations, undefined],
  ['', operations, undefined],
  ['x'.repeat(10_000), operations, undefined],
  // keys are initials, and differ by case
  ['W', ['w', 'h'], 'w'],
  ['width', ['w', 'h'], 'w'],
  ['height', ['w', 'h'], 'h'],
  ['z', ['w', 'h'], undefined],
  ['wq', ['w', 'h'], undefined],
  ['colour', ['color', 'c'], 'color'],
])('%s', (name, names, expected) => {
  expect(nearest(name, names)).toBe(expected);
});
