import { describe, expect, it } from 'vitest';
import { ConfigError } from '../../src/rules/config-error.js';
import { loadConfig } from '../../src/rules/load.js';
import { defineConfig, env } from '../../src/rules/schema.js';

const style = 'image/resize,w_100';
const journal = { bucket: 'journal', prefix: 'autostyle/' };
const to = { bucket: 'out', key: '{key}.webp' };
const rule = { name: 'a', when: { bucket: 'photos' }, outputs: [{ style, to }] };

function refusal(config: unknown, environment = {}): ConfigError {
  try {
    loadConfig(config, environment);
  } catch (error) {
    if (error instanceof ConfigError) return error;
    throw error;
  }
  throw new Error('was accepted');
}

describe('what it gives', () => {
  it('the rules with every default in place, lists without repeats, suffixes in lower case, frozen throughout', () => {
    const config = loadConfig(
      {
        journal,
        rules: [
          { ...rule, when: { bucket: 'other' } },
          {
            name: 'b',
            when: {
              bucket: ['photos', { env: 'MORE', default: 'more' }, 'photos'],
              prefix: ['in/', { env: 'IN' }],
              suffix: ['.JPG', '.jpg', '.É'],
              exclude: ['in/raw/'],
              size: { max: 5 },
            },
            outputs: [{ style: 'style/small', to: { key: 'out/{dir}{name}' } }],
          },
        ],
      },
      { IN: 'in/' },
    );
    expect(config).toEqual({
      journal,
      rules: [
        {
          name: 'a',
          when: { buckets: ['other'], prefixes: [''], suffixes: [], excludes: [] },
          outputs: [{ style, bucket: 'out', key: { text: '{key}.webp', parts: [{ variable: 'key' }, '.webp'] } }],
        },
        {
          name: 'b',
          when: {
            buckets: ['photos', 'more'],
            prefixes: ['in/'],
            suffixes: ['.jpg', '.É'],
            excludes: ['in/raw/'],
            size: { max: 5 },
          },
          outputs: [
            {
              style: 'style/small',
              key: { text: 'out/{dir}{name}', parts: ['out/', { variable: 'dir' }, { variable: 'name' }] },
            },
          ],
        },
      ],
    });
    expect(thawed(config)).toEqual([]);
  });

  it('onDelete where it was written, and no such key elsewhere', () => {
    const rules = [rule, { ...rule, name: 'b', when: { bucket: 'other' }, onDelete: 'remove' }] as const;
    const away = { style, to: { bucket: 'out2', key: '{key}' } };
    const loaded = loadConfig({ journal, rules: [rules[0], { ...rules[1], outputs: [away] }] }, {}).rules;
    expect(loaded.map((one) => ('onDelete' in one ? one.onDelete : 'absent'))).toEqual(['absent', 'remove']);
  });

  it('no rules is a configuration that does nothing', () => {
    expect(loadConfig({ journal: 'throw', rules: [] }, {})).toEqual({ journal: 'throw', rules: [] });
  });

  it('defineConfig gives back what it was given, and env() is what JSON would say', () => {
    const input = { journal: 'throw', rules: [] } as const;
    expect(defineConfig(input)).toBe(input);
    expect(JSON.parse(JSON.stringify([env('A'), env('B', 'b')]))).toEqual([{ env: 'A' }, { env: 'B', default: 'b' }]);
  });
});

