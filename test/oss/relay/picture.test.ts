import { expect, test } from 'vitest';
import { pictureHead } from '../../../src/oss/relay/picture.js';

const headers = { 'x-oss-request-id': 'R', 'content-type': 'image/webp', 'content-length': '5' };
const answer = (more: Record<string, string | string[] | undefined> = {}, status = 200) => ({
  status,
  headers: { ...headers, ...more },
  body: Buffer.alloc(0),
});

test.each([
  ['of OSS', {}, { contentType: 'image/webp', length: 5, canWait: false }],
  ['with a parameter', { 'content-type': 'image/jpg; a=b' }, { contentType: 'image/jpg' }],
  ['of a new format', { 'content-type': 'image/vnd.some-thing+x' }, { contentType: 'image/vnd.some-thing+x' }],
  ['known by its ETag', { 'x-oss-request-id': undefined, etag: '"E"' }, { contentType: 'image/webp' }],
  ['in chunks', { 'content-length': undefined, 'transfer-encoding': 'chunked' }, { length: undefined }],
  ['after which the connection stays', { connection: 'Keep-Alive' }, { canWait: true }],
  ['after which it closes', { connection: 'close' }, { canWait: false }],
  ['after which it does both', { connection: ['keep-alive', 'close'] }, { canWait: false }],
  ['after which it does both, in one line', { connection: 'keep-alive, close' }, { canWait: false }],
  ['whose proxy has its own mind', { connection: 'keep-alive', 'proxy-connection': 'close' }, { canWait: false }],
])('a picture %s', (_, more, expected) => {
  expect(pictureHead(answer(more))).toMatchObject(expected);
});

const unexpected = { code: 'UnexpectedResponse', status: 200 };
test.each([
  ['a page', { 'content-type': 'text/html' }, { kind: 'permanent', requestId: 'R' }],
  ['a page of who knows', { 'content-type': 'text/html', 'x-oss-request-id': undefined }, { kind: 'transient' }],
  ['a picture of who knows', { 'x-oss-request-id': undefined }, { kind: 'transient' }],
  ['of no type', { 'content-type': undefined }, { kind: 'permanent' }],
  ['a type that only begins so', { 'content-type': 'image/' }, { kind: 'permanent' }],
  ['packed', { 'content-encoding': 'gzip' }, { kind: 'permanent' }],
  ['without an end', { 'content-length': undefined }, { kind: 'transient' }],
  ['of a length that is none', { 'content-length': '5, 5' }, { kind: 'transient' }],
  ['of a length below nothing', { 'content-length': '-1' }, { kind: 'transient' }],
  [
    'chunked, then packed',
    { 'content-length': undefined, 'transfer-encoding': 'chunked, gzip' },
    { kind: 'transient' },
  ],
])('%s is not stored', (_, more, expected) => {
  expect(() => pictureHead(answer(more))).toThrow(expect.objectContaining({ ...unexpected, ...expected }));
});

test.each([201, 203, 204, 206])('an answer of %i is not stored', (status) => {
  expect(() => pictureHead(answer({}, status))).toThrow(expect.objectContaining({ status, kind: 'permanent' }));
});
