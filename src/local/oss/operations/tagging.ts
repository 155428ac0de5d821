// The tags of an object, and those of a bucket.
// https://www.alibabacloud.com/help/en/oss/developer-reference/putobjecttagging
// https://www.alibabacloud.com/help/en/oss/developer-reference/putbuckettags

import { authorize, type OssOperations, type Reply, requireBucket, xmlReply } from '../call.js';
import { invalidArgument } from '../error.js';
import { objectTagLimits, type TagLimits, tagsOfXml } from '../object/labels.js';
import { requireLabelled } from '../object/require-object.js';
import { requestedVersion, versionHeaders } from '../object/versioning.js';
import { readXml } from '../request/body.js';
import { parameter, type Query } from '../request/resolve.js';
import type { Bucket, Tag } from '../storage/storage.js';

const maxBody = 64 * 1024;

/** https://www.alibabacloud.com/help/en/oss/support/0010-00000219 */
const bucketTagLimits: TagLimits = {
  count: 20,
  keyLength: 64,
  valueLength: 128,
  length: Buffer.byteLength,
  key: /^(?!http:\/\/|https:\/\/|Aliyun)[^\p{Cc}]+$/u,
  value: /^[^\p{Cc}]*$/u,
};

export const taggingOperations = {
  async PutObjectTagging(call) {
    const { bucketName, key, query, service } = call;
    const versionId = requestedVersion(query);
    authorize(call, 'oss:PutObjectTagging', bucketName, key, versionId);
    requireLabelled(call, versionId);
    const tags = tagsOfXml(readXml(await call.body(maxBody), 'Tagging'), objectTagLimits);
    const object = requireLabelled(call, versionId);
    service.storage.describe(bucketName, { ...object, tags });
    return { status: 200, headers: versionHeaders(requireBucket(call), object) };
  },

  async GetObjectTagging(call) {
    const { bucketName, key, query } = call;
    const versionId = requestedVersion(query);
    authorize(call, 'oss:GetObjectTagging', bucketName, key, versionId);
    const object = requireLabelled(call, versionId);
    return tagsReply(object.tags, versionHeaders(requireBucket(call), object));
  },

  async DeleteObjectTagging(call) {
    const { bucketName, key, query, service } = call;
    const versionId = requestedVersion(query);
    authorize(call, 'oss:DeleteObjectTagging', bucketName, key, versionId);
    const object = requireLabelled(call, versionId);
    service.storage.describe(bucketName, { ...object, tags: undefined });
    return { status: 204, headers: versionHeaders(requireBucket(call), object) };
  },

  async PutBucketTags(call) {
    authorize(call, 'oss:PutBucketTagging');
    requireBucket(call);
    const tags = tagsOfXml(readXml(await call.body(maxBody), 'Tagging'), bucketTagLimits);
    call.service.storage.saveBucket({ ...requireBucket(call), tags });
    return { status: 200 };
  },

  async GetBucketTags(call) {
    authorize(call, 'oss:GetBucketTagging');
    return tagsReply(requireBucket(call).tags);
  },

  /** `?tagging=KEY,KEY` deletes these tags only. */
  async DeleteBucketTags(call) {
    authorize(call, 'oss:DeleteBucketTagging');
    const bucket = requireBucket(call);
    const named = parameter(call.query, 'tagging') ?? '';
    const left = named === '' ? undefined : bucket.tags?.filter(({ key }) => !named.split(',').includes(key));
    call.service.storage.saveBucket({ ...bucket, tags: left });
    return { status: 204 };
  },
} satisfies OssOperations;

/**
 * Which buckets a listing of buckets is about: those with the tag `tag-key` and, if it is named, `tag-value`; or those
 * with all tags of `tagging`, which are `KEY:VALUE`, quoted or not, between commas.
 * https://www.alibabacloud.com/help/en/oss/developer-reference/listbuckets
 * @throws ServiceError InvalidArgument
 */
export function tagFilter(query: Query): (bucket: Bucket) => boolean {
  const [tagging, key, value] = ['tagging', 'tag-key', 'tag-value'].map((name) => parameter(query, name) || undefined);
  if ((tagging !== undefined && key !== undefined) || (value !== undefined && key === undefined)) {
    throw invalidArgument('tag-value belongs to tag-key, and tagging to neither.');
  }
  const listed = (tagging ?? '').split(',').filter((pair) => pair !== '');
  const wanted = listed.map((pair) => pair.split(':', 2).map((part) => part.replace(/^"|"$/g, '')));
  if (key !== undefined) wanted.push(value === undefined ? [key] : [key, value]);
  return ({ tags = [] }) =>
    wanted.every(([k, v]) => tags.some((tag) => tag.key === k && (v === undefined || tag.value === v)));
}

/** What a listing of buckets says of a bucket's tags, as ali-oss reads it; nothing of a bucket without any. */
export function taggingOf({ tags = [] }: Bucket) {
  return tags.length === 0 ? {} : { Tagging: tagSet(tags) };
}

function tagsReply(tags: readonly Tag[] = [], headers: Readonly<Record<string, string>> = {}): Reply {
  return xmlReply('Tagging', tagSet(tags), headers);
}

function tagSet(tags: readonly Tag[]) {
  return { TagSet: { Tag: tags.map(({ key, value }) => ({ Key: key, Value: value })) } };
}
