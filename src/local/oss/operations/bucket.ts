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
import { endpoints } from '../request/endpoints.js';
import { parameter } from '../request/resolve.js';
import { acls, type Bucket, type BucketAcl } from '../storage/storage.js';
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
    const acl = requestedBucketAcl(call);
    saveBucket(call.service, call.bucketName, acl, requestedClass(await call.body(64 * 1024)));
    return { status: 200, headers: { Location: `/${call.bucketName}` } };
  },

  async DeleteBucket(call) {
    authorize(call, 'oss:DeleteBucket');
    const { name } = requireBucket(call);
    const { storage, uploads } = call.service;
    if (!storage.isEmpty(name) || uploads.of(name).length > 0) {
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
    const acl = requestedBucketAcl(call);
    if (!acl) throw invalidArgument('The header x-oss-acl is missing.');
    saveBucket(service, bucketName, acl);
    return { status: 200, headers: { Location: `/${bucketName}` } };
  },
} satisfies OssOperations;

/** What class of bucket it is; that changes nothing but what is shown. */
type BucketClass = Pick<Bucket, 'storageClass' | 'redundancy'>;

/** Makes a bucket; an existing one keeps its content and its class, and its ACL unless another is given. */
export function saveBucket(
  { storage, now }: Service,
  name: string,
  acl: BucketAcl | undefined,
  bucketClass: BucketClass = {},
): void {
  const bucket = storage.bucket(name) ?? { name, created: now(), acl: 'private', styles: [], ...bucketClass };
  storage.saveBucket({ ...bucket, acl: acl ?? bucket.acl });
}

function requestedClass(body: Buffer): BucketClass {
  if (body.length === 0) return {};
  const root = readXml(body, 'CreateBucketConfiguration');
  const chosen = (name: string, known: readonly string[]): string | undefined => {
    const value = childText(root, name);
    if (value === undefined || known.includes(value)) return value;
    throw invalidArgument(`There is no ${name} "${value}".`, { extra: { ArgumentName: name, ArgumentValue: value } });
  };
  return {
    storageClass: chosen('StorageClass', storageClasses),
    redundancy: chosen('DataRedundancyType', ['LRS', 'ZRS']),
  };
}

function requestedBucketAcl(call: OssCall): BucketAcl | undefined {
  const given = call.headers['x-oss-acl'];
  if (given === undefined) return undefined;
  const found = acls.find((acl) => acl === given);
  if (found !== undefined) return found;
  throw invalidArgument(`x-oss-acl must be one of ${acls.join(', ')}.`);
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
    ...endpoints(region),
    StorageClass: bucket.storageClass ?? 'Standard',
    ResourceGroupId: 'rg-default-id',
  };
}
