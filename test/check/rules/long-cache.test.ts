import { expect, it } from 'vitest';
import { longCaches } from '../../../src/check/rules/long-cache.js';
import { loadConfig } from '../../../src/rules/load.js';

const outputOf = (control: string | undefined, key = '{key}') => ({
  style: 'image/resize,w_1',
  to: { bucket: 'out', key },
  headers: control === undefined ? { 'Content-Language': 'max-age=9999999' } : { 'CACHE-CONTROL': control },
});
const found = (...outputs: ReturnType<typeof outputOf>[]) =>
  longCaches(loadConfig({ journal: 'throw', rules: [{ name: 'a', when: { bucket: 'photos' }, outputs }] }, {}));

it.each(['public, max-age=31536000, immutable', 'max-age=604800', 'MAX-AGE="604800",public'])(
  'says it of %s',
  (control) => {
    expect(found(outputOf(control)).map(({ severity, code, where }) => [severity, code, where])).toEqual([
      ['info', 'longCache', 'rules[0].outputs[0].headers'],
    ]);
  },
);

it.each([
  ['max-age=604799', '{key}'],
  ['s-maxage=31536000', '{key}'],
  ['no-cache, max-age=31536000', '{key}'],
  ['public', '{key}'],
  ['max-age=31536000', '{key}/{etag}.webp'],
  ['max-age=31536000', '{year}/{key}'],
  [undefined, '{key}'],
])('says nothing of %s for %s', (control, key) => {
  expect(found(outputOf(control, key))).toEqual([]);
});

it('says it once, with the other places', () => {
  const many = Array.from({ length: 6 }, (_, nth) => outputOf('max-age=31536000', `${nth}/{key}`));
  const [only, ...more] = found(outputOf('max-age=60', 'x/{key}'), ...many);
  expect(more).toEqual([]);
  expect(only?.where).toBe('rules[0].outputs[1].headers');
  expect(only?.message).toContain('(also at rules[0].outputs[2], rules[0].outputs[3], rules[0].outputs[4] and 2 more)');
});
