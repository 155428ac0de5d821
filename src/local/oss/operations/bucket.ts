// The operations on buckets themselves: list, make, delete, and read or set what is known of them.

import {
  authorize,
  numberParameter,
  type OssCall,
  type OssOperations,
  requireBucket,
  type Service,
  xmlReply,
} from '../call.js';
import { invalidArgument, refuse } from '../error.js';
import { storageClasses } from '../object/labels.js';
import { readXml } from '../request/body.js';
import { parameter } from '../request/resolve.js';
import type { Bucket, BucketAcl } from '../storage/storage.js';
import { childText, xmlTime } from '../xml.js';
import { tagFilter, taggingOf } from './tagging.js';

export const bucketOperations = {
  async ListBuckets(call) {
    authorize(call, 'oss:ListBuckets');
    const prefix = parameter(call.query, 'prefix') ?? '';
    const marker = parameter(call.query, 'marker') ?? '';
    const limit = numberParameter(call, 'max-keys', 100, 1, 1000);
    const tagged = call.service.storage.buckets().filter(tagFilter(call.query));
    const found = tagged.filter(({ name }) => name.startsWith(prefix) && name > marker);
    const page = found.slice(0, limit);
    const truncated = found.length > limit;
    return xmlReply('ListAllMyBucketsResult', {
      Prefix: prefix,
      Marker: marker,
      MaxKeys: limit,
      IsTruncated: truncated,
      NextMarker: truncated ? page.at(-1)?.name : undefined,
      Owner: owner(call),
      Buckets: { Bucket: page.map((bucket) => ({ ...summary(call, bucket), ...taggingOf(bucket) })) },
    });
  },

  /** Creating a bucket again is fine for its owner, and there is only one owner here. */
  async PutBucket(call) {
    authorize(call, 'oss:PutBucket');
    const acl = requestedAcl(call);
    const labels = requestedLabels(await call.body(64 * 1024));
    saveBucket(call.service, call.bucketName, acl, labels);
    return { status: 200, headers: { Location: `/${call.bucketName}` } };
  },

  async DeleteBucket(call) {
    authorize(call, 'oss:DeleteBucket');
    const { name } = requireBucket(call);
    const { storage, uploads } = call.service;
    if (storage.keysOfVersions(name).length > 0 || uploads.of(name).length > 0) {
      throw refuse('BucketNotEmpty', { extra: { BucketName: name } });
    }
    storage.removeBucket(name);
    return { status: 204 };
  },

  async GetBucketAcl(call) {
    authorize(call, 'oss:GetBucketAcl');
    const { acl } = requireBucket(call);
    return xmlReply('AccessControlPolicy', { Owner: owner(call), AccessControlList: { Grant: acl } });
  },

  /** A bucket that is not there is made, as ali-oss's live tests show. */
  async PutBucketAcl(call) {
    const { bucketName, service } = call;
    authorize(call, 'oss:PutBucketAcl');
    if (!service.storage.bucket(bucketName)) authorize(call, 'oss:PutBucket');
    const acl = requestedAcl(call);
    if (!acl) throw invalidArgument('The header x-oss-acl is missing.');
    saveBucket(service, bucketName, acl);
    return { status: 200, headers: { Location: `/${bucketName}` } };
  },
} satisfies OssOperations;

/** What a bucket is called beside its name; it changes nothing but what is shown. */
type BucketLabels = Pick<Bucket, 'storageClass' | 'redundancy'>;

/** Makes a bucket; an existing one keeps its content and its labels, and its ACL unless another is given. */
export function saveBucket(
  { storage, now }: Service,
  name: string,
  acl: BucketAcl | undefined,
  labels: BucketLabels = {},
): void {
  const bucket = storage.bucket(name) ?? { name, created: now(), acl: 'private', styles: [], ...labels };
  storage.saveBucket({ ...bucket, acl: acl ?? bucket.acl });
}

function requestedLabels(body: Buffer): BucketLabels {
  if (body.length === 0) return {};
  const root = readXml(body, 'CreateBucketConfiguration');
  const chosen = (name: string, known: readonly string[]): string | undefined => {
    const value = childText(root, name);
    if (value === undefined || known.includes(value)) return value;
    throw invalidArgument(`There is no ${name} "${value}".`, { ArgumentName: name, ArgumentValue: value });
  };
  return {
    storageClass: chosen('StorageClass', storageClasses),
    redundancy: chosen('DataRedundancyType', ['LRS', 'ZRS']),
  };
}

function requestedAcl(call: OssCall): BucketAcl | undefined {
  const given = call.headers['x-oss-acl'];
  if (given === undefined) return undefined;
  if (given === 'private' || given === 'public-read' || given === 'public-read-write') return given;
  throw invalidArgument('x-oss-acl must be private, public-read or public-read-write.');
}

/** The account, which owns everything here. */
export function owner({ service: { accountId } }: OssCall) {
  return { ID: accountId, DisplayName: accountId };
}

/** What the list of buckets says of each. */
export function summary(call: OssCall, bucket: Bucket) {
  const { region } = call.service;
  return {
    Name: bucket.name,
    CreationDate: xmlTime(bucket.created),
    Location: `oss-${region}`,
    Region: region,
    ...endpoints(call),
    StorageClass: bucket.storageClass ?? 'Standard',
    ResourceGroupId: 'rg-default-id',
  };
}

/** The endpoints of the region, as live has them. */
export function endpoints({ service: { region } }: OssCall) {
  return {
    ExtranetEndpoint: `oss-${region}.aliyuncs.com`,
    IntranetEndpoint: `oss-${region}-internal.aliyuncs.com`,
  };
}
