import { expect, it } from 'vitest';
import {
  bucketName,
  hasBrace,
  hasDotSegment,
  isKey,
  isTooLongForKey,
  startsWithSlash,
} from '../../src/rules/oss-limits.js';

it.each([
  ['abc', true],
  ['0-9', true],
  ['x'.repeat(63), true],
  ['ab', false],
  ['x'.repeat(64), false],
  ['-ab', false],
  ['ab-', false],
  ['a_b', false],
  ['Abc', false],
])('%j is a bucket name: %s', (name, expected) => {
  expect(bucketName.test(name)).toBe(expected);
});

it('counts the bytes of a key, not its characters', () => {
  expect(isTooLongForKey('x'.repeat(1023))).toBe(false);
  expect(isTooLongForKey('x'.repeat(1024))).toBe(true);
  expect(isTooLongForKey('照'.repeat(341))).toBe(false);
  expect(isTooLongForKey('照'.repeat(342))).toBe(true);
});

it('knows the keys that OSS refuses, clients change and saveas expands', () => {
  expect(['/a', '\\a', 'a/', 'a\\', ''].map(startsWithSlash)).toEqual([true, true, false, false, false]);
  expect(['.', 'a/./b', '../a', 'a/..'].every(hasDotSegment)).toBe(true);
  expect(['.a', 'a.', 'a/...', 'a..b', ''].some(hasDotSegment)).toBe(false);
  expect(['{', 'a}b', 'ab'].map(hasBrace)).toEqual([true, true, false]);
});

it('knows what no object is asked for by', () => {
  expect(['', '/a', '\\a', 'a/../b', '\ud800', 'x'.repeat(1024)].filter(isKey)).toEqual([]);
  expect(['a', 'a/', 'a//b', '...', '照'].every(isKey)).toBe(true);
});
