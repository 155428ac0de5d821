import { expect, it } from 'vitest';
import { lookalikes } from '../../../src/check/explain/unicode.js';
import { configOf } from '../deployment.js';

const composed = 'caf\u00e9/';
const decomposed = 'cafe\u0301/';
const notes = (when: Parameters<typeof configOf>[0][number]['when'], key: string, bucket = 'photos') =>
  lookalikes(configOf([{ ...(when && { when }) }], 'throw').rules, { bucket, key });

it.each<[string, Parameters<typeof configOf>[0][number]['when'], string, string | undefined]>([
  ['a prefix', { prefix: composed }, `${decomposed}a.jpg`, 'prefix "caf\\u00e9/" of rule r0 (rules[0])'],
  ['a prefix, the other way round', { prefix: decomposed }, `${composed}a.jpg`, 'prefix "cafe\\u0301/" of'],
  ['an exclude', { prefix: '', exclude: [composed] }, `${decomposed}a.jpg`, 'exclude "caf\\u00e9/" of'],
  ['a suffix', { prefix: '', suffix: ['-\u00e9.jpg'] }, 'a-e\u0301.JPG', 'suffix "-\\u00e9.jpg" of'],
  ['Hangul', { prefix: '\uac00/' }, '\u1100\u1161/a.jpg', 'prefix "\\uac00/" of'],
  ['nothing of a key that is the same', { prefix: composed }, `${composed}a.jpg`, undefined],
  ['nothing of another key', { prefix: composed }, 'cafe/a.jpg', undefined],
  ['nothing of Chinese, which has one form', { prefix: '图片/' }, '图片/a.jpg', undefined],
])('finds %s', (_, when, key, expected) => {
  const [first, ...more] = notes(when, key);
  expect(more).toEqual([]);
  if (expected === undefined) expect(first).toBeUndefined();
  else expect(first?.slice(0, expected.length)).toBe(expected);
});

it('shows both forms, and what to do', () => {
  expect(notes({ prefix: composed }, `${decomposed}图.jpg`)).toEqual([
    'prefix "caf\\u00e9/" of rule r0 (rules[0]) only looks like a part of this key, "cafe\\u0301/图.jpg": OSS compares bytes. Name it in both forms in the rule, or rename the object',
  ]);
});

it('says nothing of rules for other buckets', () => {
  expect(notes({ prefix: composed }, `${decomposed}a.jpg`, 'other')).toEqual([]);
});
