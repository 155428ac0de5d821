// What is not implemented says so by name.
import { expect, test } from 'vitest';
import { detect } from '../../../src/local/oss/detect.js';
import { resolve } from '../../../src/local/oss/resolve.js';
import { codeOf, startOss } from './fixture.js';

const detected = (method: string, target: string, headers: Record<string, string> = {}) =>
  detect(method, resolve(target, 'h', 'cn-hangzhou'), headers);

test.each([
  ['GET', '/', 'ListBuckets'],
  ['PUT', '/photos', 'PutBucket'],
  ['GET', '/photos/?prefix=a&unknown=1', 'ListObjects'],
  ['GET', '/photos?list-type=2', 'ListObjectsV2'],
  ['GET', '/photos?style', 'ListStyle'],
  ['GET', '/photos?styleName=a&style', 'GetStyle'],
  ['GET', '/photos/k?x-oss-process=image/info', 'GetObject'],
  ['POST', '/photos/k?x-oss-process', 'ProcessObject'],
  ['PUT', '/photos/k?uploadId=1&partNumber=1', 'UploadPart'],
  ['POST', '/photos/k?append&position=0', 'AppendObject'],
  ['POST', '/photos', 'PostObject'],
  ['PUT', '/photos?cors', 'PutBucketCors'],
  ['OPTIONS', '/photos', 'OptionObject'],
  ['OPTIONS', '/photos/k?uploads&lifecycle', 'OptionObject'],
])('%s %s is %s', (method, target, operation) => {
  expect(detected(method, target)).toBe(operation);
});

test.each<[string, string, Record<string, string>, string]>([
  ['GET', '/photos?lifecycle', {}, 'GET on the bucket with ?lifecycle'],
  ['GET', '/photos?versions', {}, 'GET on the bucket with ?versions'],
  ['GET', '/photos/k?versionId=null', {}, 'GET on an object with ?versionId'],
  ['PUT', '/photos/k?tagging', {}, 'PUT on an object with ?tagging'],
  ['POST', '/photos/k?x-oss-async-process', {}, 'POST on an object with ?x-oss-async-process'],
  ['HEAD', '/photos/k?x-oss-process=image/info', {}, 'HEAD on an object with ?x-oss-process'],
  ['GET', '/photos/k?acl', {}, 'GET on an object with ?acl'],
  ['GET', '/photos/k?symlink&x-oss-process=image/info&acl', {}, 'GET on an object with ?acl&symlink'],
  ['POST', '/photos/k', {}, 'POST on an object'],
  ['PATCH', '/photos/k', {}, 'PATCH on an object'],
  ['HEAD', '/photos', {}, 'HEAD on the bucket'],
  ['DELETE', '/', {}, 'DELETE on the service'],
  ['PUT', '/photos/k?uploadId=1&partNumber=1', { 'x-oss-copy-source': '/a/b' }, 'UploadPartCopy'],
  ['PUT', '/photos/k', { 'x-oss-server-side-encryption': 'KMS' }, 'x-oss-server-side-encryption'],
  ['PUT', '/photos/k', { 'x-oss-storage-class': 'IA' }, 'x-oss-storage-class: IA'],
  ['PUT', '/photos/k', { 'x-oss-object-acl': 'public-read' }, 'x-oss-object-acl'],
  ['PUT', '/photos/k', { 'x-oss-callback': 'e30=' }, 'x-oss-callback'],
  ['PUT', '/photos/k', { 'x-oss-tagging': 'a=b' }, 'x-oss-tagging'],
])('%s %s %o: NotImplemented names %s', (method, target, headers, named) => {
  expect(() => detected(method, target, headers)).toThrow(
    expect.objectContaining({ code: 'NotImplemented', status: 501, message: expect.stringContaining(named) }),
  );
});

test('list-type other than 2', () => {
  expect(() => detected('GET', '/photos?list-type=3')).toThrow(expect.objectContaining({ code: 'InvalidArgument' }));
});

test('over the wire', async () => {
  const { wire } = await startOss();
  const answer = await wire({ path: '/photos/?lifecycle', queries: { lifecycle: null } });
  expect([codeOf(answer), answer.status]).toEqual(['NotImplemented', 501]);
  expect(answer.text).toContain('GET on the bucket with ?lifecycle');
});
