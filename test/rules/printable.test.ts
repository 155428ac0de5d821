import { describe, expect, it } from 'vitest';
import { throwUnfinished } from '../../src/journal/errors.js';
import { OssError } from '../../src/oss/error.js';
import { readEvent } from '../../src/pipeline/event.js';
import { jobsOf } from '../../src/pipeline/jobs.js';
import { indexRules } from '../../src/pipeline/match.js';
import { loadConfig } from '../../src/rules/load.js';
import { printable } from '../../src/rules/printable.js';

describe('printable', () => {
  it('keeps what people write', () => {
    expect(printable('目录/照片 🦉 é.jpg')).toBe('目录/照片 🦉 é.jpg');
  });

  it('escapes what could begin a line, move the cursor or reorder the line', () => {
    expect(printable('a\nb\rc\u001b[2K\u007f\u0085\u2028\u202e')).toBe(
      'a\\u000ab\\u000dc\\u001b[2K\\u007f\\u0085\\u2028\\u202e',
    );
  });
});

describe('no key can forge a line in a message', () => {
  const key = 'a\nsaved 1';

  it('of an error of OSS', () => {
    const { message } = new OssError({ message: `oss://out/${key} was not written`, code: 'X', kind: 'transient' });
    expect(message).toBe('oss://out/a\\u000asaved 1 was not written');
  });

  it('of what could not be written down', () => {
    const source = { bucket: 'photos', key };
    const failed = { status: 'failed', source, error: { kind: 'transient', code: 'X', message: 'm' } } as const;
    const throwing = () =>
      throwUnfinished([{ failed, attempts: 1, since: 0 }], {
        bucket: 'journal',
        refusals: [{ kind: 'setup', code: 'AccessDenied', message: 'No.' }],
      });
    expect(throwing).toThrow(
      /^1 not finished and not written to oss:\/\/journal \(.*\): oss:\/\/photos\/a\\u000asaved 1: X$/,
    );
  });

  it('of a job that is refused', () => {
    const rule = {
      name: 'r',
      when: { bucket: 'photos' },
      outputs: [{ style: 'style/s', to: { bucket: 'out', key: '{key}' } }],
    };
    const listening = {
      name: 'l',
      when: { bucket: 'out' },
      outputs: [{ style: 'style/s', to: { bucket: 'end', key: '{key}' } }],
    };
    const [one] = loadConfig({ journal: 'throw', rules: [rule] }, {}).rules;
    const { rules } = loadConfig({ journal: 'throw', rules: [listening] }, {});
    const event = { eventName: 'ObjectCreated:PutObject', oss: { bucket: { name: 'photos' }, object: { key } } };
    const [upload] = readEvent(Buffer.from(JSON.stringify(event))).uploads;
    if (one === undefined || upload === undefined) throw new Error('nothing to do');
    const { failures } = jobsOf(upload, one, indexRules(rules));
    expect(failures.map(({ error }) => error.message)).toEqual(['saving oss://out/a\\u000asaved 1 would start rule l']);
  });
});
