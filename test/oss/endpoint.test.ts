import { Buffer } from 'node:buffer';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { addressOf, encodeKey, encodeStrictly, resolveEndpoint } from '../../src/oss/endpoint.js';
import { OssError } from '../../src/oss/error.js';

const region = 'cn-hangzhou';

function refusal(call: () => unknown): OssError {
  try {
    call();
  } catch (error) {
    if (error instanceof OssError) return error;
    throw error;
  }
  throw new Error('was not refused');
}

test('without an override: the internal endpoint of the region', () => {
  expect(resolveEndpoint({ region: 'ap-southeast-1' })).toEqual({
    protocol: 'https',
    host: 'oss-ap-southeast-1-internal.aliyuncs.com',
    pathStyle: false,
  });
});

test.each([
  ['https://oss-cn-hangzhou.aliyuncs.com', 'https://photos.oss-cn-hangzhou.aliyuncs.com', '/a/b'],
  ['oss-cn-hangzhou.aliyuncs.com', 'https://photos.oss-cn-hangzhou.aliyuncs.com', '/a/b'],
  ['HTTP://OSS.Example.com/', 'http://photos.oss.example.com', '/a/b'],
  ['https://oss.example.com:443', 'https://photos.oss.example.com', '/a/b'],
  ['http://oss.example.com:443', 'http://photos.oss.example.com:443', '/a/b'],
  ['http://oss.example.com:80', 'http://photos.oss.example.com', '/a/b'],
  ['oss_local:9000', 'https://photos.oss_local:9000', '/a/b'],
  ['oss-accelerate.aliyuncs.com', 'https://photos.oss-accelerate.aliyuncs.com', '/a/b'],
  ['cn-hangzhou.oss.aliyuncs.com', 'https://photos.cn-hangzhou.oss.aliyuncs.com', '/a/b'],
  ['http://dev.localhost:9000', 'http://photos.dev.localhost:9000', '/a/b'],
  ['127.0.0.1:9000', 'http://127.0.0.1:9000', '/photos/a/b'],
  ['127.0.0.1', 'http://127.0.0.1', '/photos/a/b'],
  ['localhost:9000', 'http://localhost:9000', '/photos/a/b'],
  ['https://localhost', 'https://localhost', '/photos/a/b'],
  ['192.168.1.7:9000', 'https://192.168.1.7:9000', '/photos/a/b'],
  ['http://192.168.1.7', 'http://192.168.1.7', '/photos/a/b'],
  ['::1', 'http://[::1]', '/photos/a/b'],
  ['http://[::1]:9000', 'http://[::1]:9000', '/photos/a/b'],
  ['http://[FE80::1]', 'http://[fe80::1]', '/photos/a/b'],
])('endpoint %s: origin %s, path %s', (override, origin, path) => {
  const endpoint = resolveEndpoint({ region, override });
  expect(addressOf(endpoint, 'photos', 'a/b')).toEqual({ origin, path, uri: '/photos/a/b' });
});

test.each([
  '',
  '/',
  'http://',
  'https:///x',
  'ftp://oss.example.com',
  'http://oss.example.com/base',
  'http://oss.example.com/?x=1',
  'http://oss.example.com#f',
  'http://oss.example.com\\evil',
  'http://oss.example.com:0',
  'http://oss.example.com:65536',
  'http://oss.example.com:',
  'http://oss.example.com:80:80',
  'https://photos.oss-cn-hangzhou.aliyuncs.com',
  'photos.oss-cn-hangzhou-internal.aliyuncs.com',
  'PHOTOS.oss-accelerate.aliyuncs.com',
  'photos.cn-hangzhou.oss.aliyuncs.com',
  'oss..example.com',
  'oss.example.com.',
  '-oss.example.com',
  'http://1.2.3',
  'http://1.2.3.4.5',
  '1:2:3',
  'http://[::g]',
  'http://[::1',
  'oss example.com',
  'oss.example.com\n',
  'http://оss.example.com',
  `http://${'a'.repeat(64)}.com`,
  'a'.repeat(100_000),
])('endpoint %j is refused', (override) => {
  const error = refusal(() => resolveEndpoint({ region, override }));
  expect(error).toMatchObject({ kind: 'setup', code: 'InvalidEndpoint', status: undefined });
  expect(error.message).toContain('expected [http://|https://]host[:port]');
  expect(error.message.length).toBeLessThan(400);
});

