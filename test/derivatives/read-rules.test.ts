import { describe, expect, it } from 'vitest';
import { indexOf } from '../../src/derivatives/read-rules.js';
import { match } from '../../src/pipeline/match.js';
import { parseConfig } from '../../src/rules/parse.js';
import { image } from '../../src/style/builder.js';
import { shippedConfig } from '../support/shipped.js';

const output = { style: 'image/resize,w_1', to: { bucket: 'out', key: '{key}' } };
const rule = (over: object = {}) => ({ name: 'r', when: { bucket: 'photos' }, outputs: [output], ...over });
const when = (over: object) => ({ rules: [rule({ when: { bucket: 'photos', ...over } })] });
const to = (over: object) => ({ rules: [rule({ outputs: [{ ...output, to: { ...output.to, ...over } }] })] });
const style = (style: unknown) => ({ rules: [rule({ outputs: [{ ...output, style }] })] });

const messageOf = (config: unknown, environment = {}): string => {
  try {
    indexOf(config as object, environment);
    return 'read';
  } catch (error) {
    expect(error).toBeInstanceOf(TypeError);
    return (error as Error).message;
  }
};

describe('what is read', () => {
  it.each<[string, object]>([
    ['the shipped rules', shippedConfig],
    ['without a journal', { rules: [rule()] }],
    ['no rules', { rules: [] }],
    [
      'all fields',
      {
        journal: 'throw',
        rules: [
          rule({
            onDelete: 'remove',
            outputs: [{ ...output, headers: { 'Cache-Control': 'no-cache' }, tags: { a: 'b' } }],
          }),
        ],
      },
    ],
    ['all conditions', when({ prefix: ['a/', 'b/'], suffix: ['.JPG'], exclude: [], size: { min: 1, max: 5 } })],
    ['a builder', style(image().resize({ w: 1 }))],
    ['a frozen one', Object.freeze({ rules: Object.freeze([rule()]) })],
    ['one without a prototype', Object.assign(Object.create(null), { rules: [rule()] })],
  ])('%s', (_, config) => {
    expect(messageOf(config)).toBe('read');
    expect(parseConfig({ journal: 'throw', ...config }, {})).toHaveProperty('config');
  });
});

