import { describe, expect, it } from 'vitest';
import { throwUnfinished } from '../../src/journal/errors.js';
import type { Unfinished } from '../../src/journal/record.js';

const source = { bucket: 'photos', key: 'a.jpg' };
const failed = (kind: 'transient' | 'permanent' | 'setup'): Unfinished => ({
  attempts: 1,
  since: 0,
  failed: {
    status: 'failed',
    source,
    target: { bucket: 'out', key: 'b' },
    error: { kind, code: 'SomeCode', message: 'm' },
  },
});
const unsettled: Unfinished = { attempts: 1, since: 0, source, why: 'changing' };

describe('leave', () => {
  it('throws nothing when nothing is left', () => {
    expect(() => throwUnfinished([], undefined)).not.toThrow();
    expect(() => throwUnfinished([], 'journal')).not.toThrow();
  });

  it.each<[string, Unfinished[], string | undefined, string, string]>([
    [
      'a record not written',
      [failed('permanent')],
      'journal',
      'RetryLater',
      '1 not finished and not written to oss://journal: oss://photos/a.jpg → oss://out/b: SomeCode',
    ],
    ['no journal, transient', [failed('permanent'), failed('transient')], undefined, 'RetryLater', '2 not finished: '],
    ['no journal, unsettled', [unsettled], undefined, 'RetryLater', '1 not finished: oss://photos/a.jpg: changing'],
    ['no journal, permanent', [failed('permanent'), failed('setup')], undefined, 'PermanentFailure', '2 failed: '],
  ])('%s', (_, left, bucket, name, message) => {
    const thrown = (() => {
      try {
        return throwUnfinished(left, bucket);
      } catch (error) {
        return error;
      }
    })();
    expect(thrown).toMatchObject({ name, code: name, message: expect.stringContaining(message) });
  });
});
