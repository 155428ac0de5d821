import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ConfigInput, OutputInput, RuleInput } from '../../src/rules/schema.js';
import { expectNoForeignRemovals, issuesOf, textsOf } from './proofs.js';
import { contested, removingConfigs } from './simulation.js';

const journal = { bucket: 'journal', prefix: 'autostyle/' };
const style = 'image/resize,w_100';

type To = string | OutputInput['to'];
const outputsTo = (targets: readonly To[]) =>
  targets.map((to) => ({ style, to: typeof to === 'string' ? { bucket: 'out', key: to } : to }));

/** A rule whose derivatives stay. */
function keeping(name: string, when: Partial<RuleInput['when']>, ...targets: To[]): RuleInput {
  return { name, when: { bucket: 'photos', ...when }, outputs: outputsTo(targets) };
}

/** A rule whose derivatives go with their source. */
function removing(name: string, when: Partial<RuleInput['when']>, ...targets: To[]): RuleInput {
  return { ...keeping(name, when, ...targets), onDelete: 'remove' };
}

const keyPath = 'rules[0].outputs[0].to.key';
const traps: [string, RuleInput[], { path?: string; expected: string; says: string[] }, ConfigInput['journal']?][] = [
  [
    'dates and ETag',
    [removing('a', {}, '{year}/{month}/{key}-{etag}')],
    {
      expected: 'a key that the name of the source alone decides',
      says: [
        'outputs[0] "{year}/{month}/{key}-{etag}" of rule "a", which removes derivatives (onDelete), uses',
        'uses {year} {month} {etag}, which nobody knows any more when the source is gone; leave that out',
      ],
    },
  ],
  [
    '{name} loses the extension',
    [removing('a', {}, '{dir}{name}.webp')],
    {
      expected: 'a key of its own for every source',
      says: [
        'since {name} leaves the extension out; write',
        '\noss://photos/photo.jpg and oss://photos/photo.png would both be saved as oss://out/photo.webp',
        'write all of the source key, as {key} or as {dir} with {file}',
      ],
    },
  ],
  [
    '… even with one suffix, which is compared without case',
    [removing('a', { suffix: ['.jpg'] }, '{dir}{name}.webp')],
    { expected: 'a key of its own for every source', says: ['photos/photo.jpg and oss://photos/photo.JPG would both'] },
  ],
  [
    '{file} loses the folder',
    [removing('a', { prefix: 'in/' }, 'thumbs/{file}')],
    {
      expected: 'a key of its own for every source',
      says: ['leaves the folder out', '\noss://photos/in/photo.jpg and oss://photos/in/a/photo.jpg would'],
    },
  ],
  [
    'a fixed key',
    [removing('a', {}, 'latest.webp')],
    { expected: 'a key of its own for every source', says: ['leaves the folder out'] },
  ],
  [
    '{name} and {ext} of a file that may end in a dot',
    [removing('a', { suffix: ['.jpg', '.'] }, '{dir}{name}-1.{ext}')],
    { expected: 'a key of its own for every source', says: ['a file with a dot at its end'] },
  ],
  [
    '{name} and {ext} with nothing certain in between',
    [removing('a', { suffix: ['.jpg'] }, '{dir}{name}-{ext}')],
    { expected: 'a key of its own for every source', says: ['where one variable ends'] },
  ],
  [
    'several buckets saved to one',
    [removing('a', { bucket: ['aaa', 'bbb'] }, 'x/{key}')],
    {
      expected: 'a key of its own for every source',
      says: [
        'does not tell which bucket of the rule a target is from: both can save to oss://out where keys start with "x/" and',
        '\noss://aaa/photo.jpg and oss://bbb/photo.jpg would both be saved as oss://out/x/photo.jpg',
        'put {bucket} and a "/" before the key, or leave "to.bucket" out',
      ],
    },
  ],
  [
    'several buckets, and {bucket} runs into the key',
    [removing('a', { bucket: ['aaa', 'aaa-b'] }, '{bucket}-{key}')],
    {
      expected: 'a key of its own for every source',
      says: ['oss://aaa/b-photo.jpg and oss://aaa-b/photo.jpg would both be saved as oss://out/aaa-b-photo.jpg'],
    },
  ],
  [
    'another output of the same rule',
    [removing('a', {}, '{key}.webp', 'wm/{key}')],
    {
      path: 'rules[0].outputs[1].to.key',
      expected: 'a target that no other output can have',
      says: [
        'outputs[1] "wm/{key}" of rule "a", which removes derivatives (onDelete), can have a target of outputs[0] "{key}.webp" of rule "a" (rules[0])',
        'give one of them a bucket, a folder or an ending of its own',
      ],
    },
  ],
  [
    'two templates of one rule that say the same where there is an extension',
    [removing('a', { suffix: ['.jpg'] }, '{key}', '{dir}{name}.{ext}')],
    {
      path: 'rules[0].outputs[1].to.key',
      expected: 'a target that no other output can have',
      says: ['oss://photos/photo.jpg could be saved by both as oss://out/photo.jpg'],
    },
  ],
  [
    'another rule that removes',
    [removing('a', { bucket: 'aaa' }, '{key}'), removing('b', { bucket: 'bbb', prefix: 'in/' }, '{key}')],
    {
      path: 'rules[1].outputs[0].to.key',
      expected: 'a target that no other output can have',
      says: ['oss://bbb/in/photo.jpg and oss://aaa/in/photo.jpg could both be saved as oss://out/in/photo.jpg'],
    },
  ],
  [
    'a rule that keeps, whatever its template loses',
    [keeping('k', { bucket: 'more' }, '{name}.webp'), removing('a', { prefix: 'in/' }, '{key}.webp')],
    {
      path: 'rules[1].outputs[0].to.key',
      expected: 'a target that no other output can have',
      says: ['can have a target of outputs[0] "{name}.webp" of rule "k" (rules[0])'],
    },
  ],
  [
    'a rule that keeps what it makes of the same sources',
    [removing('big', { size: { min: 1000 } }, '{key}.webp'), keeping('all', {}, '{key}.webp')],
    { expected: 'a target that no other output can have', says: ['or let rule "all" remove its derivatives too'] },
  ],
  [
    'the same source bucket as its target, another as its',
    [
      removing('a', { bucket: 'aaa', prefix: 'in/' }, { key: 'out/{key}' }),
      keeping('b', { bucket: 'bbb' }, { bucket: 'aaa', key: 'out/{file}' }),
    ],
    { expected: 'a target that no other output can have', says: ['oss://aaa'] },
  ],
  [
    'targets that differ in case only at their end (more than need be)',
    [removing('a', {}, '{key}.webp', '{key}.WEBP')],
    { path: 'rules[0].outputs[1].to.key', expected: 'a target that no other output can have', says: ['".webp"'] },
  ],
];

