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

  it('makes a failure of an output without a target, and keeps the others', () => {
    const { jobs, failures } = jobsOf(upload('a.jpg'), ruleOf('out:{etag}', 'out:{key}'), index);
    expect(jobs.map(({ target }) => target.key)).toEqual(['a.jpg']);
    expect(failures).toEqual([
      {
        status: 'failed',
        source: { bucket: 'in-bucket', key: 'a.jpg' },
        rule: 'r',
        style,
        target: undefined,
        error: {
          kind: 'permanent',
          code: 'MissingVariable',
          message: 'the target key needs {etag}, which this event does not tell',
        },
      },
    ]);
  });

  it('says in a failure which target it was, in printable text', () => {
    const { failures } = jobsOf(upload('a\n{b}.jpg'), ruleOf('out:{key}'), index);
    expect(failures).toMatchObject([{ target: { bucket: 'out', key: 'a\n{b}.jpg' } }]);
    const started = { ...ruleOf('out:{key}'), when: { buckets: ['out'], prefixes: [''], suffixes: [], excludes: [] } };
    const looping = jobsOf(upload('a\nb.jpg'), ruleOf('out:{key}'), indexRules([started]));
    expect(looping.failures[0]?.error.message).toBe('saving oss://out/a\\u000ab.jpg would start rule r');
  });
});
