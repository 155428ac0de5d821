// Step 4: which operation a request calls for, by method, level (service, bucket, object) and sub-resource.
// What OSS has and this server has not is refused by name; nothing that would change the outcome is silently ignored.
// Every name in the query has to be known to the operation; what is not, is refused by name too.

import type { IncomingHttpHeaders } from 'node:http';
import { invalidArgument, notImplemented } from './error.js';
import { parameter, type Query, type RequestTarget } from './resolve.js';

/**
 * `LEVEL METHOD SUB-RESOURCE …` → operation, named as in the OSS API reference. `PUT+copy` has x-oss-copy-source.
 */
const table = {
  'service GET': 'ListBuckets',
  'service GET regions': 'DescribeRegions',

  'bucket PUT': 'PutBucket',
  'bucket DELETE': 'DeleteBucket',
  'bucket GET': 'ListObjects',
  'bucket GET list-type': 'ListObjectsV2',
  'bucket GET bucketInfo': 'GetBucketInfo',
  'bucket GET location': 'GetBucketLocation',
  'bucket GET stat': 'GetBucketStat',
  'bucket GET acl': 'GetBucketAcl',
  'bucket PUT acl': 'PutBucketAcl',
  'bucket PUT cors': 'PutBucketCors',
  'bucket GET cors': 'GetBucketCors',
  'bucket DELETE cors': 'DeleteBucketCors',
  'bucket GET uploads': 'ListMultipartUploads',
  'bucket GET versioning': 'GetBucketVersioning',
  'bucket PUT versioning': 'PutBucketVersioning',
  'bucket GET versions': 'ListObjectVersions',
  'bucket GET tagging': 'GetBucketTags',
  'bucket PUT tagging': 'PutBucketTags',
  'bucket DELETE tagging': 'DeleteBucketTags',
  'bucket POST delete': 'DeleteObjects',
  'bucket POST': 'PostObject',
  'bucket PUT style styleName': 'PutStyle',
  'bucket GET style styleName': 'GetStyle',
  'bucket DELETE style styleName': 'DeleteStyle',
  'bucket GET style': 'ListStyle',

  'object OPTIONS': 'OptionObject',
  'object PUT': 'PutObject',
  'object PUT+copy': 'CopyObject',
  'object GET': 'GetObject',
  'object HEAD': 'HeadObject',
  'object HEAD objectMeta': 'GetObjectMeta',
  'object DELETE': 'DeleteObject',
  'object GET acl': 'GetObjectAcl',
  'object PUT acl': 'PutObjectAcl',
  'object GET tagging': 'GetObjectTagging',
  'object PUT tagging': 'PutObjectTagging',
  'object DELETE tagging': 'DeleteObjectTagging',
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

/** What a request may state in its query beside the sub-resources of its row, by operation. */
const parameters: Readonly<Partial<Record<OssOperationName, string>>> = {
  ListBuckets: 'prefix marker max-keys tag-key tag-value tagging',
  ListObjects: 'prefix marker max-keys delimiter encoding-type',
  ListObjectsV2: 'prefix start-after continuation-token max-keys delimiter encoding-type fetch-owner',
  // ossutil sends max-parts too, which means nothing here.
  ListMultipartUploads: 'prefix key-marker upload-id-marker max-uploads delimiter encoding-type max-parts',
  DeleteObjects: 'encoding-type',
  ListObjectVersions: 'prefix key-marker version-id-marker max-keys delimiter encoding-type',
  GetObject: `versionId x-oss-process response-content-type response-content-language response-expires response-cache-control
    response-content-disposition response-content-encoding`,
  HeadObject: 'versionId',
  GetObjectMeta: 'versionId',
  DeleteObject: 'versionId',
  GetObjectAcl: 'versionId',
  PutObjectAcl: 'versionId',
  GetObjectTagging: 'versionId',
  PutObjectTagging: 'versionId',
  DeleteObjectTagging: 'versionId',
  GetSymlink: 'versionId',
  // Read by nobody: only the newest version can be processed.
  ProcessObject: 'versionId',
  AppendObject: 'position',
  InitiateMultipartUpload: 'encoding-type',
  UploadPart: 'partNumber',
  CompleteMultipartUpload: 'encoding-type',
  ListParts: 'max-parts part-number-marker encoding-type',
};

/**
 * What any request may have in its query: its signature, which verify-request.ts has read; and who pays, since here
 * every bucket is paid for by its owner.
 */
const common = words(
  `x-oss-signature-version x-oss-signature x-oss-credential x-oss-date x-oss-expires x-oss-additional-headers
  x-oss-security-token x-oss-request-payer`,
);

/** Whether a query names nothing but what any request may have. */
export function isPlain(query: Query): boolean {
  return query.every(([name]) => common.has(name));
}

function words(text: string): ReadonlySet<string> {
  return new Set(text.split(/\s+/).filter((word) => word !== ''));
}

interface Row {
  operation: OssOperationName;
  subresources: ReadonlySet<string>;
  parameters: ReadonlySet<string>;
}

/** The rows of `LEVEL METHOD`, those with the most sub-resources first. */
const rows = new Map<string, Row[]>();
for (const [name, operation] of Object.entries(table)) {
  const [level, method, ...subresources] = name.split(' ');
  const row = { operation, subresources: new Set(subresources), parameters: words(parameters[operation] ?? '') };
  rows.set(
    `${level} ${method}`,
    [...(rows.get(`${level} ${method}`) ?? []), row].sort((a, b) => b.subresources.size - a.subresources.size),
  );
}

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
  ['x-oss-object-worm-mode', undefined],
]);

