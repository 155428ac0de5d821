// Bucket and key from Host and the raw request target; and the same keys all the way through storage, lists and saves.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ServiceError } from '../../../../src/local/oss/error.js';
import { resolve } from '../../../../src/local/oss/request/resolve.js';
import { codeOf, startOss } from '../fixture.js';

const region = 'cn-hangzhou';
const at = (target: string, host: string) => {
  const { bucket, key } = resolve(target, host, region);
  return { bucket, key };
};

test.each([
  ['/k.jpg', 'photos.oss-cn-hangzhou.aliyuncs.com', 'photos', 'k.jpg'],
  ['/k.jpg', 'photos.oss-cn-hangzhou-internal.aliyuncs.com:80', 'photos', 'k.jpg'],
  ['/k.jpg', 'PHOTOS.localhost:9000', 'photos', 'k.jpg'],
  ['/', 'photos.localhost', 'photos', undefined],
  ['/?list-type=2', 'photos.localhost', 'photos', undefined],
  ['/', 'oss-cn-hangzhou.aliyuncs.com', undefined, undefined],
  ['/', '.oss-cn-hangzhou.aliyuncs.com', undefined, undefined],
  ['/photos/k.jpg', '127.0.0.1:9000', 'photos', 'k.jpg'],
  ['/photos/k.jpg', 'localhost:9000', 'photos', 'k.jpg'],
  ['/photos/k.jpg', '[::1]:9000', 'photos', 'k.jpg'],
  ['/photos/k.jpg', '', 'photos', 'k.jpg'],
  ['/photos', '127.0.0.1', 'photos', undefined],
  ['/photos/', '127.0.0.1', 'photos', undefined],
  ['/', '127.0.0.1', undefined, undefined],
  ['/photos/a/../b', 'h', 'photos', 'a/../b'],
  ['/photos/a/%2e%2E/b', 'h', 'photos', 'a/../b'],
  ['/photos/./a//b/', 'h', 'photos', './a//b/'],
  ['/photos/a%2Fb', 'h', 'photos', 'a/b'],
  ['/photos/a+b%2Bc%20d', 'h', 'photos', 'a b+c d'],
  ['/photos/%25%3F%23%26', 'h', 'photos', '%?#&'],
  ['/photos/a#b', 'h', 'photos', 'a#b'],
  ['/photos/\xe7\x9b\xae', 'h', 'photos', '目'],
  ['/photos/%EF%BB%BFbom', 'h', 'photos', '\uFEFFbom'],
])('%s at %s', (target, host, bucket, key) => {
  expect(at(target, host)).toEqual({ bucket, key });
});

test.each([
  ['http://h/photos/k', 'h', 'InvalidURI'],
  ['*', 'h', 'InvalidURI'],
  ['/photos/%zz', 'h', 'InvalidURI'],
  ['/photos/%', 'h', 'InvalidURI'],
  ['/photos/%ff', 'h', 'InvalidObjectName'],
  ['/photos/k?a=%e7%9b', 'h', 'InvalidURI'],
  ['/photos/%ed%a0%80', 'h', 'InvalidObjectName'],
  ['/%ff/k', 'h', 'InvalidURI'],
  ['/..', 'h', 'InvalidBucketName'],
  ['/Photos/k', 'h', 'InvalidBucketName'],
  ['/-photos/k', 'h', 'InvalidBucketName'],
  ['/ab/k', 'h', 'InvalidBucketName'],
  ['/__proto__/k', 'h', 'InvalidBucketName'],
  ['//k', 'h', 'InvalidBucketName'],
  ['/k', '.oss-cn-hangzhou.aliyuncs.com', 'SecondLevelDomainForbidden'],
  ['/photos/k', 'oss-cn-hangzhou.aliyuncs.com', 'SecondLevelDomainForbidden'],
  ['/photos', 'oss-cn-hangzhou-internal.aliyuncs.com', 'SecondLevelDomainForbidden'],
  ['/k', 'photos.oss-cn-shanghai.aliyuncs.com', 'AccessDenied'],
])('%s at %s is refused', (target, host, code) => {
  expect(() => at(target, host)).toThrow(expect.objectContaining({ code }));
});

test('any bytes are a target or a refusal, and what was encoded comes back', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 40 }), (text) => {
      try {
        at(`/${text}`, 'h');
      } catch (error) {
        expect(error).toBeInstanceOf(ServiceError);
      }
    }),
  );
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme', minLength: 1, maxLength: 60 }), (key) => {
      fc.pre(key.isWellFormed() && !/^[/\\]/.test(key));
      expect(at(`/photos/${encodeURIComponent(key)}`, 'h')).toEqual({ bucket: 'photos', key });
    }),
  );
});

describe('keys are stored and found under exactly their name', () => {
  const withControls = 'control\u0001\u001f\u007f.jpg';
  const keys = [
    'a b.jpg',
    'a+b.jpg',
    '100%.jpg',
    '%41.jpg',
    'what?.jpg',
    '#1&2=3.jpg',
    'a//b///c.jpg',
    `"double" 'single' \`back\`.jpg`,
    '!()*~;:@$,[]{}|^<>.jpg',
    '目录/照片.jpg',
    '🎉👩‍👩‍👧‍👦.jpg',
    '../../etc/passwd',
    'a/../b/./c',
    '..',
    '.',
    'folder/',
    ' leading and trailing ',
    withControls,
    '__proto__',
    'constructor',
    `${'长'.repeat(339)}`,
    'e\u0301 is not \u00e9',
  ];
  expect(Buffer.byteLength(keys.at(-2) ?? '')).toBe(1017);

  test('put, get, list, delete', async () => {
    const { wire, client, events, bugs } = await startOss();
    for (const key of keys) {
      const path = `/photos/${encodeURIComponent(key).replaceAll('%2F', '/').replaceAll('.', '%2e')}`;
      const put = await wire({ method: 'PUT', path, key, body: `body of ${key}` });
      expect([key, put.status, codeOf(put)]).toEqual([key, 200, undefined]);
      expect((await wire({ path: `/photos/${encodeURIComponent(key)}`, key })).text).toBe(`body of ${key}`);
    }
    expect(events.map((event) => event.oss.object.key)).toEqual(keys);
    const listed = (await client().list({ 'max-keys': 1000, 'encoding-type': 'url' })).objects.map(({ name }) =>
      decodeURIComponent(name),
    );
    expect(listed).toEqual(keys.toSorted((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b))));
    // Without encoding-type the keys are text of the document, which XML can hold unless there are control characters.
    await client().delete(withControls);
    const plain = (await client().list({ 'max-keys': 1000 })).objects.map(({ name }) => name);
    expect(plain).toEqual(listed.filter((key) => key !== withControls));
    for (const key of keys) {
      await wire({ method: 'DELETE', path: `/photos/${encodeURIComponent(key)}`, key });
    }
    expect((await client().list({})).objects).toEqual([]);
    expect(bugs).toEqual([]);
  });
});
