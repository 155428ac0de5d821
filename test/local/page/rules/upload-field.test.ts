import { expect, it } from 'vitest';
import { addressIn, ruleOf, sizeOf } from '../../../../src/local/page/rules/upload-field.js';

it.each([
  ['', undefined],
  [' ', undefined],
  ['0', 0],
  ['300000', 300_000],
  [' 300 KB ', 300_000],
  ['1.5mb', 1_500_000],
  ['2GB', 2_000_000_000],
  ['5b', 5],
  ['-1', 'wrong'],
  ['1e3', 'wrong'],
  ['many', 'wrong'],
  ['9999999999999', 'wrong'],
])('the size %j is %j', (typed, bytes) => {
  expect(sizeOf(typed)).toBe(bytes);
});

it.each([
  ['oss://photos/a/b.jpg', { bucket: 'photos', key: 'a/b.jpg' }],
  ['oss://photos/', { bucket: 'photos', key: '' }],
  ['oss://photos', undefined],
  ['a/oss://photos/b', undefined],
  ['a.jpg', undefined],
])('the address in %j', (typed, expected) => {
  expect(addressIn(typed)).toEqual(expected);
});

it.each([
  ['rules[12].outputs[0].style', 12],
  ['rules[0]', 0],
  ['journal', undefined],
  ['', undefined],
])('the rule of %j', (path, index) => {
  expect(ruleOf(path)).toBe(index);
});
