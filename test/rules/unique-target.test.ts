import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseTemplate, type Template, type Variable } from '../../src/rules/template.js';
import { canonicalKey, mayEndInDot, whyNotUnique } from '../../src/rules/unique-target.js';
import { type NaiveRule, savesOf } from './simulation.js';

function parsed(text: string): Template {
  const result = parseTemplate(text);
  if ('issues' in result) throw new Error(JSON.stringify(result.issues));
  return result.template;
}

describe('one target for one source', () => {
  const table: [string, 'always' | 'without dots at the end' | RegExp][] = [
    ['{key}', 'always'],
    ['thumbs/{key}.128.webp', 'always'],
    ['{bucket}{rule}{key}', 'always'],
    ['{dir}T/{file}', 'always'],
    ['{dir}T-{file}.webp', 'always'],
    ['{dir}{bucket}{file}', 'always'],
    ['{key}{key}', 'always'],
    ['{ext}/{key}', 'always'],
    ['{key}/{name}.webp', 'always'],
    ['{file}/{key}', 'always'],
    ['{file}/{dir}x', 'always'],
    ['{file}-{key}', 'always'],
    ['{dir}{name}-128.{ext}', 'without dots at the end'],
    ['{dir}{ext}.{name}', 'without dots at the end'],
    ['{dir}{name}/{ext}', 'without dots at the end'],
    ['{name}/{dir}{ext}/x', 'without dots at the end'],
    ['{dir}{name}.webp', /\{name\} leaves the extension out/],
    ['{dir}{ext}', /leaves the file's name out/],
    ['{dir}latest.webp', /leaves the file's name out/],
    ['latest.webp', /leaves the folder out/],
    ['{file}', /leaves the folder out/],
    ['{bucket}/{rule}/{file}', /leaves the folder out/],
    ['{name}.{ext}', /leaves the folder out/],
    ['{dir}{name}{ext}', /cannot be told/],
    ['{dir}{name}-{ext}', /cannot be told/],
    ['{file}{dir}', /cannot be told/],
    ['{dir}{file}{name}', /cannot be told/],
    ['{dir}{name}.{name}-{ext}', /cannot be told/],
  ];
  it.each(table)('%s: %s', (text, expected) => {
    const template = parsed(text);
    if (expected === 'always') expect(whyNotUnique(template, true)).toBeUndefined();
    else if (expected === 'without dots at the end') expect(whyNotUnique(template, true)).toMatch(/a dot at its end/);
    else expect(whyNotUnique(template, false)).toMatch(expected);
    if (typeof expected === 'string') expect(whyNotUnique(template, false)).toBeUndefined();
  });

  it.each([
    [[], true],
    [['.jpg'], false],
    [['.jpg', 'x.'], true],
    [['g'], false],
  ])('keys that end with one of %j may end in a dot: %j', (suffixes, expected) => {
    expect(mayEndInDot(suffixes)).toBe(expected);
  });
});

it('templates that say the same are the same', () => {
  const same = (one: string, other: string) =>
    canonicalKey(parsed(one), 'photos', 'r') === canonicalKey(parsed(other), 'photos', 'r');
  expect(same('{bucket}/{dir}{file}', 'photos/{key}')).toBe(true);
  expect(same('{rule}{key}', 'r{key}')).toBe(true);
  expect(same('{dir}{name}.{ext}', '{key}')).toBe(false);
  expect(same('{dir}/{file}', '{key}')).toBe(false);
});

// Every key of up to five letters, of which a dot and a slash are the ones that count.
const keys = ['a', '.', '/', 'aa', 'a.', 'a/', '.a', '..', './', '/a', '/.', '//'];
for (let from = 3; from < keys.length && keys.length < 363; from += 1) {
  for (const letter of 'a./') keys.push(`${keys[from]}${letter}`);
}

/** Two keys of those with one target, by the naive function. */
function sharing(template: Template, some: readonly string[]): [string, string] | undefined {
  const { text } = template;
  const made: NaiveRule = {
    name: 'r',
    buckets: ['b'],
    prefixes: [''],
    suffixes: [''],
    excludes: [],
    outputs: [{ bucket: undefined, pieces: text.split(/[{}]/) }],
  };
  const sources = new Map<string, string>();
  for (const key of some) {
    for (const target of savesOf(made, { bucket: 'b', key })) {
      const first = sources.get(target.key);
      if (first !== undefined) return [first, key];
      sources.set(target.key, key);
    }
  }
  return undefined;
}

const word = fc.constantFrom('a', '.', '/', '-', 'a/', '.a', './.');
const variable = fc.constantFrom('{key}', '{dir}', '{dir}', '{file}', '{name}', '{ext}', '{bucket}', '{rule}');
const template = fc
  .oneof(
    { weight: 5, arbitrary: fc.array(fc.oneof(word, variable, variable), { minLength: 1, maxLength: 5 }) },
    { weight: 1, arbitrary: fc.tuple(fc.constant('{dir}'), word, fc.constant('{name}'), word, fc.constant('{ext}')) },
  )
  .map((parts) => parseTemplate(parts.join('')))
  .filter((result) => 'template' in result)
  .map((result) => ('template' in result ? result.template : parsed('x')));
const sample = fc.sample(template, { numRuns: 1000, seed: 7 });
const withoutDots = keys.filter((key) => !key.endsWith('.'));

const wrongly = (judge: typeof whyNotUnique) =>
  sample.find(
    (one) =>
      (judge(one, true) === undefined && sharing(one, keys) !== undefined) ||
      (judge(one, false) === undefined && sharing(one, withoutDots) !== undefined),
  );

it('no template that is trusted gives two of all short keys one target', () => {
  expect(keys).toHaveLength(new Set(keys).size);
  expect(keys.length).toBeGreaterThanOrEqual(363);
  expect(wrongly(whyNotUnique)?.text).toBeUndefined();
  // It is no blanket refusal: where there is nothing to fear, most are trusted.
  const harmless = sample.filter((one) => sharing(one, withoutDots) === undefined);
  const trusted = harmless.filter((one) => whyNotUnique(one, false) === undefined);
  expect(trusted.length).toBeGreaterThan(harmless.length * 0.6);
  expect(harmless.length).toBeGreaterThan(sample.length / 10);
});

describe('the property notices a judgement that trusts too much', () => {
  const swap = (from: Variable, to: Variable): typeof whyNotUnique => {
    return ({ text, parts }, endsInDot) => {
      const swapped = parts.map((part) =>
        typeof part !== 'string' && part.variable === from ? { variable: to } : part,
      );
      return whyNotUnique({ text, parts: swapped }, endsInDot);
    };
  };
  const broken: [string, typeof whyNotUnique][] = [
    ['{name} keeps the extension', swap('name', 'file')],
    ['{file} keeps the folder', swap('file', 'key')],
    ['{dir} keeps the name', swap('dir', 'key')],
    ['no key ends in a dot', (one) => whyNotUnique(one, false)],
    [
      'every variable ends where the next begins',
      ({ text, parts }, endsInDot) =>
        whyNotUnique({ text, parts: parts.flatMap((part, index) => (index === 0 ? [part] : ['/', part])) }, endsInDot),
    ],
    [
      'any text parts name and extension',
      ({ text, parts }, endsInDot) =>
        whyNotUnique({ text, parts: parts.map((part) => (typeof part === 'string' ? `${part}.` : part)) }, endsInDot),
    ],
  ];
  it.each(broken)('%s', (_, judge) => {
    expect(wrongly(judge)).toBeDefined();
  });
});
