import { expect, it } from 'vitest';
import { filtered, type LogLine, lineOf } from '../../../../src/local/page/running/log-line.js';
import type { Entry } from '../../../../src/local/studio/activity.js';

const log = (line: string, stream: 'stdout' | 'stderr' | 'runtime' = 'stdout', request = 'r-1'): Entry => {
  return { kind: 'log', request, stream, line, number: 7, at: 1_000 };
};

const saved = JSON.stringify({
  event: 'result',
  status: 'saved',
  source: 'oss://photos/a.jpg',
  target: 'oss://photos-out/a.webp',
  bytes: 3_267,
  ms: 41,
});

it.each<[string, Entry, Partial<LogLine> | undefined]>([
  [
    'a result',
    log(saved),
    { kind: 'saved', source: 'oss://photos/a.jpg', target: 'oss://photos-out/a.webp', bytes: 3_267, ms: 41 },
  ],
  ['of a record that someone has run', log(saved, 'stdout', 'replay-1'), { kind: 'saved', replayed: true }],
  [
    'a skip',
    log('{"event":"result","status":"skipped","source":"x","reason":"no-rule"}'),
    { kind: 'skipped', source: 'x', text: 'no-rule' },
  ],
  [
    'a failure',
    log('{"event":"result","status":"failed","source":"x","error":{"code":"AccessDenied","message":"no"}}'),
    { kind: 'failed', source: 'x', text: 'AccessDenied: no' },
  ],
  [
    'a failure whose message has its code',
    log(
      '{"event":"result","status":"failed","source":"x","error":{"code":"NoSuchKey","message":"NoSuchKey (404): no"}}',
    ),
    { kind: 'failed', text: 'NoSuchKey (404): no' },
  ],
  [
    'a summary',
    log('{"event":"summary","saved":2,"skipped":0,"failed":1,"ms":80}'),
    { kind: 'summary', ms: 80, counts: { saved: 2, skipped: 0, failed: 1 } },
  ],
  ['the runtime’s', log('FC Invoke Start RequestId: 1', 'runtime'), { kind: 'runtime' }],
  ['a warning of Node.js', log('(node:1) Warning', 'stderr'), { kind: 'other', text: '(node:1) Warning' }],
  ['what looks like a result on stderr', log(saved, 'stderr'), { kind: 'other', text: saved }],
  ['a status that nobody knows', log('{"event":"result","status":"constructor"}'), { kind: 'other' }],
  ['no JSON', log('{"event":'), { kind: 'other', text: '{"event":' }],
  ['no object', log('{}'), { kind: 'other' }],
  [
    'values of other types',
    log('{"event":"result","status":"failed","source":"x","target":5,"ms":"<b>","error":[]}'),
    { kind: 'failed', source: 'x', target: undefined, ms: undefined, text: '' },
  ],
  [
    'a result without a source',
    log('{"event":"result","status":"failed","source":{"a":1}}'),
    { kind: 'other', text: '{"event":"result","status":"failed","source":{"a":1}}' },
  ],
  [
    'an invocation that failed',
    { ...invocation('HandledInvocationError: no'), number: 8, at: 2 },
    { kind: 'failed', text: 'HandledInvocationError: no', ms: 12, number: 8, at: 2 },
  ],
  ['an invocation that did not', { ...invocation(undefined), number: 8, at: 2 }, undefined],
  [
    'an event that is given up',
    { kind: 'given-up', request: 'r', condition: 'RetriesExhausted', number: 9, at: 3 },
    { kind: 'failed', text: 'RetriesExhausted' },
  ],
])('takes apart %s', (_, entry, expected) => {
  const line = lineOf(entry);
  if (expected === undefined) expect(line).toBeUndefined();
  else expect(line).toEqual(expect.objectContaining(expected));
});

function invocation(error: string | undefined) {
  return { kind: 'invocation', request: 'r', attempt: 1, ms: 12, coldStart: false, memoryMB: 60, error } as const;
}

it('filters by kind and by text in any case; the runtime’s lines only when they are asked for', () => {
  const lines = [log(saved), log('FC Invoke Start A.JPG', 'runtime'), log('Other a.jpg')]
    .map(lineOf)
    .filter((line) => line !== undefined);
  const kinds = (filter: Parameters<typeof filtered>[1]) => filtered(lines, filter).map(({ kind }) => kind);
  expect(kinds({ kind: undefined, text: '' })).toEqual(['saved', 'other']);
  expect(kinds({ kind: undefined, text: ' A.jpg ' })).toEqual(['saved', 'other']);
  expect(kinds({ kind: 'runtime', text: 'a.jpg' })).toEqual(['runtime']);
  expect(kinds({ kind: 'saved', text: 'b.jpg' })).toEqual([]);
});