/**
 * Request headers that say what a new object is beside its bytes, and the operations that make one. Clients send them
 * with the parts of an upload too, where they mean nothing.
 */
const labelHeaders = ['x-oss-object-acl', 'x-oss-tagging', 'x-oss-tagging-directive', 'x-oss-storage-class'];
const labelling: ReadonlySet<OssOperationName> = new Set([
  'PutObject',
  'CopyObject',
  'AppendObject',
  'PutSymlink',
  'InitiateMultipartUpload',
  'UploadPart',
  'CompleteMultipartUpload',
  'PutObjectAcl',
]);

/**
 * The operation that a request calls for: that of the row whose sub-resources are all in the query, when the query
 * holds nothing that the operation does not understand. So a sub-resource that this server has never heard of changes
 * nothing.
 * @throws ServiceError NotImplemented, naming the method with what is in its query, or the header.
 */
export function detect(method: string, target: RequestTarget, headers: IncomingHttpHeaders): OssOperationName {
  // A browser asks about a request by its whole URL, sub-resources and signature included.
  if (method === 'OPTIONS') return 'OptionObject';
  const level = target.bucket === undefined ? 'service' : target.key === undefined ? 'bucket' : 'object';
  const copy = level === 'object' && method === 'PUT' && headers['x-oss-copy-source'] !== undefined;
  const named = new Set(target.query.map(([name]) => name).filter((name) => !common.has(name)));
  const candidates = rows.get(`${level} ${copy ? 'PUT+copy' : method}`) ?? [];
  const row = candidates.find(
    ({ subresources, parameters }) =>
      [...subresources].every((name) => named.has(name)) &&
      [...named].every((name) => subresources.has(name) || parameters.has(name)),
  );
  if (row === undefined) {
    if (copy && named.has('uploadId')) throw notImplemented('UploadPartCopy');
    const plain = candidates.find(({ subresources }) => subresources.size === 0);
    const strange = [...named].filter((name) => !plain?.parameters.has(name)).sort();
    const subject = level === 'object' ? 'an object' : `the ${level}`;
    throw notImplemented(`${method} on ${subject}${strange.length > 0 ? ` with ?${shown(strange.join('&'))}` : ''}`);
  }
  const { operation } = row;
  for (const name of labelling.has(operation) ? [] : labelHeaders) {
    if (headers[name] !== undefined) throw notImplemented(`the request header ${name} on ${operation}`);
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

/** The start of a text that anybody may have written, so that a HEAD can answer it in a header. */
function shown(text: string): string {
  return text.length > 200 ? `${text.slice(0, 200).toWellFormed()}…` : text;
}
