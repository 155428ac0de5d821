import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { reasonsToRelay, relayOf } from '../../src/rules/relay.js';
import type { NamedTemplate } from '../../src/rules/rule.js';
import { styleProblem } from '../../src/rules/values.js';
import { parseStyle } from '../../src/style/grammar.js';
import { expectProofsIgnoreRelays } from './proofs.js';

const named = (name: string): NamedTemplate => ({ name, value: { text: 'x', parts: ['x'] } });

describe('relayOf', () => {
  it.each([
    ['image/format,avif', 'avif'],
    ['image/format,heic', 'heic'],
    ['image/format,AVIF', 'avif'],
    ['image/resize,w_1/format,avif/quality,q_50', 'avif'],
    ['image/format,heic,q_1', 'heic'],
    ['image/format,webp/format,avif', 'avif'],
    ['image/format,avif/format,webp', undefined],
    ['image/format,avi', undefined],
    ['image/format,avif2', undefined],
    ['image/format', undefined],
    ['image/format,', undefined],
    ['image/reformat,avif', undefined],
    ['image/watermark,image_format,avif', undefined],
    ['image/watermark,text_YXZpZg', undefined],
    ['style/format,avif', undefined],
    ['style/avif', undefined],
  ])('of %s alone is a relay for %s', (style, format) => {
    expect(relayOf(style)?.format).toBe(format);
    expect(relayOf(style) !== undefined).toBe(format !== undefined);
  });

  it('of headers or tags is one in any case', () => {
    const [header, tag] = [[named('cache-control')], [named('a')]];
    expect(relayOf('style/s', header)).toEqual({ headers: header, tags: [], format: undefined });
    expect(relayOf('image/format,avif', undefined, tag)).toEqual({ headers: [], tags: tag, format: 'avif' });
  });

  it('finds the format that the grammar of styles finds', () => {
    const word = fc.constantFrom(
      'format',
      'avif',
      'heic',
      'HEIC',
      'webp',
      'quality',
      'resize',
      'w_1',
      'formatt',
      'f_avif',
      '',
    );
    const step = fc.oneof(
      fc.array(word, { minLength: 1, maxLength: 3 }).map((words) => words.join(',')),
      fc.constantFrom('format,avif', 'format,heic', 'format,webp'),
    );
    const style = fc.array(step, { minLength: 1, maxLength: 4 }).map((steps) => `image/${steps.join('/')}`);
    let relayed = 0;
    fc.assert(
      fc.property(
        style.filter((text) => !/^image\/$|\/\/|\/$/.test(text) && styleProblem(text) === undefined),
        (text) => {
          const last = parseStyle(text).findLast(({ op, args }) => op === 'format' && args.length > 0)?.args[0];
          const value = (last?.key === undefined ? last?.value : `${last.key}_${last.value}`)?.toLowerCase();
          const expected = value === 'avif' || value === 'heic' ? value : undefined;
          expect(relayOf(text)?.format).toBe(expected);
          if (expected !== undefined) relayed += 1;
        },
      ),
      { numRuns: 1_000 },
    );
    expect(relayed).toBeGreaterThan(50);
  });
});

it('is nothing that a proof looks at', () => {
  expectProofsIgnoreRelays(300);
});

it('says why, in the order of headers, tags and format', () => {
  const headers = [named('cache-control'), named('x-oss-meta-a')];
  const relay = relayOf('image/format,avif', headers, [named('a'), named('b')]);
  expect(reasonsToRelay({ relay })).toEqual(['cache-control', 'x-oss-meta-a', 'tags', 'format,avif']);
  expect(reasonsToRelay({ relay: relayOf('image/resize,w_1') })).toEqual([]);
});
