import { describe, expect, it } from 'vitest';
import { throwUnfinished, type UnwrittenJournal } from '../../src/journal/errors.js';
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
const unwritten: UnwrittenJournal = {
  bucket: 'journal',
  refusals: [
    ...['R1', 'R2'].map((requestId) => {
      const message = 'AccessDenied (HTTP 403): no right';
      return { kind: 'setup', code: 'AccessDenied', message, status: 403, requestId } as const;
    }),
    { kind: 'setup', code: 'NoSuchBucket', message: 'NoSuchBucket (HTTP 404): none', status: 404 },
  ],
};
const unsettled: Unfinished = { attempts: 1, since: 0, source, why: 'changing' };

describe('leave', () => {
  it('throws nothing when nothing is left', () => {
    expect(() => throwUnfinished([], undefined)).not.toThrow();
    expect(() => throwUnfinished([], unwritten)).not.toThrow();
  });

  it.each<[string, Unfinished[], UnwrittenJournal | undefined, string, string]>([
    [
      'a record not written, and why the journal refused it',
      [failed('permanent')],
      unwritten,
      'RetryLater',
      '1 not finished and not written to oss://journal (AccessDenied (HTTP 403): no right, request id R1; ' +
        'NoSuchBucket (HTTP 404): none): oss://photos/a.jpg → oss://out/b: SomeCode',
    ],
    ['no journal, transient', [failed('permanent'), failed('transient')], undefined, 'RetryLater', '2 not finished: '],
    ['no journal, unsettled', [unsettled], undefined, 'RetryLater', '1 not finished: oss://photos/a.jpg: changing'],
    ['no journal, permanent', [failed('permanent'), failed('setup')], undefined, 'PermanentFailure', '2 failed: '],
  ])('%s', (_, left, journal, name, message) => {
    const thrown = (() => {
      try {
        return throwUnfinished(left, journal);
      } catch (error) {
        return error;
      }
    })();
    expect(thrown).toMatchObject({ name, code: name, message: expect.stringContaining(message) });
  });

  it('stays small whatever the keys are, so that a queue of 64 KB takes it with the event', () => {
    const long = { bucket: 'photos', key: `${'\u0001'.repeat(400)}${'图'.repeat(200)}` };
    const left = Array.from({ length: 50 }, (): Unfinished => ({ ...unsettled, source: long }));
    let thrown = new Error();
    try {
      throwUnfinished(left, undefined);
    } catch (error) {
      thrown = error as Error;
    }
    expect(thrown.message).toMatch(/^50 not finished: oss:\/\/photos\/.* and 4\d more$/);
    // As FC writes it down: the message, and again at the head of the stack.
    expect(Buffer.byteLength(JSON.stringify([thrown.message, thrown.stack]))).toBeLessThan(20_000);
  });
});