describe('what is refused, and where', () => {
  it.each<[unknown, string]>([
    [null, 'config: expected an object'],
    [[], 'config: expected an object'],
    ['{}', 'config: expected an object'],
    [{}, 'config.rules: expected a list'],
    [{ default: { rules: [] } }, 'config: expected the keys journal,rules, not "default"'],
    [{ rules: {} }, 'config.rules: expected a list'],
    [{ rules: [rule(), 5] }, 'config.rules[1]: expected an object'],
    // biome-ignore lint/suspicious/noSparseArray: as a configuration could have it
    [{ rules: [rule(), , rule()] }, 'config.rules[1]: expected an object'],
    [{ rules: [rule({ name: 5 })] }, 'config.rules[0].name: expected a string'],
    [
      { rules: [rule({ enabled: false })] },
      'config.rules[0]: expected the keys name,when,onDelete,outputs, not "enabled"',
    ],
    [JSON.parse('{"rules":[],"__proto__":{"rules":[]}}'), 'config: expected the keys journal,rules, not "__proto__"'],
    [{ rules: [rule({ outputs: [] })] }, 'config.rules[0].outputs: expected a list'],
    [
      when({ sufix: ['.jpg'] }),
      'config.rules[0].when: expected the keys bucket,prefix,suffix,exclude,size, not "sufix"',
    ],
    [when({ suffix: '.jpg' }), 'config.rules[0].when.suffix: expected a list'],
    [when({ suffix: [] }), 'config.rules[0].when.suffix: expected a list'],
    [when({ prefix: ['a', 5] }), 'config.rules[0].when.prefix[1]: expected an object'],
    [when({ prefix: { env: 5 } }), 'config.rules[0].when.prefix.env: expected a string'],
    [when({ prefix: { env: 'A', default: 5 } }), 'config.rules[0].when.prefix.default: expected a string'],
    [
      when({ prefix: { env: 'A', fallback: '' } }),
      'config.rules[0].when.prefix: expected the keys env,default, not "fallback"',
    ],
    [when({ prefix: { env: 'A' } }), 'config.rules[0].when.prefix: expected the variable A to be set, or a default'],
    [
      when({ prefix: { env: 'toString' } }),
      'config.rules[0].when.prefix: expected the variable toString to be set, or a default',
    ],
    [when({ size: { max: '5' } }), 'config.rules[0].when.size.max: expected a size in bytes'],
    [when({ size: 5 }), 'config.rules[0].when.size: expected an object'],
    [when({ bucket: 'a/b' }), 'config.rules[0].when.bucket: expected the name of a bucket'],
    [when({ bucket: [] }), 'config.rules[0].when.bucket: expected a list'],
    [to({ key: '{nme}' }), 'config.rules[0].outputs[0].to.key: expected a template, without {nme}'],
    [to({ key: 'a}' }), 'config.rules[0].outputs[0].to.key: expected a template, without }'],
    [to({ bucket: '' }), 'config.rules[0].outputs[0].to.bucket: expected the name of a bucket'],
    [style({}), 'config.rules[0].outputs[0].style: expected a string'],
    [style(['image/resize,w_1']), 'config.rules[0].outputs[0].style: expected a string'],
    [style(Object.create(null)), 'config.rules[0].outputs[0].style: expected a string'],
    [style(undefined), 'config.rules[0].outputs[0].style: expected a string'],
    [style('resize,w_1'), 'config.rules[0].outputs[0].style: expected a style: image/… or style/NAME'],
    [style(new Date(0)), 'config.rules[0].outputs[0].style: expected a style: image/… or style/NAME'],
  ])('%j', (config, message) => {
    expect(messageOf(config)).toBe(message);
  });

  it('a variable that holds no text', () => {
    const named = when({ prefix: { env: 'A' } });
    expect(messageOf(named, { A: 5 })).toBe('options.env.A: expected a string');
    expect(messageOf(named, { A: 'a/' })).toBe('read');
  });

  it('says nothing of what a variable holds', () => {
    expect(messageOf(when({ bucket: { env: 'A' } }), { A: 'Sesame!' })).not.toContain('Sesame');
  });

  it('a style that cannot be rendered, as the builder does', () => {
    const wrong = image().resize({ w: 0 });
    expect(() => indexOf(style(wrong), {})).toThrow(/resize/);
  });
});

describe('a second call', () => {
  it('reads nothing again', () => {
    let reads = 0;
    const config = {
      get rules() {
        reads += 1;
        return [rule({ when: { bucket: { env: 'B', default: 'photos' } } })];
      },
    };
    const first = indexOf(config, {});
    const readsOfOne = reads;
    expect(readsOfOne).toBeGreaterThan(0);
    expect([indexOf(config, {}), indexOf(config, { OTHER: 'x' })]).toEqual([first, first]);
    expect(reads).toBe(readsOfOne);
  });

  it('reads again where a variable that it names holds another text', () => {
    const config = { rules: [rule({ when: { bucket: { env: 'B', default: 'photos' } } })] };
    const takes = (bucket: string, environment: object) =>
      'rule' in match(indexOf(config, { ...environment }), { bucket, key: 'a.jpg' });
    expect([
      takes('photos', {}),
      takes('photos', { B: 'others' }),
      takes('others', { B: 'others' }),
      takes('photos', {}),
    ]).toEqual([true, false, true, true]);
  });

  it('takes a thousand keys of ten thousand rules, and each finds its own', () => {
    const rules = Array.from({ length: 10_000 }, (_, at) =>
      rule({ name: `r${at}`, when: { bucket: 'photos', prefix: `p${at}/` } }),
    );
    const config = { rules };
    const found = Array.from({ length: 1000 }, (_, at) =>
      match(indexOf(config, {}), { bucket: 'photos', key: `p${at * 10}/a.jpg` }),
    );
    expect(found.map((one) => 'rule' in one && one.rule.name)).toEqual(
      Array.from({ length: 1000 }, (_, at) => `r${at * 10}`),
    );
  });
});
