// Taking x-oss-process apart: pipes, saveas, base64 in every form that SDKs send.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ServiceError } from '../../../../src/local/oss/error.js';
import { parseProcess, processOfBody } from '../../../../src/local/oss/object/process.js';

const b64 = (text: string) => Buffer.from(text).toString('base64');
const url = (text: string) => Buffer.from(text).toString('base64url');

function refusal(action: () => unknown): { code: string; message: string; status: number } {
  try {
    action();
  } catch (error) {
    if (error instanceof ServiceError) return error;
    throw error;
  }
  throw new Error('it was accepted');
}

test.each([
  ['image/resize,w_100|sys/saveas,o_dGVzdC5qcGc,b_dGVzdA', { key: 'test.jpg', bucket: 'test' }],
  ['image/resize,w_100|sys/saveas,b_dGVzdA,o_dGVzdC5qcGc', { key: 'test.jpg', bucket: 'test' }],
  ['image/resize,w_100|sys/saveas,o_dGVzdC5qcGc', { key: 'test.jpg', bucket: undefined }],
  ['image/resize,w_100|sys/saveas,o_ZGVzdC5qcGc=', { key: 'dest.jpg', bucket: undefined }],
  [
    `image/resize,w_100|sys/saveas,o_${b64('目录/照片.jpg')},b_${b64('dest')}`,
    { key: '目录/照片.jpg', bucket: 'dest' },
  ],
  [
    `image/resize,w_100|sys/saveas,o_${url('目录/照片.jpg')},b_${url('dest')}`,
    { key: '目录/照片.jpg', bucket: 'dest' },
  ],
  ['image/resize,w_100', undefined],
])('%s', (value, saveas) => {
  const parsed = parseProcess(value);
  expect(parsed.pipes).toEqual(['image/resize,w_100']);
  expect(parsed.saveas).toEqual(saveas);
});

test('pipes are kept in order', () => {
  expect(parseProcess('style/a|image/indexcrop,x_1|image/flip,1').pipes).toEqual([
    'style/a',
    'image/indexcrop,x_1',
    'image/flip,1',
  ]);
});

test('every key arrives, in four kinds of base64 and two kinds of body', () => {
  const key = fc
    .string({ unit: 'grapheme', minLength: 1, maxLength: 60 })
    .filter((text) => text.isWellFormed() && !/^[/\\]|[{}]/.test(text));
  const writers = [
    b64,
    url,
    (text: string) => b64(text).replace(/=+$/, ''),
    (text: string) => b64(text).replace(/\+/g, '-').replace(/\//g, '_'),
  ];
  fc.assert(
    fc.property(key, fc.constantFrom(...writers), fc.boolean(), (text, write, encoded) => {
      const value = `image/resize,w_1|sys/saveas,o_${write(text)},b_${write('photos-out')}`;
      const body = `x-oss-process=${encoded ? encodeURIComponent(value) : value}`;
      expect(parseProcess(processOfBody(Buffer.from(body))).saveas).toEqual({ key: text, bucket: 'photos-out' });
    }),
  );
});

describe('refused', () => {
  test.each([
    ['image/resize,w_1|sys/saveas,o_%%%', 'BadRequest', 'Input is not base64 decoding.'],
    ['image/resize,w_1|sys/saveas,o_dGVzd', 'BadRequest', 'Input is not base64 decoding.'],
    ['image/resize,w_1|sys/saveas,o_dGVzdC5qcGc==', 'BadRequest', 'Input is not base64 decoding.'],
    ['image/resize,w_1|sys/saveas,o_dGVzdA,b_d=A=', 'BadRequest', 'Input is not base64 decoding.'],
    ['image/resize,w_1|sys/saveas,o_dGVz dA', 'BadRequest', 'Input is not base64 decoding.'],
    ['image/resize,w_1|sys/saveas', 'InvalidArgument', 'o_'],
    ['image/resize,w_1|sys/saveas,x_dGVzdA', 'InvalidArgument', 'x_dGVzdA'],
    ['image/resize,w_1|sys/saveas,o_', 'InvalidObjectName', ''],
    [`image/resize,w_1|sys/saveas,o_${url('/front')}`, 'InvalidObjectName', ''],
    [`image/resize,w_1|sys/saveas,o_${url('\\front')}`, 'InvalidObjectName', ''],
    [`image/resize,w_1|sys/saveas,o_${url('x'.repeat(1024))}`, 'InvalidObjectName', ''],
    ['image/resize,w_1|sys/saveas,o_gICA', 'InvalidObjectName', ''],
    [`image/resize,w_1|sys/saveas,o_dGVzdA,b_${url('No')}`, 'InvalidBucketName', ''],
    [`image/resize,w_1|sys/saveas,o_dGVzdA,b_${url('..')}`, 'InvalidBucketName', ''],
    [`image/resize,w_1|sys/saveas,o_${url('{dirname}/x')}`, 'NotImplemented', 'braces'],
    [`image/resize,w_1|sys/saveas,o_dGVzdA,b_${url('{bucket}')}`, 'NotImplemented', 'braces'],
    ['image/resize,w_1|sys/saveas,o_dGVzdA/notify,topic_YQ', 'NotImplemented', 'sys/notify'],
    ['image/resize,w_1|sys/notify,topic_YQ', 'NotImplemented', 'sys/notify'],
    ['image/resize,w_1|sys/other', 'InvalidArgument', 'operation not support post: sys/other'],
    ['image/resize,w_1|saveas,o_dGVzdA', 'InvalidArgument', 'operation not support post: saveas'],
    ['sys/saveas,o_dGVzdA', 'InvalidArgument', 'nothing to save'],
    ['picture/resize,w_1', 'InvalidArgument', 'operation not support post: picture/resize'],
    ['', 'InvalidArgument', 'operation not support post'],
    ['video/convert,f_mp4', 'NotImplemented', 'video/convert'],
    ['doc/preview', 'NotImplemented', 'doc/preview'],
    ['audio/info', 'NotImplemented', 'audio/info'],
    ['image/a|image/b|image/c|image/d|image/e|image/f', 'TooManyPipe', ''],
    [`image/${'x'.repeat(17_000)}`, 'InvalidArgument', 'too long'],
  ])('%s', (value, code, message) => {
    const error = refusal(() => parseProcess(value));
    expect(error.code).toBe(code);
    expect(error.message).toContain(message);
    expect(error.status).toBe(code === 'NotImplemented' ? 501 : 400);
  });

  test.each([
    ['', 'InvalidRequest'],
    ['x-oss-process=', 'InvalidRequest'],
    ['process=image/resize', 'InvalidRequest'],
    ['x-oss-process=%zz', 'InvalidArgument'],
    ['x-oss-process=%ff', 'InvalidArgument'],
  ])('the body %j', (body, code) => {
    expect(refusal(() => processOfBody(Buffer.from(body))).code).toBe(code);
  });
});
