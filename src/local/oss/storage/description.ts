// The descriptions in a data directory, as JSON: of a bucket, and of the versions of a key. What is read is checked as
// far as the server relies on it: it may have come from anywhere.

import { createHash } from 'node:crypto';
import * as v from 'valibot';
import type { Entry } from './catalogue.js';
import { readOwnFile } from './own-file.js';
import { type Bucket, nullVersion, type StoredObject } from './storage.js';

/** What a file in `objects` holds: the versions of a key, newest first, `data` naming the blob. */
export interface Description {
  versions: readonly Entry<string>[];
}

/** Bytes; thousands of versions with all the metadata that they may have. */
const maxDescription = 64 * 1024 * 1024;

/** The name of a file in `blobs`. */
export const blobName = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
/** The name of a file in `objects`. */
export const objectName = /^[0-9a-f]{64}\.json$/;

/** The name of the file that describes a key: no key can name a path. */
export function descriptionName(key: string): string {
  return `${createHash('sha256').update(key).digest('hex')}.json`;
}

const time = v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(8.64e15));
const key = v.pipe(
  v.string(),
  v.check((text) => text !== '' && Buffer.byteLength(text) <= 1023 && text.isWellFormed()),
);
const word = v.pipe(v.string(), v.regex(/^[\w.-]{0,128}$/));
const acl = v.picklist(['private', 'public-read', 'public-read-write']);
const tags = v.array(v.looseObject({ key: v.string(), value: v.string() }));

const bucketSchema = v.looseObject({
  name: v.string(),
  created: time,
  acl,
  versioning: v.optional(v.picklist(['Enabled', 'Suspended'])),
  tags: v.optional(tags),
  styles: v.array(v.looseObject({ name: v.string(), content: v.string(), created: time, modified: time })),
});

const objectFields = {
  key,
  size: v.pipe(v.number(), v.safeInteger(), v.minValue(0)),
  etag: word,
  crc64: v.optional(v.pipe(v.string(), v.regex(/^\d{1,20}$/))),
  lastModified: time,
  type: v.picklist(['Normal', 'Multipart', 'Appendable', 'Symlink']),
  headers: v.record(
    v.pipe(
      v.string(),
      v.regex(
        /^(?:content-(?:type|encoding|disposition|language)|cache-control|expires|x-oss-meta-[\w!#$%&'*+.^`|~-]+)$/,
      ),
    ),
    v.pipe(v.string(), v.regex(/^[\t\u0020-\u007e\u0080-\u00ff]*$/)),
  ),
  symlinkTarget: v.optional(key),
  acl: v.optional(acl),
  tags: v.optional(tags),
  storageClass: v.optional(word),
};
const blob = v.pipe(v.string(), v.regex(blobName));
const entrySchema = v.union([
  v.looseObject({
    version: v.looseObject({ ...objectFields, versionId: word, deleteMarker: v.optional(v.undefined()) }),
    data: blob,
  }),
  v.looseObject({
    version: v.looseObject({ key, versionId: word, lastModified: time, deleteMarker: v.literal(true) }),
    data: v.optional(v.undefined()),
  }),
]);
const descriptionSchema = v.looseObject({ versions: v.pipe(v.array(entrySchema), v.minLength(1)) });
/** What a file in `objects` held before there were versions. */
const formerSchema = v.looseObject({ object: v.looseObject(objectFields), blob });

/** The bucket of that name. @throws Error that names the file */
export function readBucket(path: string, name: string): Bucket {
  const bucket = readJson(path);
  if (v.is(bucketSchema, bucket) && bucket.name === name) return bucket as Bucket;
  throw foreign(path);
}

/** The versions that a file describes; `name` is that of the file. @throws Error that names it */
export function readVersions(path: string, name: string): readonly Entry<string>[] {
  const versions = versionsIn(readJson(path));
  const ids = new Set(versions.map(({ version }) => version.versionId));
  const fits = versions.every(({ version }) => descriptionName(version.key) === name);
  if (versions.length > 0 && ids.size === versions.length && fits) return versions;
  throw foreign(path);
}

function versionsIn(description: unknown): readonly Entry<string>[] {
  if (v.is(descriptionSchema, description)) return (description as Description).versions;
  if (!v.is(formerSchema, description)) return [];
  const { object, blob } = description;
  return [{ version: { ...(object as Omit<StoredObject, 'versionId'>), versionId: nullVersion }, data: blob }];
}

function readJson(path: string): unknown {
  const text = readOwnFile(path, maxDescription);
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw foreign(path, cause);
  }
}

function foreign(path: string, cause?: unknown): Error {
  return new Error(`${path} cannot be read as the embedded OSS wrote it`, { cause });
}
