// If-* and Range, as OSS documents them.
import { expect, test } from 'vitest';
import { byteRange, notModified } from '../../../../src/local/oss/request/conditions.js';
import type { StoredObject } from '../../../../src/local/oss/storage/storage.js';
import { startOss } from '../fixture.js';

const object: StoredObject = {
  key: 'k',
  versionId: 'null',
  size: 1000,
  etag: 'ABC',
  lastModified: Date.UTC(2026, 0, 2),
  type: 'Normal',
  headers: {},
};
const before = 'Thu, 01 Jan 2026 00:00:00 GMT';
const same = 'Fri, 02 Jan 2026 00:00:00 GMT';

test.each<[Record<string, string>, boolean | 'PreconditionFailed']>([
  [{}, false],
  [{ 'if-none-match': '"ABC"' }, true],
  [{ 'if-none-match': 'abc' }, true],
  [{ 'if-none-match': 'W/"x", "ABC"' }, true],
  [{ 'if-none-match': '*' }, true],
  [{ 'if-none-match': '"x"' }, false],
  [{ 'if-match': '"ABC"' }, false],
  [{ 'if-match': '"x"' }, 'PreconditionFailed'],
  [{ 'if-modified-since': same }, true],
  [{ 'if-modified-since': before }, false],
  [{ 'if-modified-since': 'never' }, false],
  [{ 'if-none-match': '"x"', 'if-modified-since': same }, false],
  [{ 'if-unmodified-since': same }, false],
  [{ 'if-unmodified-since': before }, 'PreconditionFailed'],
])('%o: %s', (headers, expected) => {
  const prefixed = Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [`x-oss-copy-source-${name}`, value]),
  );
  for (const decide of [
    () => notModified(headers, object),
    () => notModified(prefixed, object, 'x-oss-copy-source-'),
  ]) {
    if (expected === 'PreconditionFailed')
      expect(decide).toThrow(expect.objectContaining({ code: expected, status: 412 }));
    else expect(decide()).toBe(expected);
  }
});

const all = undefined;
test.each<[string, [number, number] | undefined, [number, number] | undefined | 'InvalidRange']>([
  ['bytes=0-99', [0, 99], [0, 99]],
  ['bytes=999-999', [999, 999], [999, 999]],
  ['bytes=500-', [500, 999], [500, 999]],
  ['bytes=-100', [900, 999], [900, 999]],
  ['bytes=500-2000', all, [500, 999]],
  ['bytes=1000-', all, 'InvalidRange'],
  ['bytes=1000-2000', all, 'InvalidRange'],
  ['bytes=-0', all, 'InvalidRange'],
  ['bytes=-2000', all, [0, 999]],
  ['bytes=9-1', all, all],
  ['bytes=-', all, all],
  ['bytes=0-1,5-6', all, all],
  ['bytes=a-b', all, all],
  ['items=0-1', all, all],
])('%s', (range, usual, standard) => {
  const asRange = (pair: [number, number] | undefined) => pair && { first: pair[0], last: pair[1] };
  expect(byteRange({ range }, 1000)).toEqual(asRange(usual));
  const decide = () => byteRange({ range, 'x-oss-range-behavior': 'standard' }, 1000);
  if (standard === 'InvalidRange')
    expect(decide).toThrow(expect.objectContaining({ code: 'InvalidRange', status: 416 }));
  else expect(decide()).toEqual(asRange(standard));
});

test('over the wire', async () => {
  const { client } = await startOss();
  await client().put('k', Buffer.from('0123456789'));
  const part = await client().get('k', { headers: { Range: 'bytes=2-4' } });
  expect([part.res.status, part.content.toString(), part.res.headers['content-range']]).toEqual([
    206,
    '234',
    'bytes 2-4/10',
  ]);
  const { etag = '' } = part.res.headers;
  expect((await client().head('k', { headers: { 'If-None-Match': etag } })).status).toBe(304);
  const current = await client().get('k', { headers: { 'If-None-Match': etag } });
  expect([current.res.status, current.content.length]).toEqual([304, 0]);
  await expect(client().get('k', { headers: { 'If-Match': '"x"' } })).rejects.toMatchObject({
    code: 'PreconditionFailed',
    status: 412,
  });
});
