import { Buffer } from 'node:buffer';
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { answerError } from '../../src/oss/answer.js';

const none: readonly string[] = [];
const at = Date.UTC(2026, 0, 1);

function answer(status: number, body: string | Buffer, headers: Record<string, string | string[]> = {}) {
  return { status, headers, body: Buffer.from(body) };
}

const xml = (code: string, more = '') =>
  `<?xml version="1.0" encoding="UTF-8"?>\n<Error>\n  <Code>${code}</Code>\n  <Message>It failed.</Message>\n` +
  `  <RequestId>5C3D9175B6FC201293AD4890</RequestId>\n  <HostId>photos.oss-cn-hangzhou.aliyuncs.com</HostId>\n  <EC>0016-00000001</EC>${more}\n</Error>\n`;

describe('the body of an error', () => {
  const parsed = {
    status: 400,
    code: 'InvalidArgument',
    ec: '0016-00000001',
    requestId: '5C3D9175B6FC201293AD4890',
    kind: 'permanent',
    confirmed: true,
  };
  test.each([
    ['XML', answer(400, xml('InvalidArgument')), parsed],
    ['XML in one line', answer(400, xml('InvalidArgument').replace(/\n\s*/g, '')), parsed],
    [
      'XML in x-oss-err',
      answer(400, '', { 'x-oss-err': Buffer.from(xml('InvalidArgument')).toString('base64') }),
      parsed,
    ],
    [
      'JSON',
      answer(
        400,
        JSON.stringify({
          Error: {
            Code: 'InvalidArgument',
            Message: 'It failed.',
            RequestId: '5C3D9175B6FC201293AD4890',
            EC: '0016-00000001',
          },
        }),
      ),
      parsed,
    ],
    [
      'JSON with the code in a header',
      answer(400, '{"message":"It failed."}', {
        'x-oss-error-type': 'InvalidArgument',
        'x-oss-request-id': '5C3D9175B6FC201293AD4890',
        'x-oss-ec': '0016-00000001',
      }),
      parsed,
    ],
    ['a code with a space', answer(400, xml('Imm Client')), { ...parsed, code: 'Imm Client' }],
  ])('%s', (_, given, expected) => {
    const error = answerError(given, none, at);
    expect(error).toMatchObject({ name: 'OssError', throttled: false, ...expected });
    expect(error.message).toBe(`${expected.code} (HTTP 400): It failed.`);
  });

  test('entities are resolved once', () => {
    const body = '<Error><Code>InvalidArgument</Code><Message>a &lt;b&gt; &amp;amp; &quot;c&quot;</Message></Error>';
    expect(answerError(answer(400, body), none, at).message).toBe('InvalidArgument (HTTP 400): a <b> &amp; "c"');
  });

  test.each([
    ['empty', ''],
    ['HTML', '<html><body><h1>502 Bad\n Gateway</h1></body></html>'],
    ['text', 'upstream connect error'],
    ['JSON that is no error', '[1,2]'],
    ['JSON with other types', '{"Error":{"Code":{"a":1},"Message":[]}}'],
    ['JSON cut off', '{"Error":{"Code":"NoSuch'],
    ['XML cut off', '<Error><Code>NoSuchKey'],
    ['bytes', gzipSync('x'.repeat(100))],
    ['a code that is none', xml('No<Such>Key')],
    ['a code too long', xml('N'.repeat(65))],
    ['nothing but tags', '<Error>'.repeat(9_000)],
    ['deep JSON', '[{"Error":'.repeat(6_000)],
  ])('%s: the status says what it is', (_, body) => {
    const error = answerError(answer(502, body), none, at);
    expect(error).toMatchObject({ status: 502, kind: 'transient' });
    expect(error.message.length).toBeLessThan(600);
  });

  test('a 5xx that OSS did not write leaves open what OSS does; one that it wrote does not', () => {
    expect(answerError(answer(504, '<html>'), none, at).confirmed).toBe(false);
    expect(answerError(answer(408, ''), none, at).confirmed).toBe(false);
    expect(answerError(answer(400, '<html>'), none, at).confirmed).toBe(false);
    expect(answerError(answer(500, '<html>', { 'x-oss-request-id': 'A1' }), none, at).confirmed).toBe(true);
    expect(answerError(answer(500, xml('InternalError')), none, at).confirmed).toBe(true);
  });

  test('the first code counts, not one that the message quotes', () => {
    const body =
      '<Error><Code>AccessDenied</Code><Message>&lt;Code&gt;NoSuchKey&lt;/Code&gt;</Message><Code>NoSuchKey</Code></Error>';
    expect(answerError(answer(403, body), none, at).code).toBe('AccessDenied');
  });

  test('any bytes give an OssError of the status kind', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), fc.constantFrom(400, 404, 409, 500, 503), (bytes, status) => {
        const error = answerError(answer(status, Buffer.from(bytes)), none, at);
        expect(error.kind).toBe(status < 500 ? 'permanent' : 'transient');
      }),
    );
  });
});

