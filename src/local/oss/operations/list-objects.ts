// ListObjects (marker) and ListObjectsV2 (continuation token): one walk over the sorted keys, two ways to write it
// down.
// https://www.alibabacloud.com/help/en/oss/developer-reference/listobjectsv2

import { type Encoder, encoder, encodingType } from '../answer/listing.js';
import { authorize, numberParameter, type OssCall, type OssOperations, requireBucket, xmlReply } from '../call.js';
import { invalidArgument } from '../error.js';
import { parameter } from '../request/resolve.js';
import type { StoredObject } from '../storage/storage.js';
import { xmlTime } from '../xml.js';
import { owner } from './bucket.js';
import { type KeyWalk, walkKeys } from './key-walk.js';

/** Objects and common prefixes. `next`: the last of them, when there are more. */
interface Page {
  objects: StoredObject[];
  prefixes: string[];
  next: string | undefined;
}

export const listOperations = {
  async ListObjects(call) {
    const text = encoder(call);
    const marker = parameter(call.query, 'marker') ?? '';
    const { page, shared } = list(call, marker, text);
    return xmlReply('ListBucketResult', {
      ...shared,
      Marker: text(marker),
      NextMarker: page.next && text(page.next),
      ...contents(call, page, text, true),
    });
  },

  async ListObjectsV2(call) {
    const text = encoder(call);
    // Empty is none: SDKs send it for the first page.
    const token = parameter(call.query, 'continuation-token') || undefined;
    const startAfter = parameter(call.query, 'start-after') ?? '';
    const { page, shared } = list(call, token === undefined ? startAfter : readToken(token), text);
    return xmlReply('ListBucketResult', {
      ...shared,
      StartAfter: startAfter === '' ? undefined : text(startAfter),
      ContinuationToken: token,
      NextContinuationToken: page.next && writeToken(page.next),
      KeyCount: page.objects.length + page.prefixes.length,
      ...contents(call, page, text, parameter(call.query, 'fetch-owner') === 'true'),
    });
  },
} satisfies OssOperations;

function list(call: OssCall, marker: string, text: Encoder) {
  authorize(call, 'oss:ListObjects');
  const { name } = requireBucket(call);
  const prefix = parameter(call.query, 'prefix') ?? '';
  const delimiter = parameter(call.query, 'delimiter') ?? '';
  const limit = numberParameter(call, 'max-keys', 100, 1, 1000);
  const page = pageOf(call, { prefix, delimiter, marker }, limit);
  const shared = {
    Name: name,
    Prefix: text(prefix),
    MaxKeys: limit,
    Delimiter: text(delimiter),
    IsTruncated: page.next !== undefined,
    EncodingType: encodingType(call),
  };
  return { page, shared };
}

function pageOf(call: OssCall, walk: KeyWalk, limit: number): Page {
  const { storage } = call.service;
  const page: Page = { objects: [], prefixes: [], next: undefined };
  let last: string | undefined;
  for (const item of walkKeys(storage.keys(call.bucketName), walk)) {
    if (page.objects.length + page.prefixes.length === limit) return { ...page, next: last };
    last = 'prefix' in item ? item.prefix : item.key;
    if ('prefix' in item) page.prefixes.push(item.prefix);
    else {
      const object = storage.object(call.bucketName, item.key);
      if (object) page.objects.push(object);
    }
  }
  return page;
}

function contents(call: OssCall, page: Page, text: Encoder, withOwner: boolean) {
  return {
    Contents: page.objects.map((object) => ({
      Key: text(object.key),
      LastModified: xmlTime(object.lastModified),
      ETag: `"${object.etag}"`,
      Type: object.type,
      Size: object.size,
      StorageClass: object.storageClass ?? 'Standard',
      Owner: withOwner ? owner(call) : undefined,
    })),
    CommonPrefixes: page.prefixes.map((prefix) => ({ Prefix: text(prefix) })),
  };
}

/** In characters that percent-encoding leaves alone: some SDKs decode tokens under `encoding-type=url`, some do not. */
function writeToken(key: string): string {
  return Buffer.from(key).toString('base64url');
}

function readToken(token: string): string {
  const key = Buffer.from(token, 'base64url').toString();
  if (writeToken(key) === token) return key;
  throw invalidArgument('The continuation token is not one of ours.', {
    extra: { ArgumentName: 'continuation-token' },
  });
}
