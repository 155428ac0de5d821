import { describe, expect, it } from 'vitest';
import { type Derivative, derivatives, pictureOf } from '../../src/derivatives/derivatives.js';
import { readEvent } from '../../src/pipeline/event.js';
import { type ConfigInput, env, type OutputInput, type RuleInput } from '../../src/rules/schema.js';
import { image } from '../../src/style/builder.js';
import { expectSameTargets } from './beside-function.js';

const out = (style: OutputInput['style'], key: string): OutputInput => ({ style, to: { bucket: 'photos-out', key } });

function configOf(outputs: readonly OutputInput[], when: Partial<RuleInput['when']> = {}): ConfigInput {
  return { journal: 'throw', rules: [{ name: 'pictures', when: { bucket: 'photos', ...when }, outputs }] };
}

const baseUrl = 'https://cdn.example.com';
const source = 'oss://photos/a/lake.jpg';

describe('derivatives', () => {
  const config = configOf([
    out('image/resize,w_640/format,webp', '640/{dir}{name}.webp'),
    out('image/resize,w_320/format,webp', '320/{dir}{name}.webp'),
    out('image/resize,w_320/format,avif', '320/{dir}{name}.avif'),
    out(image().resize({ m: 'fill', w: 200, h: 100 }), 'card/{key}'),
    out('style/marked', 'marked/{key}'),
  ]);

  it('says where each derivative is, what it is, and what a page does with all of them', () => {
    const of = (key: string, rest: object) => ({
      target: `oss://photos-out/${key}`,
      bucket: 'photos-out',
      key,
      url: `https://cdn.example.com/${key}`,
      ...rest,
    });
    expect(derivatives(config, source, { baseUrl })).toEqual({
      source,
      rule: 'pictures',
      derivatives: [
        of('640/a/lake.webp', { style: 'image/resize,w_640/format,webp', type: 'image/webp', width: 640 }),
        of('320/a/lake.webp', { style: 'image/resize,w_320/format,webp', type: 'image/webp', width: 320 }),
        of('320/a/lake.avif', { style: 'image/resize,w_320/format,avif', type: 'image/avif', width: 320 }),
        of('card/a/lake.jpg', { style: 'image/resize,m_fill,w_200,h_100', type: 'image/jpeg', width: 200 }),
        of('marked/a/lake.jpg', { style: 'style/marked' }),
      ],
      refused: [],
      sources: [
        { type: 'image/avif', srcset: 'https://cdn.example.com/320/a/lake.avif 320w' },
        {
          type: 'image/webp',
          srcset: 'https://cdn.example.com/320/a/lake.webp 320w, https://cdn.example.com/640/a/lake.webp 640w',
        },
        { type: 'image/jpeg', srcset: 'https://cdn.example.com/card/a/lake.jpg 200w' },
        { srcset: 'https://cdn.example.com/marked/a/lake.jpg' },
      ],
      src: 'https://cdn.example.com/card/a/lake.jpg',
    });
  });

  it('has no URLs without a base, and the rest all the same', () => {
    const answer = derivatives(config, source);
    expect(answer.derivatives.map(({ target }) => target)).toHaveLength(5);
    expect(answer).toMatchObject({ sources: [] });
    expect(JSON.stringify(answer)).not.toMatch(/"url"|"src"/);
  });

  it('makes one picture of those that are chosen', () => {
    const chosen = derivatives(config, source, { baseUrl }).derivatives.filter(({ key }) => key.startsWith('320/'));
    expect(pictureOf(chosen)).toEqual({
      sources: [
        { type: 'image/avif', srcset: 'https://cdn.example.com/320/a/lake.avif 320w' },
        { type: 'image/webp', srcset: 'https://cdn.example.com/320/a/lake.webp 320w' },
      ],
      src: 'https://cdn.example.com/320/a/lake.webp',
    });
  });

  it.each<[string, ConfigInput, string, object, object]>([
    ['no rule', config, 'oss://other/a.jpg', {}, { reason: 'no-rule' }],
    [
      'a size that no rule takes',
      configOf(config.rules[0]?.outputs ?? [], { size: { max: 5 } }),
      source,
      { size: 6 },
      { reason: 'no-rule' },
    ],
    ['no bytes', config, source, { size: 0 }, { reason: 'empty' }],
    [
      'a size that is not given',
      configOf(config.rules[0]?.outputs ?? [], { size: { max: 5 } }),
      source,
      {},
      { reason: 'size-unknown' },
    ],
  ])('says why there is none: %s', (_, config, source, options, expected) => {
    const none = { source, derivatives: [], refused: [], sources: [] };
    expect(derivatives(config, source, options)).toEqual({ ...none, ...expected });
  });

  it('says of each output why it has no target, and what to give', () => {
    const dated = configOf([
      out('image/resize,w_1', '{etag}/{key}'),
      out('image/resize,w_2', '{year}/{key}'),
      out('image/resize,w_3', 'x/{key}'),
    ]);
    const { derivatives: made, refused } = derivatives(dated, source);
    expect(made.map(({ key }) => key)).toEqual(['x/a/lake.jpg']);
    expect(refused).toEqual([
      {
        style: 'image/resize,w_1',
        code: 'MissingVariable',
        detail: '{etag}',
      },
      {
        style: 'image/resize,w_2',
        code: 'MissingVariable',
        detail: '{year}',
      },
    ]);
    const known = derivatives(dated, source, { etag: '"5B3C"', time: '2026-01-31T23:30:00-02:00' });
    expect(known.derivatives.map(({ key }) => key)).toEqual(['5B3C/a/lake.jpg', '2026/a/lake.jpg', 'x/a/lake.jpg']);
    expect(derivatives(dated, source, { etag: 'E', time: 0 }).derivatives[1]?.key).toBe('1970/a/lake.jpg');
    for (const nothing of [null, undefined, 'noon', Number.NaN] as (string | undefined)[]) {
      expect(derivatives(dated, source, { time: nothing }).refused).toHaveLength(2);
    }
    expect(derivatives(dated, source, { etag: null as unknown as string }).refused).toHaveLength(2);
    const long = derivatives(dated, `oss://photos/${'k'.repeat(1022)}`, { etag: 'E', time: new Date(0) });
    expect(long).toMatchObject({ derivatives: [], refused: Array(3).fill({ code: 'InvalidTargetKey' }) });
    const dots = derivatives(dated, 'oss://photos/a/../b.jpg');
    expect(dots).toMatchObject({ derivatives: [], refused: Array(3).fill({ code: 'InvalidSourceKey' }) });
  });

  it('reads env() from what it is given, else from the process, else takes the default', () => {
    const named = () =>
      configOf([{ style: 'image/resize,w_1', to: { bucket: env('DERIVATIVES_TEST', 'by-default'), key: '{key}' } }]);
    const bucket = (options?: object) => derivatives(named(), source, options).derivatives[0]?.bucket;
    expect(bucket()).toBe('by-default');
    expect(bucket({ env: { DERIVATIVES_TEST: 'given' } })).toBe('given');
    expect(bucket({ env: { DERIVATIVES_TEST: '' } })).toBe('by-default');
    process.env['DERIVATIVES_TEST'] = 'of-process';
    expect(bucket()).toBe('of-process');
    expect(bucket({ env: {} })).toBe('by-default');
    delete process.env['DERIVATIVES_TEST'];
    expect(bucket()).toBe('by-default');
  });

  it.each<[string, unknown[], string]>([
    ['a source that is a path', [config, 'photos/a.jpg'], 'cannot read source'],
    ['a source without a key', [config, 'oss://photos/'], 'cannot read source'],
    ['no source', [config], 'cannot read source'],
    ['a size in words', [config, source, { size: '5' }], 'cannot read options.size'],
    ['a base that is a path', [config, source, { baseUrl: '/pictures' }], 'cannot read options.baseUrl'],
    ['no configuration', [undefined, source], 'cannot read config'],
  ])('refuses %s', (_, given, message) => {
    const call = derivatives as (...given: unknown[]) => unknown;
    expect(() => call(...given)).toThrow(new TypeError(message));
  });
});