test('an endpoint with user information is refused, and not shown', () => {
  const error = refusal(() => resolveEndpoint({ region, override: 'https://ak:hunter2@oss.example.com' }));
  expect(error.code).toBe('InvalidEndpoint');
  expect(error.message).not.toMatch(/hunter2|ak:/);
});

test.each([
  '',
  'hangzhou',
  'oss-cn-hangzhou',
  'CN-HANGZHOU',
  'cn_hangzhou',
  'cn-hangzhou.evil.com',
  'cn-hangzhou/',
  'cn-',
  'a'.repeat(99),
])('region %j is refused', (wrong) => {
  expect(refusal(() => resolveEndpoint({ region: wrong }))).toMatchObject({ kind: 'setup', code: 'InvalidRegion' });
});

test.each([
  '',
  'ab',
  'Photos',
  '-photos',
  'photos-',
  'photos.evil.com',
  'photos/evil',
  'photos@evil',
  'photos:80',
  'a'.repeat(64),
  'фото',
])('bucket %j is refused: it could lead to another host', (bucket) => {
  const endpoint = resolveEndpoint({ region });
  for (const call of [() => addressOf(endpoint, bucket), () => addressOf(endpoint, bucket, 'a')]) {
    expect(refusal(call)).toMatchObject({ kind: 'permanent', code: 'InvalidBucketName' });
  }
});

const virtual = resolveEndpoint({ region });

describe('the path of a key', () => {
  test.each([
    ['a b.jpg', '/a%20b.jpg'],
    ['a+b', '/a%2Bb'],
    ['100%25', '/100%2525'],
    ['a?b#c&d=e', '/a%3Fb%23c%26d%3De'],
    ['a//b/', '/a//b/'],
    [`!'()*`, '/%21%27%28%29%2A'],
    ['-._~', '/-._~'],
    ['"q"', '/%22q%22'],
    ['目录/照片.jpg', '/%E7%9B%AE%E5%BD%95/%E7%85%A7%E7%89%87.jpg'],
    ['👨‍👩‍👧.png', '/%F0%9F%91%A8%E2%80%8D%F0%9F%91%A9%E2%80%8D%F0%9F%91%A7.png'],
    ['%2e%2e/x', '/%252e%252e/x'],
    ['...', '/...'],
    ['.hidden/..b/c..', '/.hidden/..b/c..'],
    ['a\\b', '/a%5Cb'],
    ['a\r\nb\0', '/a%0D%0Ab%00'],
    ['k'.repeat(1023), `/${'k'.repeat(1023)}`],
  ])('%j is %s', (key, path) => {
    expect(addressOf(virtual, 'photos', key)).toMatchObject({ path, uri: `/photos${path}` });
  });

  test.each([
    ['', 'is empty'],
    ['/a', 'starts with a slash'],
    ['\\a', 'starts with a slash'],
    ['..', 'has a segment . or ..'],
    ['a/../b', 'has a segment . or ..'],
    ['./a', 'has a segment . or ..'],
    ['a/.', 'has a segment . or ..'],
    ['a\ud800b', 'half of a surrogate pair'],
    ['\udc00', 'half of a surrogate pair'],
    ['k'.repeat(1024), 'longer than 1023 bytes'],
    ['照'.repeat(342), 'longer than 1023 bytes'],
  ])('%j is refused: %s', (key, why) => {
    const error = refusal(() => addressOf(virtual, 'photos', key));
    expect(error).toMatchObject({ kind: 'permanent', code: 'InvalidObjectName' });
    expect(error.message).toContain(why);
  });

  test('decodes to the key, byte by byte, and holds nothing that a client or proxy would rewrite', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 60 }), (key) => {
        const encoded = encodeKey(key);
        expect(decodeURIComponent(encoded)).toBe(key);
        expect(encoded).toMatch(/^(?:[A-Za-z0-9._~/-]|%[0-9A-F]{2})*$/);
        expect(encodeStrictly(key).replaceAll('%2F', '/')).toBe(encoded);
        expect(Buffer.from(key).length).toBe(encoded.replace(/%../g, '.').length);
      }),
    );
  });
});