describe('refused', () => {
  it.each(traps)('%s', (_, rules, { path = keyPath, expected, says }, where = journal) => {
    const issues = issuesOf({ journal: where, rules });
    expect(issues.map((issue) => [issue.path, issue.expected])).toEqual([[path, expected]]);
    for (const words of says) expect(textsOf(issues[0])).toContain(words);
  });

  it('and the same rules are fine when they keep everything', () => {
    for (const [, rules, , where = journal] of traps) {
      const kept = rules.map(({ onDelete: _, ...rule }) => rule);
      expect(issuesOf({ journal: where, rules: kept })).toEqual([]);
    }
  });

  it('all mistakes at once, beside those of other kinds', () => {
    const rules = [
      removing('a', {}, '{year}/{file}', '{key}', '{dir}{name}'),
      removing('b', { bucket: ['bbb', 'ccc'] }, { bucket: 'out2', key: '{key}' }),
      keeping('c', {}, { key: '{key}.webp' }),
    ];
    expect(issuesOf({ journal, rules }).map((issue) => [issue.path, issue.expected])).toEqual([
      ['rules[2].outputs[0].to.key', 'a target that no rule listens to'],
      [keyPath, 'a key that the name of the source alone decides'],
      [keyPath, 'a key of its own for every source'],
      ['rules[0].outputs[2].to.key', 'a key of its own for every source'],
      ['rules[0].outputs[1].to.key', 'a target that no other output can have'],
      ['rules[0].outputs[2].to.key', 'a target that no other output can have'],
      ['rules[1].outputs[0].to.key', 'a key of its own for every source'],
    ]);
  });

  it('a bounded number of issues, and never acceptance', () => {
    const many = (key: string) => Array.from({ length: 3000 }, (_, index) => removing(`r${index}`, {}, key));
    expect(issuesOf({ journal, rules: many('{dir}{name}.webp') })).toHaveLength(50);
    expect(issuesOf({ journal, rules: many('{rule}{key}') })).toHaveLength(50);
  });

  it('more combinations than are multiplied out: refused once, not skipped', () => {
    const words = (word: string) => Array.from({ length: 100 }, (_, index) => `${word}${index}`);
    const keys = Array.from({ length: 26 }, (_, index) => `${index}/{key}`);
    const when = { prefix: words('in/'), suffix: words('.s') };
    expect(issuesOf({ journal, rules: [removing('a', when, ...keys), removing('b', when, ...keys)] })).toMatchObject([
      { path: 'rules', expected: 'at most 500000 combinations of output, bucket, prefix and suffix' },
    ]);
  });
});

