import { describe, expect, it } from 'vitest';
import { indexRules, wouldStart } from '../../src/pipeline/match.js';
import { targetOf } from '../../src/pipeline/target.js';
import type { Output, Rule } from '../../src/rules/rule.js';
import { parseTemplate } from '../../src/rules/template.js';

const style = 'image/resize,w_100';

/** `KEY` or `BUCKET:KEY`. */
function outputTo(to: string): Output {
  const [key = '', bucket] = to.split(':').reverse();
  const parsed = parseTemplate(key);
  if ('issues' in parsed) throw new Error(key);
  return { style, bucket, key: parsed.template };
}

const ruleOf = (name: string, buckets: string[], when: Partial<Rule['when']> = {}): Rule => ({
  name,
  when: { buckets, prefixes: [''], suffixes: [], excludes: [], ...when },
  outputs: [outputTo('out:{key}')],
});

const rule = ruleOf('r', ['in-bucket']);

/** The target of an object in `in-bucket` under an output, beside these rules. */
function targetFor(source: { key: string; etag?: string; time?: number }, to: string, index = indexRules([])) {
  return targetOf({ bucket: 'in-bucket', ...source }, rule, outputTo(to), ({ bucket, key }) =>
    wouldStart(index, bucket, key),
  );
}

describe('targetOf', () => {
  it('fills in the template, in the bucket of the output or else of the source', () => {
    expect(targetFor({ key: 'a/b.jpg' }, 'out:{dir}t/{name}.webp')).toEqual({ bucket: 'out', key: 'a/t/b.webp' });
    expect(targetFor({ key: 'a/b.jpg' }, '{rule}/{file}')).toEqual({ bucket: 'in-bucket', key: 'r/b.jpg' });
    const known = { key: 'a.jpg', etag: '"E7"', time: Date.UTC(2026, 0, 31) };
    expect(targetFor(known, 'out:{year}/{month}/{etag}')).toEqual({ bucket: 'out', key: '2026/01/E7' });
  });

  it('saves odd keys under exactly their keys', () => {
    const keys = [
      'a b',
      '1+1=2',
      '100%25',
      'what?',
      '#1&2',
      'x//y',
      `it's "q"`,
      '目录/照片.jpg',
      '🦉',
      'k'.repeat(1017),
    ];
    for (const key of keys) {
      expect(targetFor({ key }, 'out:{key}.webp')).toEqual({ bucket: 'out', key: `${key}.webp` });
    }
  });

  it.each<[string, string, string, string, RegExp]>([
    ['braces, which OSS would expand', 'a{b}.jpg', 'out:{key}', 'InvalidTargetKey', /holds/],
    ['a closing brace', 'a}.jpg', 'out:{key}', 'InvalidTargetKey', /holds/],
    ['a key that grows too long', 'k'.repeat(1020), 'out:{key}.webp', 'InvalidTargetKey', /1023 bytes/],
    ['a key too long in bytes', '照'.repeat(341), 'out:{key}.webp', 'InvalidTargetKey', /1023 bytes/],
    ['a target that starts with a slash', 'x/.jpg', 'out:{ext}/x', 'InvalidTargetKey', /starts with a slash/],
    ['a target that is empty', 'x/.jpg', 'out:{ext}', 'InvalidTargetKey', /empty/],
    ['a dot segment made by the name', '...jpg', 'out:t/{name}/x', 'InvalidTargetKey', /\.\. segment/],
    ['a dot segment in the source', 'a/../b.jpg', 'out:x/{file}', 'InvalidSourceKey', /\.\. segment/],
    ['a single dot segment in the source', './b.jpg', 'out:x/{file}', 'InvalidSourceKey', /\.\. segment/],
    ['a source that OSS cannot hold', 'k'.repeat(1024), 'out:x/{ext}y', 'InvalidSourceKey', /1023/],
    ['a source that is no Unicode', '\ud800', 'out:x/{etag}', 'InvalidSourceKey', /Unicode/],
    ['an ETag the event lacks', 'a.jpg', 'out:{etag}', 'MissingVariable', /\{etag\}/],
    ['a date the event lacks', 'a.jpg', 'out:{year}/x', 'MissingVariable', /\{year\}/],
  ])('refuses %s', (_, key, to, code, message) => {
    expect(targetFor({ key }, to)).toMatchObject({ code, detail: expect.stringMatching(message) });
  });

  it('says which variable is missing', () => {
    expect(targetFor({ key: 'a.jpg' }, 'out:{year}/{etag}')).toMatchObject({
      code: 'MissingVariable',
      detail: '{year}',
    });
  });

  it('refuses a target that a rule would take, whatever the proof said', () => {
    const index = indexRules([ruleOf('thumbs', ['out'], { prefixes: ['a'], suffixes: ['.jpg'] })]);
    expect(targetFor({ key: 'a.JPG' }, 'out:{key}', index)).toEqual({
      code: 'WouldStartItself',
      detail: 'thumbs',
      target: { bucket: 'out', key: 'a.JPG' },
    });
  });

  it('refuses a target that a deployed rule listens to, whatever the rules are that run', () => {
    const bounded = indexRules([], indexRules([ruleOf('deployed', ['out'])]));
    expect(targetFor({ key: 'a.jpg' }, 'out:{key}', bounded)).toMatchObject({ code: 'WouldStartItself' });
    expect(targetFor({ key: 'a.jpg' }, 'else:{key}', bounded)).toEqual({ bucket: 'else', key: 'a.jpg' });
  });

  it('refuses the source itself as the target', () => {
    expect(targetFor({ key: 'a.jpg' }, '{key}')).toMatchObject({ code: 'TargetIsSource' });
  });
});