describe('what it refuses', () => {
  it('all mistakes at once, each with path, value and expectation', () => {
    const error = refusal({
      journal: { bucket: 'Journal', prefix: '/x' },
      extra: 1,
      rules: [
        { name: 'a b', when: { bucket: 'photos', sufix: ['.jpg'] }, outputs: [] },
        { ...rule, outputs: [{ style: 'image/info|sys/saveas', to: { key: '{keyy}' } }] },
      ],
    });
    expect(error.name).toBe('ConfigError');
    expect(error.code).toBe('ConfigInvalid');
    expect(error.issues.map(({ path, value }) => [path, value])).toEqual([
      ['journal.bucket', '"Journal"'],
      ['journal.prefix', '"/x"'],
      ['extra', '"extra"'],
      ['rules[0].name', '"a b"'],
      ['rules[0].when.sufix', '"sufix"'],
      ['rules[0].outputs', 'a list of 0'],
      ['rules[1].outputs[0].style', '"image/info|sys/saveas"'],
      ['rules[1].outputs[0].to.key', '"{keyy}"'],
    ]);
    expect(error.message.split('\n')).toHaveLength(9);
    for (const { path, expected, message } of error.issues) {
      expect(error.message).toContain(`\n  ${path}: ${message}`);
      expect(message).toContain(expected);
    }
  });

  it('a name used twice, naming the first', () => {
    expect(refusal({ journal, rules: [rule, { ...rule, name: 'b' }, rule] }).issues).toMatchObject([
      { path: 'rules[2].name', value: '"a"', expected: 'a name of its own (rules[0] has this one)' },
    ]);
  });

  const same: [string, object, object][] = [
    ['the same text', { bucket: 'out', key: 'x/{file}' }, { bucket: 'out', key: 'x/{file}' }],
    ['source bucket, named or not', { key: 'x' }, { bucket: 'photos', key: 'x' }],
    ['{rule} and the rule', { bucket: 'out', key: '{rule}/x' }, { bucket: 'out', key: 'a/x' }],
    ['{bucket} and the bucket', { bucket: 'out', key: '{bucket}/x' }, { bucket: 'out', key: 'photos/x' }],
    ['{key} and {dir}{file}', { bucket: 'out', key: 'x/{key}' }, { bucket: 'out', key: 'x/{dir}{file}' }],
    ['equal by environment', { bucket: 'out', key: 'x' }, { bucket: { env: 'NONE', default: 'out' }, key: 'x' }],
  ];
  it.each(same)('two outputs with one target: %s', (_, one, other) => {
    const outputs = [one, { bucket: 'out', key: 'between' }, other].map((to) => ({ style, to }));
    const { issues } = refusal({ journal, rules: [{ ...rule, when: { bucket: 'photos', prefix: 'in/' }, outputs }] });
    expect(issues).toMatchObject([
      { path: 'rules[0].outputs[2].to', expected: 'a target of its own (outputs[0] of this rule has this one)' },
    ]);
  });

  it('not: equal keys in different buckets, or equal targets of different rules', () => {
    const outputs = [
      { style, to: { bucket: 'out', key: 'x' } },
      { style, to: { bucket: 'out2', key: 'x' } },
    ];
    const config = {
      journal,
      rules: [
        { ...rule, outputs },
        { ...rule, name: 'b', outputs },
      ],
    };
    expect(loadConfig(config, {}).rules).toHaveLength(2);
  });

  it('a rule with more combinations than can be proved and matched quickly', () => {
    const names = (word: string, count: number) => Array.from({ length: count }, (_, index) => `${word}${index}`);
    const when = { bucket: names('bucket-', 100), prefix: names('p', 100), suffix: names('.s', 2) };
    expect(refusal({ journal, rules: [{ ...rule, when }] }).issues).toMatchObject([
      { path: 'rules[0].when', value: '20000' },
    ]);
  });

  it('more mistakes than anyone reads: the message ends, the refusal does not', () => {
    const rules = Array.from({ length: 9000 }, () => ({ name: '', wrong: 1 }));
    const error = refusal({ journal, rules });
    expect(error.issues).toHaveLength(200);
    expect(error.message.split('\n')).toHaveLength(52);
    expect(error.message).toMatch(/… and 150 more$/);
  });

  it('more than 10,000 rules', () => {
    const rules = Array.from({ length: 10_001 }, (_, index) => ({ ...rule, name: `r${index}` }));
    expect(refusal({ journal, rules }).issues).toMatchObject([{ path: 'rules', expected: 'at most 10000 rules' }]);
    expect(loadConfig({ journal, rules: rules.slice(1) }, {}).rules).toHaveLength(10_000);
  });
});

function thawed(value: unknown, path = 'config'): string[] {
  if (typeof value !== 'object' || value === null) return [];
  const inner = Object.entries(value).flatMap(([key, item]) => thawed(item, `${path}.${key}`));
  return Object.isFrozen(value) ? inner : [path, ...inner];
}