describe('accepted: near misses', () => {
  const fine: [string, RuleInput[], ConfigInput['journal']?][] = [
    ['{key} within text', [removing('a', {}, 'x/{key}.webp')]],
    ['{dir} and {file} around text', [removing('a', {}, '{dir}x-{file}.webp')]],
    ['{name} and {ext} around a dot, with a suffix', [removing('a', { suffix: ['.jpg'] }, '{dir}{name}-1.{ext}')]],
    ['several buckets, {bucket} and a slash', [removing('a', { bucket: ['aaa', 'aaa-b'] }, '{bucket}/{key}')]],
    [
      'several buckets, each its own target',
      [removing('a', { bucket: ['aaa', 'bbb'], prefix: 'in/' }, { key: 'x/{key}' })],
    ],
    ['outputs with endings of their own', [removing('a', {}, '{key}.128.webp', '{key}.512.webp')]],
    ['outputs with folders of their own', [removing('a', {}, 's/{key}', 'm/{key}', '{bucket}/{key}')]],
    ['outputs with buckets of their own', [removing('a', {}, '{key}', { bucket: 'out2', key: '{key}' })]],
    ['what the suffix tells apart', [removing('a', { suffix: ['.jpg'] }, '{key}.webp', 'wm/{key}')]],
    [
      'two rules that remove the same of every source that both take',
      [removing('a', { prefix: 'in/vip/' }, '{key}.webp'), removing('b', { prefix: 'in/' }, '{dir}{file}.webp')],
    ],
    [
      'a later rule that an earlier one shadows for some sizes',
      [removing('small', { size: { max: 1000 } }, 's/{key}'), removing('all', {}, 'b/{key}')],
    ],
    ['… and keeps', [removing('small', { size: { max: 1000 } }, 's/{key}'), keeping('all', {}, 'b/{year}/{name}')]],
    [
      'rules that keep may share',
      [removing('a', {}, 'a/{key}'), keeping('b', {}, 'b/{name}'), keeping('c', {}, 'b/{file}')],
    ],
  ];
  it.each(fine)('%s', (_, rules, where = journal) => {
    expect(issuesOf({ journal: where, rules })).toEqual([]);
    // The naive function finds nothing either.
    expect(contested({ journal: where, rules })).toBeUndefined();
  });
});

it('whatever is accepted removes only what is its own, and a tenth to nine tenths are', () => {
  expectNoForeignRemovals(500);
});

// What would be accepted if one check were left out: the simulation finds what that check is for.
describe('the property notices when a check is missing', () => {
  const refused = fc
    .sample(removingConfigs, { numRuns: 800, seed: 3 })
    .map((config) => ({ config, kinds: new Set(issuesOf(config).map(({ expected }) => expected)) }));
  it.each([
    'a key of its own for every source',
    'a target that no other output can have',
    'a target that holds nothing of the function itself',
  ])('%s', (expected) => {
    const onlyBy = refused.filter(({ kinds }) => kinds.size === 1 && kinds.has(expected));
    expect(onlyBy.some(({ config }) => contested(config) !== undefined)).toBe(true);
  });
});
