// What is not implemented says so by name.
import { expect, test } from 'vitest';
import { detect } from '../../../../src/local/oss/request/detect.js';
import { resolve } from '../../../../src/local/oss/request/resolve.js';
import { codeOf, startOss } from '../fixture.js';

const detected = (method: string, target: string, headers: Record<string, string> = {}) =>
  detect(method, resolve(target, 'h', 'cn-hangzhou'), headers);

test.each([
  ['GET', '/', 'ListBuckets'],
  ['GET', '/?regions', 'DescribeRegions'],
  ['GET', '/photos?stat', 'GetBucketStat'],
  ['PUT', '/photos', 'PutBucket'],
  ['GET', '/photos/?prefix=a&max-keys=1&encoding-type=url', 'ListObjects'],
  ['GET', '/photos?uploads&max-parts=1&key-marker=a', 'ListMultipartUploads'],
  ['GET', '/photos?list-type=2', 'ListObjectsV2'],
  ['GET', '/photos?versions&prefix=a', 'ListObjectVersions'],
  ['GET', '/photos?versioning', 'GetBucketVersioning'],
  ['GET', '/photos?tagging', 'GetBucketTags'],
  ['GET', '/photos/k?versionId=null', 'GetObject'],
  ['GET', '/photos/k?acl&versionId=null', 'GetObjectAcl'],
  ['PUT', '/photos/k?tagging', 'PutObjectTagging'],
  ['POST', '/photos/k?x-oss-process&versionId=null', 'ProcessObject'],
  ['GET', '/photos?style', 'ListStyle'],
  ['GET', '/photos?styleName=a&style', 'GetStyle'],
  ['GET', '/photos/k?x-oss-process=image/info', 'GetObject'],
  ['POST', '/photos/k?x-oss-process', 'ProcessObject'],
  ['PUT', '/photos/k?uploadId=1&partNumber=1', 'UploadPart'],
  ['POST', '/photos/k?append&position=0', 'AppendObject'],
  ['GET', '/photos/k?x-oss-signature-version=a&x-oss-signature=b&response-expires=c', 'GetObject'],
  ['PUT', '/photos/k?x-oss-request-payer=requester', 'PutObject'],
  ['POST', '/photos', 'PostObject'],
  ['PUT', '/photos?cors', 'PutBucketCors'],
  ['OPTIONS', '/photos', 'OptionObject'],
  ['OPTIONS', '/photos/k?uploads&lifecycle', 'OptionObject'],
])('%s %s is %s', (method, target, operation) => {
  expect(detected(method, target)).toBe(operation);
});

test.each<[string, string, Record<string, string>, string]>([
  ['GET', '/photos?lifecycle', {}, 'GET on the bucket with ?lifecycle'],
  ['PUT', '/photos/k?versionId=null', {}, 'PUT on an object with ?versionId'],
  ['POST', '/photos/k?x-oss-async-process', {}, 'POST on an object with ?x-oss-async-process'],
  ['HEAD', '/photos/k?x-oss-process=image/info', {}, 'HEAD on an object with ?x-oss-process'],
  ['GET', '/photos/k?symlink&x-oss-process=image/info&acl', {}, 'GET on an object with ?acl&symlink'],
  ['PUT', '/photos/k?retention', {}, 'PUT on an object with ?retention'],
  ['DELETE', '/photos?userDefinedLogFieldsConfig', {}, 'DELETE on the bucket with ?userDefinedLogFieldsConfig'],
  ['GET', '/photos/?prefix=a&unknown=1', {}, 'GET on the bucket with ?unknown'],
  ['PUT', '/photos/k?partNumber=1', {}, 'PUT on an object with ?partNumber'],
  ['PUT', '/photos/k?copy', {}, 'PUT on an object with ?copy'],
  ['PUT', '/photos/k?=', {}, 'PUT on an object with ?'],
  ['PUT', '/photos/k?ACL', {}, 'PUT on an object with ?ACL'],
  ['PUT', '/photos/k?constructor&__proto__', {}, 'PUT on an object with ?__proto__&constructor'],
  ['PUT', '/photos/k?callback=e30%3D', {}, 'PUT on an object with ?callback'],
  ['PUT', '/photos/k?x-oss-traffic-limit=819200', {}, 'PUT on an object with ?x-oss-traffic-limit'],
  ['PUT', `/photos/k?${'x'.repeat(9000)}`, {}, `with ?${'x'.repeat(200)}….`],
  ['COPY', '/photos/k', {}, 'COPY on an object'],
  ['POST', '/photos/k', {}, 'POST on an object'],
  ['PATCH', '/photos/k', {}, 'PATCH on an object'],
  ['HEAD', '/photos', {}, 'HEAD on the bucket'],
  ['DELETE', '/', {}, 'DELETE on the service'],
  ['GET', '/?cloudboxes', {}, 'GET on the service with ?cloudboxes'],
  ['PUT', '/photos/k?uploadId=1&partNumber=1', { 'x-oss-copy-source': '/a/b' }, 'UploadPartCopy'],
  ['PUT', '/photos/k', { 'x-oss-server-side-encryption': 'KMS' }, 'x-oss-server-side-encryption'],
  ['PUT', '/photos/k', { 'x-oss-callback': 'e30=' }, 'x-oss-callback'],
  ['PUT', '/photos/k?acl', { 'x-oss-object-acl': 'private', 'x-oss-tagging': 'a=b' }, 'x-oss-tagging on PutObjectAcl'],
  ['PUT', '/photos/k?acl', { 'x-oss-storage-class': 'IA' }, 'x-oss-storage-class on PutObjectAcl'],
  ['POST', '/photos/k?x-oss-process', { 'x-oss-tagging': 'a=b' }, 'x-oss-tagging on ProcessObject'],
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
