// Step 3: which operation a request calls for, by method, level (service, bucket, object) and sub-resource.
// What OSS has and this server has not is refused by name; nothing that would change the outcome is silently ignored.

import type { IncomingHttpHeaders } from 'node:http';
import { invalidArgument, notImplemented } from './error.js';
import { parameter, type RequestTarget } from './resolve.js';

/** `LEVEL METHOD SUB-RESOURCE` → operation, named as in the OSS API reference. */
const table = {
  'service GET': 'ListBuckets',

  'bucket PUT': 'PutBucket',
  'bucket DELETE': 'DeleteBucket',
  'bucket GET': 'ListObjects',
  'bucket GET list-type': 'ListObjectsV2',
  'bucket GET bucketInfo': 'GetBucketInfo',
  'bucket GET location': 'GetBucketLocation',
  'bucket GET acl': 'GetBucketAcl',
  'bucket PUT acl': 'PutBucketAcl',
  'bucket PUT cors': 'PutBucketCors',
  'bucket GET cors': 'GetBucketCors',
  'bucket DELETE cors': 'DeleteBucketCors',
  'bucket GET uploads': 'ListMultipartUploads',
  'bucket POST delete': 'DeleteObjects',
  'bucket POST': 'PostObject',
  'bucket PUT style styleName': 'PutStyle',
  'bucket GET style styleName': 'GetStyle',
  'bucket DELETE style styleName': 'DeleteStyle',
  'bucket GET style': 'ListStyle',

  'object OPTIONS': 'OptionObject',
  'object PUT': 'PutObject',
  'object PUT copy': 'CopyObject',
  'object GET': 'GetObject',
  'object HEAD': 'HeadObject',
  'object HEAD objectMeta': 'GetObjectMeta',
  'object DELETE': 'DeleteObject',
  'object POST append': 'AppendObject',
  'object PUT symlink': 'PutSymlink',
  'object GET symlink': 'GetSymlink',
  'object POST x-oss-process': 'ProcessObject',
  'object POST uploads': 'InitiateMultipartUpload',
  'object PUT uploadId': 'UploadPart',
  'object POST uploadId': 'CompleteMultipartUpload',
  'object DELETE uploadId': 'AbortMultipartUpload',
  'object GET uploadId': 'ListParts',
} as const;

export type OssOperationName = (typeof table)[keyof typeof table];

const operations: ReadonlyMap<string, OssOperationName> = new Map(Object.entries(table));

/** Query parameters that make another operation of a request, in OSS as a whole. */
const subresources = new Set(
  `acl accessPoint accessPointPolicy accessmonitor append archiveDirectRead asyncFetch bucketArchiveDirectRead bucketInfo
  callback callback-var cname comp cors delete encryption group httpsConfig img inventory inventoryId lifecycle link list-type
  live location logging metaQuery objectInfo objectMeta overwriteConfig policy policyStatus publicAccessBlock qos qosInfo
  qosRequester redundancyTransition referer regionList replication replicationLocation replicationProgress requestPayment
  requesterQosInfo resourceGroup resourcePool restore rtc sequential stat status style styleName symlink tagging tls
  transferAcceleration uploadId uploads versionId versioning versions vod website worm wormExtend wormId x-oss-ac-source-ip
  x-oss-async-process x-oss-process x-oss-write-get-object-response`.split(/\s+/),
);

/**
 * Request headers that would change what is stored or how, and that this server does not honour; with the value that
 * changes nothing.
 */
const unsupportedHeaders: ReadonlyMap<string, string | undefined> = new Map([
  ['x-oss-callback', undefined],
  ['x-oss-callback-var', undefined],
  ['x-oss-server-side-encryption', undefined],
  ['x-oss-server-side-encryption-key-id', undefined],
  ['x-oss-server-side-data-encryption', undefined],
  ['x-oss-tagging', undefined],
  ['x-oss-object-worm-mode', undefined],
  ['x-oss-storage-class', 'Standard'],
  ['x-oss-object-acl', 'default'],
]);

/**
 * The operation that a request calls for.
 * @throws ServiceError NotImplemented, naming the method with its sub-resources, or the header.
 */
export function detect(method: string, target: RequestTarget, headers: IncomingHttpHeaders): OssOperationName {
  // A browser asks about a request by its whole URL, sub-resources and signature included.
  if (method === 'OPTIONS') return 'OptionObject';
  const level = target.bucket === undefined ? 'service' : target.key === undefined ? 'bucket' : 'object';
  const named = [...new Set(target.query.map(([name]) => name).filter((name) => subresources.has(name)))].sort();
  // A GET with x-oss-process is still GetObject; everywhere else it names the operation.
  const selecting = level === 'object' && method === 'GET' ? named.filter((name) => name !== 'x-oss-process') : named;
  const copy = level === 'object' && method === 'PUT' && headers['x-oss-copy-source'] !== undefined ? ['copy'] : [];
  const row = [level, method, ...selecting, ...copy].join(' ');
  const operation = operations.get(row);
  if (operation === undefined) {
    if (method === 'PUT' && copy.length > 0 && named.includes('uploadId')) throw notImplemented('UploadPartCopy');
    const subject = level === 'object' ? 'an object' : `the ${level}`;
    throw notImplemented(`${method} on ${subject}${selecting.length > 0 ? ` with ?${selecting.join('&')}` : ''}`);
  }
  if (operation === 'ListObjectsV2' && parameter(target.query, 'list-type') !== '2') {
    throw invalidArgument('list-type must be 2.', { ArgumentName: 'list-type' });
  }
  for (const [name, usual] of unsupportedHeaders) {
    const value = headers[name];
    if (value !== undefined && value !== usual) throw notImplemented(`the request header ${name}: ${value}`);
  }
  return operation;
}