test.each([
  [{ 'x-oss-qos-delay-time': '1500' }, 1_500],
  [{ 'retry-after': '7' }, 7_000],
  [{ 'retry-after': 'Thu, 01 Jan 2026 00:00:09 GMT' }, 9_000],
  [{ 'retry-after': 'Wed, 31 Dec 2025 00:00:00 GMT' }, 0],
  [{ 'retry-after': 'soon' }, undefined],
  [{ 'retry-after': '-5' }, undefined],
  [{ 'x-oss-qos-delay-time': '9'.repeat(30) }, undefined],
  [{}, undefined],
])('asked to wait by %j: %s ms', (headers, wait) => {
  expect(answerError(answer(503, '', headers), none, at).retryAfter).toBe(wait);
});

test('OSS’s clock is taken from Date', () => {
  const date = 'Thu, 01 Jan 2026 00:00:09 GMT';
  expect(answerError(answer(403, xml('RequestTimeTooSkewed'), { date }), none, at).serverTime).toBe(at + 9_000);
  expect(answerError(answer(403, xml('RequestTimeTooSkewed'), { date: 'x' }), none, at).serverTime).toBeUndefined();
});

test('of what OSS echoes, no credential, token or signature is kept', () => {
  const secrets = ['STS.NTplanted', 'plantedSecret', 'CAIS+planted/token=='];
  const signature = 'a1b2c3d4'.repeat(8);
  const planted = [...secrets, ...secrets.map(encodeURIComponent), signature];
  const echo = planted.join(' ');
  const everywhere = xml(
    'SignatureDoesNotMatch',
    `<StringToSign>${echo}</StringToSign><OSSAccessKeyId>${echo}</OSSAccessKeyId>`,
  )
    .replace('It failed.', `x ${echo}; Signature=abc, security-token: def LTAI5tSomeOtherKey`)
    .replace('5C3D9175B6FC201293AD4890', 'plantedSecret')
    .replace('0016-00000001', 'plantedSecret');
  const json = JSON.stringify({
    Error: { Code: 'plantedSecret', Message: echo, RequestId: signature, EC: 'plantedSecret' },
  });
  const err = Buffer.from(everywhere).toString('base64');
  const headers = {
    'x-oss-request-id': 'plantedSecret',
    'x-oss-ec': 'plantedSecret',
    'x-oss-error-type': 'plantedSecret',
  };
  for (const given of [
    answer(403, everywhere),
    answer(403, json),
    answer(403, '', { 'x-oss-err': err }),
    answer(502, `<html>${echo}</html>`),
    answer(502, `{${echo}`, headers),
    answer(403, JSON.stringify({ message: echo }), headers),
    answer(403, everywhere, headers),
  ]) {
    const error = answerError(given, secrets, at);
    const out = JSON.stringify({ ...error, message: error.message, stack: error.stack });
    for (const secret of [...planted, 'Signature=abc', 'token: def', 'LTAI5tSome']) expect(out).not.toContain(secret);
  }
});
