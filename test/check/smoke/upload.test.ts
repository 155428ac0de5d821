import { describe, expect, it } from 'vitest';
import { rangeOf, uploadForRule } from '../../../src/check/smoke/upload.js';
import { indexRules, match } from '../../../src/pipeline/match.js';
import { loadConfig } from '../../../src/rules/load.js';
import type { Rule } from '../../../src/rules/rule.js';

function rulesOf(...whens: object[]) {
  const rules = whens.map((when, at) => ({
    name: `r${at}`,
    when: { bucket: 'photos', ...when },
    outputs: [{ style: 'image/resize,w_10', to: { bucket: 'out', key: `${at}/{key}` } }],
  }));
  return loadConfig({ journal: 'throw', rules }, {}).rules;
}

async function uploadOf(at: number, ...whens: object[]) {
  const rules = rulesOf(...whens);
  const rule = rules[at];
  if (rule === undefined) throw new Error('no such rule');
  const index = indexRules(rules);
  const made = await uploadForRule(rule, rules, index);
  if ('untried' in made) return made.untried;
  const { bucket, key, body } = made;
  expect(match(index, { bucket, key, size: body.length })).toEqual({ rule });
  return { key, size: body.length, starts: body.toString('latin1', 0, 4) };
}

describe('rangeOf', () => {
  const most = 20 * 1024 * 1024;
  it.each<[string, object[], number, object | undefined]>([
    ['all that OSS processes', [{}], 0, { min: 1, max: most }],
    ['from the least size', [{ size: { min: 3_000_000 } }], 0, { min: 3_000_000, max: most }],
    ['up to the greatest', [{ size: { max: 50 } }], 0, { min: 1, max: 50 }],
    ['none above what OSS processes', [{ size: { min: 30_000_000 } }], 0, undefined],
    ['what is left by a rule before it', [{ size: { max: 1_000_000 } }, {}], 1, { min: 1_000_001, max: most }],
    [
      'what is left in the middle',
      [{ size: { min: 5_000 } }, { size: { min: 2_000 } }, {}],
      1,
      { min: 2_000, max: 4_999 },
    ],
    ['the widest of what is left', [{ size: { min: 5_000, max: 9_000 } }, {}], 1, { min: 9_001, max: most }],
    [
      'one piece of two that touch',
      [{ size: { max: 99 } }, { size: { max: 2_000 } }, {}],
      2,
      { min: 2_001, max: most },
    ],
    ['none, where an earlier rule takes all', [{}, {}], 1, undefined],
  ])('is %s', (_, whens, at, expected) => {
    const rules = rulesOf(...whens);
    const rule = rules[at] as Rule;
    expect(rangeOf(rule, rules, { bucket: 'photos', key: 'photo.jpg' }, indexRules(rules))).toEqual(expected);
  });
});

/** Bytes: a photo of a phone's size takes the longest to encode. */
const small = 30_000;

describe('uploadForRule', () => {
  it.each<[string, object[], number, object | string]>([
    ['a JPEG where all is taken', [{}], 0, { key: 'photo.jpg', starts: '\xff\xd8\xff\xdb' }],
    [
      'the format of its suffix',
      [{ prefix: 'in/', suffix: ['.png'], size: { max: small } }],
      0,
      { key: 'in/photo.png', starts: '\x89PNG' },
    ],
    [
      'another suffix, where one cannot be made',
      [{ suffix: ['.heic', '.gif'], size: { max: small } }],
      0,
      { key: 'photo.gif', starts: 'GIF8' },
    ],
    ['nothing for HEIC alone', [{ suffix: ['.heic'] }], 0, 'no HEIC image can be made here'],
    ['the least size', [{ size: { min: 30_000, max: small } }], 0, { size: 30_000 }],
    ['nothing, where an earlier rule takes all', [{}, { prefix: 'a/' }], 1, expect.stringContaining('no upload')],
    ['nothing above what OSS processes', [{ size: { min: 30_000_000 } }], 0, expect.stringContaining('20 MB')],
    [
      'nothing smaller than an image',
      [{ suffix: ['.jpg'], size: { max: 50 } }],
      0,
      expect.stringContaining('50 bytes'),
    ],
    [
      'a key that is not excluded',
      [{ prefix: 'p/', exclude: ['p/photo'], size: { max: small } }],
      0,
      { key: 'p/a/photo.jpg' },
    ],
  ])('makes %s', async (_, whens, at, expected) => {
    const made = await uploadOf(at, ...whens);
    if (typeof expected === 'string' || typeof made === 'string') expect(made).toEqual(expected);
    else expect(made).toMatchObject(expected);
  });
});
