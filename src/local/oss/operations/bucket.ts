// The operations on buckets themselves: ListBuckets, PutBucket, DeleteBucket, GetBucketInfo, GetBucketLocation, ACL.

import { readXml } from '../body.js';
import { authorize, type Call, numberParameter, type Operation, requireBucket } from '../call.js';
import { notImplemented, refuse } from '../error.js';
import { parameter } from '../resolve.js';
import type { Bucket } from '../storage/storage.js';
import { childText, toXml, type XmlNode } from '../xml.js';

export const listBuckets: Operation = async (call) => {
  authorize(call, 'oss:ListBuckets');
  const prefix = parameter(call.query, 'prefix') ?? '';
  const marker = parameter(call.query, 'marker') ?? '';
  const limit = numberParameter(call, 'max-keys', 100, 1, 1000);
  const found = call.service.storage.buckets().filter(({ name }) => name.startsWith(prefix) && name > marker);
  const page = found.slice(0, limit);
  const truncated = found.length > limit;
  const body = toXml([
    'ListAllMyBucketsResult',
    [
      ['Prefix', prefix],
      ['Marker', marker],
      ['MaxKeys', limit],
      ['IsTruncated', truncated],
      ...(truncated ? [['NextMarker', page.at(-1)?.name ?? ''] as const] : []),
      owner(call),
      ['Buckets', page.map((bucket) => ['Bucket', summary(call, bucket)] as const)],
    ],
  ]);
  return { status: 200, body };
};

/** Creating a bucket again is fine for its owner, and there is only one owner here. */
export const putBucket: Operation = async (call) => {
  authorize(call, 'oss:PutBucket', call.bucketName);
  const known = call.service.storage.bucket(call.bucketName);
  const acl = requestedAcl(call) ?? known?.acl ?? 'private';
  refuseConfiguration(await call.body(64 * 1024));
  const fresh: Bucket = { name: call.bucketName, created: call.service.now(), acl, styles: [] };
  call.service.storage.saveBucket({ ...fresh, ...call.service.storage.bucket(call.bucketName), acl });
  return { status: 200, headers: { Location: `/${call.bucketName}` } };
};

/** Only what a bucket is here anyway may be asked for. */
function refuseConfiguration(body: Buffer): void {
  if (body.length === 0) return;
  const root = readXml(body, 'CreateBucketConfiguration');
  for (const [name, only] of [
    ['StorageClass', 'Standard'],
    ['DataRedundancyType', 'LRS'],
  ] as const) {
    const asked = childText(root, name) ?? only;
    if (asked !== only) throw notImplemented(`buckets with ${name} ${asked}`);
  }
}

export const deleteBucket: Operation = async (call) => {
  authorize(call, 'oss:DeleteBucket', call.bucketName);
  const { name } = requireBucket(call);
  if (call.service.storage.keys(name).length > 0 || call.service.uploads.of(name).length > 0) {
    throw refuse('BucketNotEmpty', { extra: { BucketName: name } });
  }
  call.service.storage.removeBucket(name);
  return { status: 204 };
};

export const getBucketInfo: Operation = async (call) => {
  authorize(call, 'oss:GetBucketInfo', call.bucketName);
  const bucket = requireBucket(call);
  const grants: XmlNode = ['AccessControlList', [['Grant', bucket.acl]]];
  return { status: 200, body: toXml(['BucketInfo', [['Bucket', [...summary(call, bucket), owner(call), grants]]]]) };
};

export const getBucketLocation: Operation = async (call) => {
  authorize(call, 'oss:GetBucketLocation', call.bucketName);
  requireBucket(call);
  return { status: 200, body: toXml(['LocationConstraint', `oss-${call.service.region}`]) };
};

export const getBucketAcl: Operation = async (call) => {
  authorize(call, 'oss:GetBucketAcl', call.bucketName);
  const { acl } = requireBucket(call);
  return { status: 200, body: toXml(['AccessControlPolicy', [owner(call), ['AccessControlList', [['Grant', acl]]]]]) };
};

export const putBucketAcl: Operation = async (call) => {
  authorize(call, 'oss:PutBucketAcl', call.bucketName);
  const bucket = requireBucket(call);
  const acl = requestedAcl(call);
  if (!acl) throw refuse('InvalidArgument', { message: 'The header x-oss-acl is missing.' });
  call.service.storage.saveBucket({ ...bucket, acl });
  return { status: 200 };
};

function requestedAcl(call: Call): Bucket['acl'] | undefined {
  const given = call.headers['x-oss-acl'];
  if (given === undefined) return undefined;
  if (given === 'private' || given === 'public-read' || given === 'public-read-write') return given;
  throw refuse('InvalidArgument', { message: 'x-oss-acl must be private, public-read or public-read-write.' });
}

/** Who owns everything here. */
export function owner(call: Call): XmlNode {
  const { accountId } = call.service;
  return [
    'Owner',
    [
      ['ID', accountId],
      ['DisplayName', accountId],
    ],
  ];
}

function summary(call: Call, bucket: Bucket): XmlNode[] {
  const { region } = call.service;
  return [
    ['Name', bucket.name],
    ['CreationDate', new Date(bucket.created).toISOString()],
    ['Location', `oss-${region}`],
    ['Region', region],
    ['ExtranetEndpoint', `oss-${region}.aliyuncs.com`],
    ['IntranetEndpoint', `oss-${region}-internal.aliyuncs.com`],
    ['StorageClass', 'Standard'],
  ];
}
