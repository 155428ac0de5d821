// The operations of the embedded OSS: by what a request calls for each, and what each understands in a query.

import type { Query } from './resolve.js';

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

/** An operation as the OSS API reference names it. */
export type OssOperationName = (typeof table)[keyof typeof table];

/** What listings understand. Like live, each passes over what another one reads: ossutil sends max-parts to all. */
const listing = `prefix delimiter encoding-type fetch-owner max-keys max-parts max-uploads marker start-after
  continuation-token key-marker upload-id-marker version-id-marker part-number-marker`;

/** What a request may state in its query beside the sub-resources of its row, by operation. */
const parameters: Readonly<Partial<Record<OssOperationName, string>>> = {
  ListBuckets: `${listing} tag-key tag-value tagging`,
  ListObjects: listing,
  ListObjectsV2: listing,
  ListObjectVersions: listing,
  ListMultipartUploads: listing,
  ListParts: listing,
  PutStyle: 'category',
  DeleteObjects: 'encoding-type',
  GetObject: `versionId x-oss-process response-content-type response-content-language response-expires
    response-cache-control response-content-disposition response-content-encoding`,
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
};

/**
 * What any request may have in its query: its signature, which verify-request.ts has read; and who pays, since here
 * every bucket is paid for by its owner.
 */
export const common = words(
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

/** An operation, the sub-resources that call for it, and what may be beside them. */
export interface Route {
  operation: OssOperationName;
  subresources: ReadonlySet<string>;
  parameters: ReadonlySet<string>;
}

/** By `LEVEL METHOD`, those with the most sub-resources first. */
const routes = new Map<string, Route[]>();
for (const [name, operation] of Object.entries(table)) {
  const [level, method, ...subresources] = name.split(' ');
  const route = { operation, subresources: new Set(subresources), parameters: words(parameters[operation] ?? '') };
  routes.set(
    `${level} ${method}`,
    [...(routes.get(`${level} ${method}`) ?? []), route].sort((a, b) => b.subresources.size - a.subresources.size),
  );
}

/** The routes of a method (`PUT+copy` for a copy) on a level, those with the most sub-resources first. */
export function routesOf(level: 'service' | 'bucket' | 'object', method: string): readonly Route[] {
  return routes.get(`${level} ${method}`) ?? [];
}
