import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ConfigError } from '../../src/rules/config-error.js';
import { loadConfig } from '../../src/rules/load.js';
import type { Config } from '../../src/rules/rule.js';
import { type ConfigInput, env, type RuleInput } from '../../src/rules/schema.js';
import { expectNoLoops, issuesOf, textsOf } from './proofs.js';
import { configs, secondGeneration, startedByRecord, startedBySave } from './simulation.js';

type When = Partial<RuleInput['when']>;
const journal = { bucket: 'journal', prefix: 'autostyle/' };
const style = 'image/resize,w_100';

function rule(name: string, when: When, ...keys: (string | { bucket: string; key: string })[]): RuleInput {
  const outputs = keys.map((to) => ({ style, to: typeof to === 'string' ? { key: to } : to }));
  return { name, when: { bucket: 'photos', ...when }, outputs };
}

describe('refused: what it says of the output and of the rule it would start', () => {
  const traps: [string, RuleInput[], { path: string; says: string[] }, ConfigInput['journal']?][] = [
    [
      'the same bucket, every key',
      [rule('all', {}, 'thumbs/{key}')],
      {
        path: 'rules[0].outputs[0].to.key',
        says: [
          'outputs[0] "thumbs/{key}" of rule "all" could start rule "all" (rules[0])',
          'it can save to oss://photos where keys start with "thumbs/" and end with ""; save to',
          '\noss://photos/photo.jpg would be saved as oss://photos/thumbs/photo.jpg',
          'save to a bucket that no rule listens to',
        ],
      },
    ],
    [
      'an empty prefix',
      [rule('all', { prefix: '', suffix: ['.jpg'] }, { bucket: 'photos', key: 'out/{name}.jpg' })],
      {
        path: 'rules[0].outputs[0].to.key',
        says: ['oss://photos/photo.jpg would be saved as oss://photos/out/photo.jpg'],
      },
    ],
    [
      'a nested prefix: the target lies below the source',
      [rule('in', { prefix: 'in/' }, { bucket: 'out', key: 'ok' }, 'in/small/{file}')],
      { path: 'rules[0].outputs[1].to.key', says: ['outputs[1] "in/small/{file}"', 'in/photo.jpg would be saved as'] },
    ],
    [
      'a nested prefix: the source lies below the target',
      [rule('in', { prefix: 'pub/in/' }, 'pub/{file}'), rule('x', { bucket: 'other' }, { bucket: 'out', key: 'x' })],
      { path: 'rules[0].outputs[0].to.key', says: ['could start rule "in" (rules[0])', 'start with "pub/"'] },
    ],
    [
      'a prefix without "/" matches img.jpg, whose {dir} is empty',
      [rule('img', { prefix: 'img' }, '{dir}img-small.jpg')],
      { path: 'rules[0].outputs[0].to.key', says: ['would be saved as oss://photos/img-small.jpg'] },
    ],
    [
      'an empty {dir} lets {name} lead back',
      [rule('img', { prefix: 'img', suffix: ['.jpg'] }, '{dir}{name}.small.jpg')],
      {
        path: 'rules[0].outputs[0].to.key',
        says: ['oss://photos/imgphoto.jpg would be saved as oss://photos/imgphoto.small.jpg'],
      },
    ],
    [
      'two rules feeding each other',
      [
        rule('a', { bucket: 'aaa', prefix: 'x/' }, { bucket: 'bbb', key: 'y/{file}' }),
        rule('b', { bucket: 'bbb', prefix: 'y/' }, { bucket: 'aaa', key: 'x/{file}' }),
      ],
      {
        path: 'rules[0].outputs[0].to.key',
        says: ['of rule "a" could start rule "b" (rules[1])', 'oss://bbb/y/photo.jpg'],
      },
    ],
    [
      'a chain over three buckets that never closes',
      [
        rule('a', { bucket: 'aaa' }, { bucket: 'bbb', key: '{key}' }),
        rule('b', { bucket: 'bbb' }, { bucket: 'ccc', key: '{key}' }),
        rule('c', { bucket: 'ccc' }, { bucket: 'ddd', key: '{key}' }),
      ],
      { path: 'rules[1].outputs[0].to.key', says: ['of rule "b" could start rule "c" (rules[2])'] },
    ],
    [
      'suffixes differ in case only',
      [rule('jpg', { suffix: ['.jpg'] }, '{name}.JPG')],
      { path: 'rules[0].outputs[0].to.key', says: ['oss://photos/photo.jpg would be saved as oss://photos/photo.JPG'] },
    ],
    [
      'the uploader chooses {ext}',
      [
        rule('png', { suffix: ['.png'] }, { bucket: 'aaa', key: 'x.{ext}' }),
        rule('jpg', { bucket: 'aaa', suffix: ['.jpg'] }, { bucket: 'out', key: 'x' }),
      ],
      {
        path: 'rules[0].outputs[0].to.key',
        says: ['could start rule "jpg" (rules[1])', 'start with "x." and end with ""'],
      },
    ],
    [
      '{key} brings the prefix and the suffix along',
      [
        rule('raw', { prefix: 'raw/', suffix: ['.png'] }, { bucket: 'aaa', key: '{key}' }),
        rule('b', { bucket: 'aaa', prefix: 'raw/', suffix: ['.png'] }, { bucket: 'out', key: 'x' }),
      ],
      {
        path: 'rules[0].outputs[0].to.key',
        says: ['oss://photos/raw/photo.png would be saved as oss://aaa/raw/photo.png'],
      },
    ],
    [
      'excluded is another folder',
      [rule('all', { exclude: ['out/small/'] }, 'out/{file}')],
      {
        path: 'rules[0].outputs[0].to.key',
        says: ['oss://photos/photo.jpg would be saved as oss://photos/out/photo.jpg'],
      },
    ],
    [
      'excluded by one rule and not by the other',
      [
        rule('one', { prefix: 'a/', exclude: ['out/'] }, 'out/{file}'),
        rule('two', { suffix: ['.jpg'] }, { bucket: 'zzz', key: 'x' }),
      ],
      { path: 'rules[0].outputs[0].to.key', says: ['could start rule "two" (rules[1])'] },
    ],
    [
      'a size that the derivative may well have',
      [rule('big', { prefix: 'in', size: { min: 1_000_000 } }, 'in/small.jpg')],
      { path: 'rules[0].outputs[0].to.key', says: ['could start rule "big"'] },
    ],
    [
      'the journal inside a source',
      [rule('all', { bucket: 'photos' }, { bucket: 'out', key: '{key}' })],
      {
        path: 'journal',
        says: ['the journal writes to oss://photos', 'could start rule "all" (rules[0])', 'a bucket of its own'],
      },
      { bucket: 'photos', prefix: 'autostyle/' },
    ],
    [
      'the journal above a source',
      [rule('json', { prefix: 'autostyle/failed/', suffix: ['.JSON'] }, { bucket: 'out', key: '{key}' })],
      { path: 'journal', says: ['could start rule "json"'] },
      { bucket: 'photos', prefix: '' },
    ],
  ];

  it.each(traps)('%s', (_, rules, { path, says }, where = journal) => {
    const issues = issuesOf({ journal: where, rules });
    const issue = issues.find((one) => one.path === path);
    expect(issues.map((one) => one.path)).toContain(path);
    for (const words of says) expect(textsOf(issue)).toContain(words);
  });

  it('buckets that are equal only in this environment', () => {
    const rules = [
      {
        name: 'avatars',
        when: { bucket: env('SOURCE', 'photos') },
        outputs: [{ style, to: { bucket: env('TARGET', 'out'), key: '{key}' } }],
      },
    ];
    expect(issuesOf({ journal, rules })).toEqual([]);
    const issues = issuesOf({ journal, rules }, { SOURCE: 'shared', TARGET: 'shared' });
    expect(issues).toMatchObject([{ path: 'rules[0].outputs[0].to.key' }]);
    expect(textsOf(issues[0])).toContain('oss://shared/photo.jpg would be saved as oss://shared/photo.jpg');
  });

  it('every output concerned is named', () => {
    const rules = [
      rule('a', {}, 'x/{file}', { bucket: 'out', key: 'fine' }, '{key}.webp'),
      rule('b', {}, { bucket: 'out', key: 'x' }),
    ];
    const issues = issuesOf({ journal, rules });
    expect(issues.map(({ path }) => path)).toEqual(['rules[0].outputs[0].to.key', 'rules[0].outputs[2].to.key']);
  });

  it('a bounded number of issues, and never acceptance', () => {
    const rules = Array.from({ length: 300 }, (_, index) => rule(`r${index}`, {}, `${index}/{key}`));
    expect(issuesOf({ journal, rules })).toHaveLength(50);
  });
});

