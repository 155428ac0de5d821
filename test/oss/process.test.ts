import { Buffer } from 'node:buffer';
import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { OssError } from '../../src/oss/error.js';
import { processBody, processResult } from '../../src/oss/process.js';

const target = { bucket: 'destbucket', key: 'thumb/photo.png' };

test('is the body of the vendor’s vectors', () => {
  const { generatedProcessObject: vectors } = JSON.parse(
    readFileSync(new URL('v4-vectors.json', import.meta.url), 'utf8'),
  );
  for (const { body } of vectors as { body: string }[]) {
    const [, style = '', object = '', bucket = ''] = /^x-oss-process=(.*)\|sys\/saveas,o_(.*),b_(.*)$/.exec(body) ?? [];
    const decoded = (text: string) => Buffer.from(text, 'base64url').toString('utf8');
    expect(processBody({ style, target: { bucket: decoded(bucket), key: decoded(object) } })).toBe(body);
  }
  expect(vectors.length).toBe(5);
});

test.each([
  ['目录/照片.jpg', '55uu5b2VL-eFp-eJhy5qcGc'],
  ['a?>~~', 'YT8-fn4'],
  ['ab', 'YWI'],
])('target key %j is o_%s: URL-safe, unpadded', (key, encoded) => {
  expect(processBody({ style: 'style/small', target: { ...target, key } })).toBe(
    `x-oss-process=style/small|sys/saveas,o_${encoded},b_ZGVzdGJ1Y2tldA`,
  );
});

test('any key arrives as itself, in characters that a form leaves alone', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme', minLength: 1, maxLength: 60 }), (key) => {
      fc.pre(!/^[/\\]|(?:^|\/)\.{1,2}(?:\/|$)|[{}]/.test(key));
      const body = processBody({ style: 'image/resize,w_100', target: { ...target, key } });
      expect(body).toMatch(/^[\w.~,|/=:*!-]+$/);
      expect(new URLSearchParams(body).get('x-oss-process')).toBe(body.slice('x-oss-process='.length));
      expect(Buffer.from(/o_([^,]*)/.exec(body)?.[1] ?? '', 'base64url').toString('utf8')).toBe(key);
    }),
  );
});

test('the plus of a base64 text arrives as a plus, not as the space of a form', () => {
  const body = processBody({ style: 'image/watermark,text_6Zi+6YeM', target });
  expect(new URLSearchParams(body).get('x-oss-process')).toMatch(/^image\/watermark,text_6Zi\+6YeM\|sys\/saveas,/);
});

test.each([
  ['', 'image/…'],
  ['image/resize,w_1|sys/saveas,o_YQ', 'a second target'],
  ['image/resize,w_1|image/flip', 'a pipe'],
  ['sys/saveas,o_YQ', 'only saveas'],
  ['image/resize,w_1&x=1', 'another form field'],
  ['image/resize,w_%31', 'percent-encoding'],
  ['image/a b', 'a space'],
  ['style/图', 'no ASCII'],
  ['image/resize\n', 'a line break'],
  [`image/${'a'.repeat(5_000)}`, 'too long'],
])('style %j is refused: %s', (style) => {
  expect(() => processBody({ style, target })).toThrow(OssError);
  expect(() => processBody({ style, target })).toThrow(/^InvalidArgument: /);
});

test.each([
  [{ key: '{object}.jpg' }, 'InvalidObjectName'],
  [{ key: 'a/../b' }, 'InvalidObjectName'],
  [{ key: '' }, 'InvalidObjectName'],
  [{ key: '\ud800' }, 'InvalidObjectName'],
  [{ bucket: 'Bad' }, 'InvalidBucketName'],
])('target %j is refused', (wrong, code) => {
  const call = () => processBody({ style: 'image/flip', target: { ...target, ...wrong } });
  expect(call).toThrow(expect.objectContaining({ kind: 'permanent', code, attempts: 0 }));
});

const well = { status: 'OK', object: target.key, bucket: target.bucket, fileSize: 3_267 };
const answer = (body: string | object, headers: Record<string, string> = { 'content-length': '1' }) => ({
  status: 200,
  headers,
  body: Buffer.from(typeof body === 'string' ? body : JSON.stringify(body, null, 2)),
});

test.each([
  ['as documented', well, { bytes: 3_267 }],
  ['bucket empty: OSS took it from the source', { ...well, bucket: '' }, { bytes: 3_267 }],
  ['no bucket', { ...well, bucket: undefined }, { bytes: 3_267 }],
  ['no size', { ...well, fileSize: undefined }, {}],
  ['a size that is none', { ...well, fileSize: -1 }, {}],
  ['more fields', { ...well, more: 1 }, { bytes: 3_267 }],
  ['nothing', '', 'empty'],
])('%s: saved', (_, body, result) => {
  expect(processResult(answer(body), target)).toEqual(result);
});

test.each([
  ['another status', { ...well, status: 'Failed' }, 'permanent'],
  ['another object', { ...well, object: 'thumb/photo.jpg' }, 'permanent'],
  ['no object', { ...well, object: undefined }, 'permanent'],
  ['another bucket', { ...well, bucket: 'photos' }, 'permanent'],
  ['a bucket of another type', { ...well, bucket: null }, 'permanent'],
  ['an array', [well], 'permanent'],
  ['null', 'null', 'permanent'],
  ['an image: there was no saveas', '\xff\xd8\xff\xe0', 'permanent'],
  ['HTML', '<html>', 'permanent'],
  ['a prototype', '{"__proto__":{"status":"OK","object":"thumb/photo.png"}}', 'permanent'],
])('%s: not saved, and never will be', (_, body, kind) => {
  expect(() => processResult(answer(body), target)).toThrow(
    expect.objectContaining({ kind, code: 'UnexpectedResponse', status: 200, confirmed: true }),
  );
});

test('half of a JSON without a length may be an answer that broke off', () => {
  const half = JSON.stringify(well).slice(0, 20);
  expect(() => processResult(answer(half, {}), target)).toThrow(
    expect.objectContaining({ kind: 'transient', code: 'UnexpectedResponse', confirmed: false }),
  );
  expect(() => processResult({ ...answer(half, {}), truncated: true }, target)).toThrow(
    expect.objectContaining({ kind: 'permanent' }),
  );
});
