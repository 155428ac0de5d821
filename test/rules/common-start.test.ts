import { expect, it } from 'vitest';
import { commonStart } from '../../src/rules/common-start.js';

it.each([
  ['a/b', 'a/c', 'a/'],
  ['a/', 'a/c', 'a/'],
  ['a', 'b', ''],
  ['same', 'same', 'same'],
  // Two characters with the same first half.
  ['x😀', 'x😁', 'x'],
])('of %j and %j is %j', (one, other, expected) => {
  expect([commonStart(one, other), commonStart(other, one)]).toEqual([expected, expected]);
});