it('more combinations than are multiplied out: refused, not skipped', () => {
  const words = (word: string) => Array.from({ length: 100 }, (_, index) => `${word}${index}`);
  const when = { prefix: words('in/'), suffix: words('.s') };
  const keys = Array.from({ length: 26 }, (_, index) => `out/${index}/{key}`);
  expect(issuesOf({ journal, rules: [rule('a', when, ...keys), rule('b', when, ...keys)] })).toMatchObject([
    { path: 'rules', expected: 'at most 500000 combinations of output, bucket, prefix and suffix' },
  ]);
});

describe('accepted: near misses', () => {
  const fine: [string, RuleInput[], ConfigInput['journal']?][] = [
    ['another bucket', [rule('a', {}, { bucket: 'out', key: '{key}' })]],
    ['a sibling folder', [rule('a', { prefix: 'in/' }, 'out/{key}')]],
    ['a folder whose name begins alike', [rule('a', { prefix: 'img/' }, 'img-small/{file}')]],
    ['the target is excluded', [rule('a', { exclude: ['thumbs/'] }, 'thumbs/{key}')]],
    ['the target is excluded by a shorter prefix', [rule('a', { exclude: ['thumb'] }, 'thumbs/{key}')]],
    ['a rule whose own prefix is excluded matches nothing', [rule('a', { prefix: 'x/', exclude: ['x/'] }, '{file}')]],
    ['another suffix', [rule('a', { suffix: ['.jpg'] }, '{key}.webp')]],
    [
      '{dir} of a prefix with "/" stays below it',
      [
        rule('a', { prefix: 'in/' }, { bucket: 'aaa', key: '{dir}{name}' }),
        rule('b', { bucket: 'aaa', prefix: 'out/' }, { bucket: 'out', key: 'x' }),
      ],
    ],
    [
      '{key} keeps the prefix',
      [
        rule('a', { prefix: 'in/' }, { bucket: 'aaa', key: '{key}' }),
        rule('b', { bucket: 'aaa', prefix: 'out/' }, { bucket: 'out', key: 'x' }),
      ],
    ],
    [
      '{file} keeps the suffix',
      [
        rule('a', { suffix: ['.png'] }, { bucket: 'aaa', key: 'x/{file}' }),
        rule('b', { bucket: 'aaa', suffix: ['.jpg'] }, { bucket: 'out', key: 'x' }),
      ],
    ],
    [
      '{bucket} and {rule} are known',
      [
        rule('a', { prefix: 'in/' }, '{bucket}/{rule}/{key}'),
        rule('b', { prefix: 'photos/b/' }, { bucket: 'out', key: 'x' }),
      ],
    ],
    ['prefixes are compared with case', [rule('a', { prefix: 'in/' }, 'IN/{file}')]],
    [
      'the journal is excluded',
      [rule('a', { exclude: ['autostyle/'] }, { bucket: 'out', key: 'x' })],
      { bucket: 'photos', prefix: 'autostyle/' },
    ],
    [
      'the journal has another suffix',
      [rule('a', { suffix: ['.jpg'] }, { bucket: 'out', key: 'x' })],
      { bucket: 'photos', prefix: '' },
    ],
    ['no journal', [rule('a', {}, { bucket: 'out', key: 'x' })], 'throw'],
  ];
  it.each(fine)('%s', (_, rules, where = journal) => {
    expect(issuesOf({ journal: where, rules })).toEqual([]);
  });
});

