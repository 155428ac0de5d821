import { describe, expect, it } from 'vitest';
import { rulesOf } from '../../src/derivatives/read-rules.js';
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
    rulesOf(config as object, environment);
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
    [null, 'cannot read config.rules'],
    [undefined, 'cannot read config'],
    [[], 'cannot read config.rules'],
    ['{}', 'cannot read config'],
    [{}, 'cannot read config.rules'],
    [{ default: { rules: [] } }, 'cannot read config.default'],
    [{ rules: {} }, 'cannot read config.rules.name'],
    [{ rules: [rule(), 5] }, 'cannot read config.rules[1]'],
    // biome-ignore lint/suspicious/noSparseArray: as a configuration could have it
    [{ rules: [rule(), , rule()] }, 'cannot read config.rules[1]'],
    [{ rules: [rule({ name: 5 })] }, 'cannot read config.rules[0].name'],
    [{ rules: [rule({ enabled: false })] }, 'cannot read config.rules[0].enabled'],
    [JSON.parse('{"rules":[],"__proto__":{"rules":[]}}'), 'cannot read config.__proto__'],
    [when({ sufix: ['.jpg'] }), 'cannot read config.rules[0].when.sufix'],
    [when({ prefix: ['a', 5] }), 'cannot read config.rules[0].when.prefix[1]'],
    [when({ prefix: { env: 5 } }), 'cannot read config.rules[0].when.prefix.env'],
    [when({ prefix: { env: 'A', default: 5 } }), 'cannot read config.rules[0].when.prefix: env(A)'],
    [when({ prefix: { env: 'A', fallback: '' } }), 'cannot read config.rules[0].when.prefix.fallback'],
    [when({ prefix: { env: 'A' } }), 'cannot read config.rules[0].when.prefix: env(A)'],
    [when({ prefix: { env: 'toString' } }), 'cannot read config.rules[0].when.prefix: env(toString)'],
    [when({ size: { max: '5' } }), 'cannot read config.rules[0].when.size.max'],
    [when({ size: 5 }), 'cannot read config.rules[0].when.size'],
    [to({ key: '{nme}' }), 'cannot read config.rules[0].outputs[0].to.key'],
    [to({ key: 'a}' }), 'cannot read config.rules[0].outputs[0].to.key'],
    [style({}), 'cannot read config.rules[0].outputs[0].style'],
    [style(undefined), 'cannot read config.rules[0].outputs[0].style'],
    [style('resize,w_1'), 'cannot read config.rules[0].outputs[0].style'],
    [style(new Date(0)), 'cannot read config.rules[0].outputs[0].style'],
  ])('%j', (config, message) => {
    expect(messageOf(config)).toBe(message);
  });

  it('a variable that holds no text', () => {
    const named = when({ prefix: { env: 'A' } });
    expect(messageOf(named, { A: 5 })).toBe('cannot read config.rules[0].when.prefix: env(A)');
    expect(messageOf(named, { A: 'a/' })).toBe('read');
  });

  it('says nothing of what a variable holds', () => {
    expect(messageOf(when({ bucket: { env: 'A' } }), { A: 'Sesame!' })).not.toContain('Sesame');
  });

  it('a style that cannot be rendered, as the builder does', () => {
    const wrong = image().resize({ w: 0 });
    expect(() => rulesOf(style(wrong), {})).toThrow(/resize/);
  });
});

describe('a second call', () => {
  it('reads nothing again; in another environment it does', () => {
    let reads = 0;
    const config = {
      get rules() {
        reads += 1;
        return [rule({ when: { bucket: { env: 'B', default: 'photos' } } })];
      },
    };
    const [nothing, other] = [{}, { B: 'others' }];
    const first = rulesOf(config, nothing);
    expect(rulesOf(config, nothing)).toBe(first);
    expect(reads).toBe(1);
    const takes = (environment: object) => rulesOf(config, { ...environment })[0]?.when.buckets;
    expect([takes(nothing), takes(other), takes(nothing)]).toEqual([['photos'], ['others'], ['photos']]);
  });
});
