import { expect, it } from 'vitest';
import { keyIn, mistakeIn } from '../../../../src/local/page/uploads/target-key.js';

it.each([
  ['', 'a.jpg', 'a.jpg'],
  ['x/', 'a.jpg', 'x/a.jpg'],
  ['x/b.png', 'a.jpg', 'x/b.png'],
])('keyIn(%j, %j)', (where, name, key) => {
  expect(keyIn(where, name)).toBe(key);
});

it.each([
  ['a.jpg', undefined],
  ['.a/..b/c..', undefined],
  ['a//b', undefined],
  ['%2e%2e/a', undefined],
  ['', 'empty'],
  ['a/../b', 'dots'],
  ['./b', 'dots'],
  ['a/..', 'dots'],
  ['/a', 'slash'],
  ['\\a', 'slash'],
  ['键'.repeat(341), undefined],
  ['键'.repeat(342), 'long'],
])('mistakeIn(%j)', (key, mistake) => {
  expect(mistakeIn(key)).toBe(mistake);
});
