// ListObjectVersions: all versions of all keys, those of a key newest first, delete markers among them.
// https://www.alibabacloud.com/help/en/oss/developer-reference/listobjectversions

import { type Encoder, encoder, encodingType } from '../answer/listing.js';
import { authorize, numberParameter, type OssCall, type OssOperations, requireBucket, xmlReply } from '../call.js';
import { invalidArgument } from '../error.js';
import { parameter } from '../request/resolve.js';
import type { Version } from '../storage/storage.js';
import { type XmlContent, xmlTime } from '../xml.js';
import { owner } from './bucket.js';
import { type KeyWalk, walkKeys } from './key-walk.js';

/** A version that is listed, or a common prefix. */
type Item = { version: Version; latest: boolean } | { prefix: string };

export const listVersionsOperations = {
  async ListObjectVersions(call) {
    authorize(call, 'oss:ListObjectVersions');
    const { name } = requireBucket(call);
    const text = encoder(call);
    const value = (parameterName: string) => parameter(call.query, parameterName) ?? '';
    const [prefix, delimiter] = [value('prefix'), value('delimiter')];
    const [keyMarker, idMarker] = [value('key-marker'), value('version-id-marker')];
    const limit = numberParameter(call, 'max-keys', 100, 1, 1000);
    if (idMarker !== '' && keyMarker === '') {
      const message = 'A version-id marker cannot be specified without a key marker.';
      throw invalidArgument(message, { extra: { ArgumentName: 'version-id-marker', ArgumentValue: idMarker } });
    }
    const page: Item[] = [];
    let truncated = false;
    const keys = { prefix, delimiter, marker: keyMarker, inclusive: idMarker !== '' };
    for (const item of walk(call, keys, idMarker)) {
      truncated = page.length === limit;
      if (truncated) break;
      page.push(item);
    }
    const last = truncated ? page.at(-1) : undefined;
    return xmlReply('ListVersionsResult', {
      Name: name,
      Prefix: text(prefix),
      KeyMarker: text(keyMarker),
      VersionIdMarker: idMarker,
      MaxKeys: limit,
      Delimiter: text(delimiter),
      EncodingType: encodingType(call),
      IsTruncated: truncated,
      NextKeyMarker: last && text('prefix' in last ? last.prefix : last.version.key),
      NextVersionIdMarker: last && 'version' in last ? last.version.versionId : undefined,
      ...contents(call, page, text),
    });
  },
} satisfies OssOperations;

/** What is listed behind the markers: without an id marker all versions of the key marker lie before it. */
function* walk(call: OssCall, keyWalk: KeyWalk, idMarker: string): Generator<Item> {
  const { storage } = call.service;
  for (const item of walkKeys(storage.keysOfVersions(call.bucketName), keyWalk)) {
    if ('prefix' in item) {
      yield item;
      continue;
    }
    const versions = storage.versions(call.bucketName, item.key);
    const isMarker = item.key === keyWalk.marker;
    const first = isMarker ? versions.findIndex(({ versionId }) => versionId === idMarker) + 1 : 0;
    for (const [index, version] of versions.entries()) {
      if (index >= first) yield { version, latest: index === 0 };
    }
  }
}

/** Versions and delete markers are mixed, in their order. */
function contents(call: OssCall, page: readonly Item[], text: Encoder) {
  return {
    '': page.flatMap((item): XmlContent[] => {
      if ('prefix' in item) return [];
      const { version, latest } = item;
      const { key, versionId, lastModified } = version;
      const common = { Key: text(key), VersionId: versionId, IsLatest: latest, LastModified: xmlTime(lastModified) };
      if (version.deleteMarker) return [{ DeleteMarker: { ...common, Owner: owner(call) } }];
      const { etag, type, size, storageClass = 'Standard' } = version;
      const own = { ETag: `"${etag}"`, Type: type, Size: size, StorageClass: storageClass, Owner: owner(call) };
      return [{ Version: { ...common, ...own } }];
    }),
    CommonPrefixes: page.flatMap((item) => ('prefix' in item ? { Prefix: text(item.prefix) } : [])),
  };
}
