import { expect, it } from 'vitest';
import { counted, noCounters } from '../../../../src/local/page/running/counters.js';
import { lineOf } from '../../../../src/local/page/running/log-line.js';
import type { NewEntry } from '../../../../src/local/studio/activity.js';

const object = (event: string, requests: readonly string[]): NewEntry => {
  return { kind: 'object', event, bucket: 'photos', key: 'a.jpg', size: 1, etag: 'E', requests };
};
const result = (status: string): NewEntry => {
  const line = JSON.stringify({ event: 'result', status, source: 'oss://photos/a.jpg' });
  return { kind: 'log', request: 'r', stream: 'stdout', line };
};
const invocation = (attempt: number, coldStart: boolean, memoryMB: number): NewEntry => {
  return { kind: 'invocation', request: 'r', attempt, ms: 5, coldStart, memoryMB, error: 'E: lost' };
};

it('counts what has happened, each thing once', () => {
  const entries: readonly NewEntry[] = [
    object('ObjectCreated:PutObject', ['r-1']),
    object('ObjectCreated:CompleteMultipartUpload', ['r-2']),
    // A derivative, and a removal.
    object('ObjectCreated:PutObject', []),
    object('ObjectRemoved:DeleteObject', ['r-3']),
    ...['saved', 'saved', 'skipped', 'failed', 'removed'].map(result),
    { kind: 'log', request: 'r', stream: 'stdout', line: '{"event":"summary","saved":2,"failed":1}' },
    invocation(1, true, 61),
    invocation(2, false, 70),
    invocation(3, false, 65),
  ];
  const counters = entries
    .map((entry, at) => ({ ...entry, number: at + 1, at: 1_000 + at }))
    .reduce((sum, entry) => counted(sum, entry, lineOf(entry)), noCounters);
  expect(counters).toEqual({
    since: 1_000,
    uploads: 2,
    saved: 2,
    skipped: 1,
    failed: 1,
    retries: 2,
    coldStarts: 1,
    memoryMB: 70,
  });
});
