import { describe, expect, it } from 'vitest';
import type { Upload } from '../../src/pipeline/event.js';
import { readEvent } from '../../src/pipeline/event.js';
import { jobsOf } from '../../src/pipeline/jobs.js';
import { indexRules } from '../../src/pipeline/match.js';
import { loadConfig } from '../../src/rules/load.js';
import type { Rule } from '../../src/rules/rule.js';

const style = 'image/resize,w_100';

/** A rule on bucket `in` with these outputs, `KEY` or `BUCKET:KEY`. */
function ruleOf(...keys: string[]): Rule {
  const outputs = keys.map((text) => {
    const [bucket, key] = text.split(':') as [string, string];
    return { style, to: { bucket, key } };
  });
  const [rule] = loadConfig(
    { journal: 'throw', rules: [{ name: 'r', when: { bucket: 'in-bucket' }, outputs }] },
    {},
  ).rules;
  if (rule === undefined) throw new Error('no rule');
  return rule;
}

function upload(key: string, object: Record<string, unknown> = {}, over: Record<string, unknown> = {}): Upload {
  const oss = { bucket: { name: 'in-bucket' }, object: { key, ...object } };
  const event = { eventName: 'ObjectCreated:PutObject', oss, ...over };
  const [read] = readEvent(Buffer.from(JSON.stringify(event))).uploads;
  if (read === undefined) throw new Error('no upload');
  return read;
}

const index = indexRules([]);

describe('jobsOf', () => {
  it('makes one job an output', () => {
    const { jobs, failures } = jobsOf(upload('a/b.jpg'), ruleOf('out:{key}', 'out:{dir}t/{name}.webp'), index);
    expect(jobs.map(({ target }) => target)).toEqual([
      { bucket: 'out', key: 'a/b.jpg' },
      { bucket: 'out', key: 'a/t/b.webp' },
    ]);
    expect(jobs[0]).toMatchObject({ rule: 'r', style });
    expect(failures).toEqual([]);
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
      expect(jobsOf(upload(key), ruleOf('out:{key}.webp'), index).jobs.map(({ target }) => target.key)).toEqual([
        `${key}.webp`,
      ]);
    }
  });

  it.each<[string, Upload, string, string, RegExp]>([
    ['braces, which OSS would expand', upload('a{b}.jpg'), 'out:{key}', 'InvalidTargetKey', /expand/],
    ['a closing brace', upload('a}.jpg'), 'out:{key}', 'InvalidTargetKey', /expand/],
    ['a key that grows too long', upload('k'.repeat(1020)), 'out:{key}.webp', 'InvalidTargetKey', /1023 bytes/],
    ['a key too long in bytes', upload('照'.repeat(341)), 'out:{key}.webp', 'InvalidTargetKey', /1023 bytes/],
    ['a target that starts with a slash', upload('x/.jpg'), 'out:{ext}/x', 'InvalidTargetKey', /starts with a slash/],
    ['a target that is empty', upload('x/.jpg'), 'out:{ext}', 'InvalidTargetKey', /empty/],
    ['a dot segment made by the name', upload('...jpg'), 'out:t/{name}/x', 'InvalidTargetKey', /\.\. segment/],
    ['a dot segment in the source', upload('a/../b.jpg'), 'out:x/{file}', 'InvalidSourceKey', /\.\. segment/],
    ['a single dot segment in the source', upload('./b.jpg'), 'out:x/{file}', 'InvalidSourceKey', /\.\. segment/],
    ['a source that OSS cannot hold', upload('k'.repeat(1024)), 'out:x/{ext}y', 'InvalidSourceKey', /1023/],
    ['a source that is no Unicode', upload('\ud800'), 'out:x/{etag}', 'InvalidSourceKey', /Unicode/],
    ['an ETag the event lacks', upload('a.jpg'), 'out:{etag}', 'MissingVariable', /\{etag\}/],
    ['a date the event lacks', upload('a.jpg'), 'out:{year}/x', 'MissingVariable', /\{year\}/],
  ])('refuses %s', (_, object, output, code, message) => {
    const { jobs, failures } = jobsOf(object, ruleOf(output), index);
    expect(jobs).toEqual([]);
    expect(failures).toMatchObject([{ status: 'failed', rule: 'r', error: { kind: 'permanent', code } }]);
    expect(failures[0]?.error.message).toMatch(message);
  });

  it('refuses one output and keeps the others', () => {
    const { jobs, failures } = jobsOf(upload('a.jpg'), ruleOf('out:{etag}', 'out:{key}'), index);
    expect([jobs.length, failures.length]).toEqual([1, 1]);
  });

  it('refuses a target that a rule would take, whatever the proof said', () => {
    const rules: Rule[] = [
      {
        ...ruleOf('out:{key}'),
        name: 'thumbs',
        when: { buckets: ['out'], prefixes: ['a'], suffixes: ['.jpg'], excludes: [] },
      },
    ];
    const { failures } = jobsOf(upload('a.JPG'), ruleOf('out:{key}'), indexRules(rules));
    expect(failures).toMatchObject([
      { error: { code: 'WouldStartItself', message: expect.stringContaining('thumbs') } },
    ]);
  });

  it('refuses a target that a deployed rule listens to, whatever the rules are that run', () => {
    const deployed: Rule = {
      ...ruleOf('out:{key}'),
      name: 'deployed',
      when: { buckets: ['out'], prefixes: [''], suffixes: [], excludes: [] },
    };
    const bounded = indexRules([], indexRules([deployed]));
    const { jobs, failures } = jobsOf(upload('a.jpg'), ruleOf('out:{key}', 'else:{key}'), bounded);
    expect(jobs.map(({ target }) => target.bucket)).toEqual(['else']);
    expect(failures).toMatchObject([{ error: { kind: 'permanent', code: 'WouldStartItself' } }]);
  });

  it('refuses the source itself as the target', () => {
    const unproven: Rule = {
      ...ruleOf('out:{key}'),
      outputs: ruleOf('out:{key}').outputs.map(({ bucket: _, ...rest }) => rest),
    };
    expect(jobsOf(upload('a.jpg'), unproven, index).failures).toMatchObject([{ error: { code: 'TargetIsSource' } }]);
  });
});