describe('a picture', () => {
  const one = (url: string, type?: string, width?: number): Derivative => ({
    target: '',
    bucket: '',
    key: '',
    style: '',
    url,
    type,
    width,
  });

  it.each<[string, Derivative[], { sources: string[]; src?: string }]>([
    ['is nothing', [], { sources: [] }],
    [
      'has the types of new browsers first, and src of the plainest',
      [
        one('p', 'image/png'),
        one('j', 'image/jpeg'),
        one('w', 'image/webp'),
        one('a', 'image/avif'),
        one('h', 'image/heic'),
      ],
      { sources: ['h', 'a', 'w', 'j', 'p'], src: 'p' },
    ],
    [
      'has no width twice, which no srcset may',
      [one('a', 'image/webp', 9), one('b', 'image/webp', 9)],
      { sources: ['a 9w'], src: 'a' },
    ],
    [
      'leaves out of a srcset with widths what has none',
      [one('a', 'image/webp'), one('b', 'image/webp', 9)],
      { sources: ['b 9w'], src: 'b' },
    ],
    [
      'has the first one where no width is known',
      [one('a', 'image/webp'), one('b', 'image/webp')],
      { sources: ['a'], src: 'a' },
    ],
    [
      'sorts by width, not by digits',
      [one('a', 'image/webp', 1200), one('b', 'image/webp', 400)],
      { sources: ['b 400w, a 1200w'], src: 'a' },
    ],
    [
      'ends with what has no type: a browser would look no further',
      [one('s'), one('w', 'image/webp')],
      { sources: ['w', 's'], src: 'w' },
    ],
    [
      'leaves out TIFF, which pages do not show',
      [one('t', 'image/tiff'), one('w', 'image/webp')],
      { sources: ['w'], src: 'w' },
    ],
  ])('%s', (_, chosen, { sources, src }) => {
    const picture = pictureOf(chosen);
    expect(picture.sources.map(({ srcset }) => srcset)).toEqual(sources);
    expect(picture.src).toBe(src);
  });

  it('has no key `type` where none is known, so that it can be assigned to an element', () => {
    expect(pictureOf([one('a')]).sources.map(Object.keys)).toEqual([['srcset']]);
  });
});

describe('beside the function', () => {
  it('gives exactly its targets and its reasons, for any rules and keys', () => {
    expectSameTargets(1000);
  });

  it('takes an ETag in any case and with quotes, as the function does', () => {
    const object = { key: 'a.jpg', size: 5, eTag: '"5b3c"' };
    const event = { eventName: 'ObjectCreated:PutObject', oss: { bucket: { name: 'photos' }, object } };
    const [upload] = readEvent(Buffer.from(JSON.stringify(event))).uploads;
    const named = configOf([out('image/resize,w_1', '{etag}')]);
    const answer = derivatives(named, 'oss://photos/a.jpg', { etag: object.eTag });
    expect(answer.derivatives.map(({ key }) => key)).toEqual([upload?.etag]);
  });
});
