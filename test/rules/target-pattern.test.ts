import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { loadConfig } from '../../src/rules/load.js';
import type { Config, Output, Rule } from '../../src/rules/rule.js';
import type { ConfigInput, RuleInput } from '../../src/rules/schema.js';
import { foldCase, journalPattern, type TargetPattern, targetPatterns } from '../../src/rules/target-pattern.js';
import type { Variable } from '../../src/rules/template.js';
import { accepts, configs, endsWithAnyCase, naive, type Obj, recordsOf, savesOf, uploadsFor } from './simulation.js';

// Loaded rule by rule without the proof of loops: each rule listens to a bucket that nothing is saved to.
function ruleOf(when: Partial<RuleInput['when']>, key: string, bucket?: string): Rule {
  const input = {
    journal: 'throw',
    rules: [
      {
        name: 'r',
        when: { bucket: 'src', ...when },
        outputs: [{ style: 'image/info', to: { bucket: bucket ?? 'out', key } }],
      },
    ],
  };
  const [rule] = loadConfig(input, {}).rules;
  if (rule === undefined) throw new Error('no rule');
  return rule;
}

const reachesOf = (rule: Rule): TargetPattern[] => rule.outputs.flatMap((output) => targetPatterns(output, rule));

describe('what a template forces', () => {
  const at = (prefix: string, suffix: string) => ({ bucket: 'out', prefix, suffix });
  const table: [string, Partial<RuleInput['when']>, TargetPattern[]][] = [
    ['x/{key}', { prefix: 'in/', suffix: ['.JPG', '.png'] }, [at('x/in/', '.jpg'), at('x/in/', '.png')]],
    [
      '{key}.webp',
      { prefix: ['a/', 'b/'], suffix: ['.jpg', '.png'] },
      ['a/', 'b/'].flatMap((prefix) => [at(prefix, '.jpg.webp'), at(prefix, '.png.webp')]),
    ],
    ['{dir}x', { prefix: 'img' }, [at('', 'x')]],
    ['{dir}x', { prefix: 'a/img' }, [at('a/', 'x')]],
    ['{dir}x', { prefix: ['a/i', 'a/j'] }, [at('a/', 'x')]],
    ['x/{file}', { prefix: 'in/', suffix: ['a/B.jpg'] }, [at('x/', 'b.jpg')]],
    ['{name}.{ext}', { prefix: 'in/', suffix: ['.jpg'] }, [at('', '')]],
    ['x{name}Y', { prefix: 'in/' }, [at('x', 'y')]],
    ['{bucket}/{rule}/{etag}-{bucket}', { prefix: 'in/' }, [at('src/r/', '-src')]],
    ['{year}/{key}/{day}', { prefix: 'in/' }, [at('', '')]],
    ['fixed.WEBP', {}, [at('fixed.WEBP', 'fixed.webp')]],
    ['É.jpg', {}, [at('É.jpg', 'É.jpg')]],
  ];
  it.each(table)('%s', (key, when, expected) => {
    expect(reachesOf(ruleOf(when, key))).toEqual(expected);
  });

  it('without a target bucket: each source bucket', () => {
    const when = { bucket: ['src', 'two'] };
    const [output] = ruleOf(when, '{bucket}/x').outputs;
    const rule = ruleOf(when, '{bucket}/x');
    if (output === undefined) throw new Error('no output');
    const { bucket: _, ...open } = output;
    expect(targetPatterns(open, rule)).toEqual([
      { bucket: 'src', prefix: 'src/x', suffix: 'src/x' },
      { bucket: 'two', prefix: 'two/x', suffix: 'two/x' },
    ]);
    expect(reachesOf(ruleOf(when, 'x'))).toEqual([at('x', 'x')]);
  });

  it('the journal: its prefix, and .json', () => {
    const config: Config = { journal: { bucket: 'j', prefix: 'a/' }, rules: [] };
    expect(journalPattern(config)).toEqual([{ bucket: 'j', prefix: 'a/', suffix: '.json' }]);
    expect(journalPattern({ journal: 'throw', rules: [] })).toEqual([]);
  });

  it('folds ASCII letters and no others', () => {
    expect(foldCase('.JPG-É-\u212a-İ')).toBe('.jpg-É-\u212a-İ');
  });
});