describe('rules from CONFIG_URI, held against the deployed ones', () => {
  const deployed = loadConfig(
    { journal, rules: [rule('in', { prefix: 'in/', exclude: ['in/raw/'] }, 'out/{file}')] },
    {},
  );
  const underIt = (rules: RuleInput[], where: ConfigInput['journal'] = journal) =>
    issuesOf({ journal: where, rules }, {}, { envelope: deployed });

  it('what they save must not start a deployed rule', () => {
    const issues = underIt([rule('swapped', { prefix: 'out/' }, 'in/{file}')]);
    expect(issues).toMatchObject([{ path: 'rules[0].outputs[0].to.key' }]);
    expect(issues[0]?.message).toContain('could start the deployed rule "in" (rules[0])');
  });

  it('nor must their journal', () => {
    const issues = underIt([], { bucket: 'photos', prefix: 'in/' });
    expect(issues).toMatchObject([{ path: 'journal' }]);
    expect(issues[0]?.message).toContain('could start the deployed rule "in"');
  });

  it('what only their own rules ask for is nothing that they match', () => {
    expect(underIt([rule('out', { prefix: 'out/' }, 'out/{key}')])).toEqual([]);
    expect(underIt([rule('in', { prefix: 'in/' }, 'in/raw/{file}')])).toEqual([]);
  });
});

it('whatever is accepted ends after the first generation, and a tenth to nine tenths are', () => {
  expectNoLoops(1_000);
});

describe('of random configurations', () => {
  const sample = fc.sample(configs, 1000).map((config) => ({ config, loaded: loadedOf(config) }));

  it('the simulation finds the loop in most that are refused', () => {
    const refused = sample.filter(({ loaded }) => loaded === undefined);
    const shown = refused.filter(({ config }) => secondGeneration(config) !== undefined);
    expect(shown.length).toBeGreaterThan(refused.length / 2);
  });

  it('nothing that is accepted under others saves what those listen to', () => {
    const deployed = sample.flatMap(({ config, loaded }) => (loaded === undefined ? [] : [{ config, loaded }]));
    let accepted = 0;
    for (const [index, { config }] of sample.entries()) {
      const under = deployed[index % deployed.length];
      if (under === undefined || issuesOf(config, {}, { envelope: under.loaded }).length > 0) continue;
      accepted += 1;
      const { rules } = under.config;
      const found = startedByRecord(config, rules) ?? startedBySave(config.rules, rules);
      expect(found && { found, config, deployed: under.config }).toBeUndefined();
    }
    expect(accepted).toBeGreaterThan(100);
  });
});

function loadedOf(config: ConfigInput): Config | undefined {
  try {
    return loadConfig(config, {});
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    return undefined;
  }
}
