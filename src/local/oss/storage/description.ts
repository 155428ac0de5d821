// The descriptions in a data directory, as JSON: of a bucket, and of a version. What is read is checked as far as the
// server relies on it: it may have come from anywhere.

import { createHash } from 'node:crypto';
import * as v from 'valibot';
import { corsForms } from '../answer/cors.js';
import type { Entry } from './catalogue.js';
import { readOwnFile } from './own-file.js';
import { type Bucket, nullVersion, type StoredObject } from './storage.js';

/** A version with the number of its description among those of its key, and the name of its blob; a marker has none. */
export type Described = Entry<{ number: number; blob: string | undefined }>;

/** Bytes; an older server described all versions of a key in one file, with all the metadata that they may have. */
const maxDescription = 64 * 1024 * 1024;

/** The name of a file in `blobs`. */
export const blobForm = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
/** The name of a file in `objects`. */
export const descriptionForm = /^[0-9a-f]{64}\.([1-9]\d{0,14})\.json$/;
/** The name that older servers gave to a file in `objects`. */
export const formerForm = /^[0-9a-f]{64}\.json$/;

/** The largest number that a description may have. */
export const maxNumber = 999_999_999_999_999;

/** The name of the file that describes a version of a key: no key can name a path. */
export function descriptionName(key: string, number: number): string {
  return `${hashOf(key)}.${number}.json`;
}

/** What that file holds. */
export function descriptionOf({ version, data }: Described): string {
  return JSON.stringify({ version, data: data.blob });
}

function hashOf(key: string): string {
  return createHash('sha256').update(key).digest('hex');
}

const time = v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(8.64e15));
const key = v.pipe(
  v.string(),
  v.check((text) => text !== '' && Buffer.byteLength(text) <= 1023 && text.isWellFormed()),
);
const word = v.pipe(v.string(), v.regex(/^[\w.-]{0,128}$/));
const acl = v.picklist(['private', 'public-read', 'public-read-write']);
const tags = v.array(v.looseObject({ key: v.string(), value: v.string() }));

const texts = (form: RegExp) => v.array(v.pipe(v.string(), v.regex(form)));
const corsSchema = v.looseObject({
  rules: v.array(
    v.looseObject({
      allowedOrigins: texts(corsForms.origin),
      allowedMethods: texts(corsForms.method),
      allowedHeaders: texts(corsForms.header),
      exposeHeaders: texts(corsForms.headerName),
      maxAgeSeconds: v.optional(v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(999_999_999))),
    }),
  ),
  responseVary: v.boolean(),
});

const bucketSchema = v.looseObject({
  name: v.string(),
  created: time,
  acl,
  versioning: v.optional(v.picklist(['Enabled', 'Suspended'])),
  tags: v.optional(tags),
  storageClass: v.optional(word),
  redundancy: v.optional(word),
  cors: v.optional(corsSchema),
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
const blob = v.pipe(v.string(), v.regex(blobForm));
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
/** What older servers wrote: all versions of a key, and before there were versions its object. */
const versionsSchema = v.looseObject({ versions: v.pipe(v.array(entrySchema), v.minLength(1)) });
const objectSchema = v.looseObject({ object: v.looseObject(objectFields), blob });

/** The bucket of that name. @throws Error that names the file */
export function readBucket(path: string, name: string): Bucket {
  const bucket = readJson(path);
  if (v.is(bucketSchema, bucket) && bucket.name === name) return bucket as Bucket;
  throw foreign(path);
}

/** The version that a file describes; `name` is that of the file. @throws Error that names it */
export function readVersion(path: string, name: string): Described {
  const description = readJson(path);
  if (v.is(entrySchema, description)) {
    const { version, data: blob } = description as Entry<string | undefined>;
    const number = Number(descriptionForm.exec(name)?.[1]);
    if (descriptionName(version.key, number) === name) return { version, data: { number, blob } };
  }
  throw foreign(path);
}

/** The versions that an older server described in one file, newest first, as above. @throws Error that names it */
export function readFormer(path: string, name: string): readonly Described[] {
  const versions = formerVersions(readJson(path));
  const ids = new Set(versions.map(({ version }) => version.versionId));
  const fits = versions.every(({ version }) => `${hashOf(version.key)}.json` === name);
  if (versions.length === 0 || ids.size < versions.length || !fits) throw foreign(path);
  return versions.map(({ version, data: blob }, index) => ({
    version,
    data: { number: versions.length - index, blob },
  }));
}

function formerVersions(description: unknown): readonly Entry<string | undefined>[] {
  if (v.is(versionsSchema, description)) return (description as { versions: Entry<string | undefined>[] }).versions;
  if (!v.is(objectSchema, description)) return [];
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