const holds = (reaches: readonly TargetPattern[], { bucket, key }: Obj) =>
  reaches.some((one) => one.bucket === bucket && key.startsWith(one.prefix) && endsWithAnyCase(key, one.suffix));

/** The first saved object that lies in no reach. */
function outside(config: ConfigInput, reachOf: typeof targetPatterns): Obj | undefined {
  for (const made of config.rules) {
    const plain = naive(made);
    const rule = shapeOf(made);
    const reaches = rule.outputs.map((output) => reachOf(output, rule));
    for (const upload of uploadsFor(plain, [plain])) {
      if (!accepts(plain, upload)) continue;
      for (const [index, saved] of savesOf(plain, upload).entries())
        if (!holds(reaches[index] ?? [], saved)) return saved;
    }
  }
  return undefined;
}

// The rule as loadConfig makes it, whatever it could start: its sources are renamed while it is loaded, and each output
// is loaded by itself, since two of them may have the same target.
function shapeOf(made: RuleInput): Rule {
  const { buckets } = naive(made);
  const away = { ...made, when: { ...made.when, bucket: buckets.map((bucket) => `source-${bucket}`) } };
  const rules = made.outputs.flatMap(({ style, to }) => {
    const outputs = [{ style, to: { key: to.key, bucket: to.bucket ?? 'same' } }];
    return loadConfig({ journal: 'throw', rules: [{ ...away, outputs }] }, {}).rules;
  });
  const [rule] = rules;
  if (rule === undefined) throw new Error('no rule');
  const restored = rules.flatMap(({ outputs }) =>
    outputs.map(({ bucket, ...output }) => (bucket === 'same' ? output : { ...output, ...(bucket && { bucket }) })),
  );
  return { ...rule, when: { ...rule.when, buckets }, outputs: restored };
}

it('every key that an output can produce lies in one of its target patterns', () => {
  fc.assert(
    fc.property(configs, (config) => {
      expect(outside(config, targetPatterns)).toBeUndefined();
    }),
    { numRuns: 500 },
  );
});

it('every record of the journal lies in its reach', () => {
  fc.assert(
    fc.property(configs, (config) => {
      const { journal } = config;
      const reaches = journalPattern({ journal: journal as Config['journal'], rules: [] });
      for (const record of recordsOf(config)) expect(holds(reaches, record)).toBe(true);
    }),
  );
});

describe('the property notices a reach that claims too little', () => {
  const swap = (from: Variable, to: Variable) => (output: Output, rule: Rule) => {
    const parts = output.key.parts.map((part) =>
      typeof part !== 'string' && part.variable === from ? { variable: to } : part,
    );
    return targetPatterns({ ...output, key: { ...output.key, parts } }, rule);
  };
  const broken: [string, typeof targetPatterns][] = [
    ['{dir} forces the whole prefix', swap('dir', 'key')],
    ['{ext} forces the suffix', swap('ext', 'file')],
    ['{name} forces the suffix', swap('name', 'file')],
    ['{file} forces the prefix', swap('file', 'key')],
    [
      'one prefix is forgotten',
      (output, rule) =>
        targetPatterns(output, { ...rule, when: { ...rule.when, prefixes: rule.when.prefixes.slice(0, 1) } }),
    ],
    [
      'one suffix is forgotten',
      (output, rule) =>
        targetPatterns(output, { ...rule, when: { ...rule.when, suffixes: rule.when.suffixes.slice(0, 1) } }),
    ],
    [
      'one bucket is forgotten',
      (output, rule) =>
        targetPatterns(output, { ...rule, when: { ...rule.when, buckets: rule.when.buckets.slice(0, 1) } }),
    ],
  ];
  const sample = fc.sample(configs, { numRuns: 500, seed: 2 });
  it.each(broken)('%s', (_, reachOf) => {
    expect(sample.some((config) => outside(config, reachOf) !== undefined)).toBe(true);
  });
});
