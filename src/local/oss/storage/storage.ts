// What the embedded OSS needs of a storage: descriptions come at once, from memory; bytes are read and staged
// asynchronously. Everything that changes the state is synchronous, so an operation checks and commits in one step
// without locks.

import type { CorsConfiguration } from '../answer/cors.js';

/** An image style of a bucket; times in ms. */
export interface NamedStyle {
  name: string;
  content: string;
  created: number;
  modified: number;
}

export const acls = ['private', 'public-read', 'public-read-write'] as const;

/** Of a bucket; an object that has none of its own has its bucket's. */
export type BucketAcl = (typeof acls)[number];

/** A tag of an object or of a bucket. */
export interface Tag {
  key: string;
  value: string;
}

/** What an object has beside its bytes and its headers. Absent: the ACL of its bucket, no tags, Standard. */
export interface ObjectLabels {
  acl?: BucketAcl | undefined;
  tags?: readonly Tag[] | undefined;
  /** Only shown: an object of every class can be read at once. */
  storageClass?: string | undefined;
}

/** A bucket as it stands; `created` in ms. */
export interface Bucket {
  name: string;
  created: number;
  acl: BucketAcl;
  /** Absent: it never had versioning. */
  versioning?: 'Enabled' | 'Suspended' | undefined;
  tags?: readonly Tag[] | undefined;
  /** Shown only; the first is that of new objects too. Absent: Standard, LRS. */
  storageClass?: string | undefined;
  redundancy?: string | undefined;
  styles: readonly NamedStyle[];
  /** What somebody has set; without rules: they were deleted. Absent: the service's default. */
  cors?: CorsConfiguration | undefined;
}

/** The id of the version that a bucket without versioning gives every object. */
export const nullVersion = 'null';

/**
 * A version of an object, without its bytes. `etag` has no quotes; `lastModified` is in ms, whole seconds.
 */
export interface StoredObject extends ObjectLabels {
  key: string;
  versionId: string;
  size: number;
  etag: string;
  /** In decimal; undefined in what was stored before this server knew it. */
  crc64?: string | undefined;
  lastModified: number;
  type: 'Normal' | 'Multipart' | 'Appendable' | 'Symlink';
  /** Header names (lower case) and values that a GET gives back: content-type, cache-control, x-oss-meta-*. */
  headers: Readonly<Record<string, string>>;
  /** Of a symlink: the key that it points to. */
  symlinkTarget?: string | undefined;
  deleteMarker?: undefined;
}

/** A version that stands for a deletion: where it is the newest, its key has no object. `lastModified` as above. */
export interface DeleteMarker {
  key: string;
  versionId: string;
  lastModified: number;
  deleteMarker: true;
}

/** One version of a key: an object, or that there is none. */
export type Version = StoredObject | DeleteMarker;

/** Bytes that are kept but belong to no object yet. They are committed or discarded, once. */
export interface Staged {
  /** Makes the bytes the object's, all of them or none. They replace a version with the same id. */
  commit(object: StoredObject): void;
  discard(): void;
}

/**
 * A key holds versions by their ids, newest first. What a bucket's versioning makes of an upload or a deletion is
 * decided elsewhere (object/versioning.ts), by the id that it comes with.
 */
export interface Storage {
  /** All buckets, by name. */
  buckets(): Bucket[];
  bucket(name: string): Bucket | undefined;
  saveBucket(bucket: Bucket): void;
  removeBucket(name: string): void;
  /** Whether a bucket has no version of any key. */
  isEmpty(bucket: string): boolean;
  /** The keys of a bucket that have an object now, in UTF-8 byte order. */
  keys(bucket: string): readonly string[];
  /** The keys of a bucket that have versions, delete markers too, in UTF-8 byte order. */
  keysOfVersions(bucket: string): readonly string[];
  /** The newest version; undefined when there is none, or when it is a delete marker. */
  object(bucket: string, key: string): StoredObject | undefined;
  /** All versions of a key, newest first. */
  versions(bucket: string, key: string): readonly Version[];
  /**
   * The bytes that the object, or one version of it, has now, whatever is written to its key while they are read.
   */
  read(bucket: string, key: string, versionId?: string): Promise<Buffer>;
  /** Keeps bytes, whose object becomes the newest version of its key when they are committed. */
  stage(bucket: string, body: Buffer): Promise<Staged>;
  /** Makes a delete marker the newest version of its key. */
  mark(bucket: string, marker: DeleteMarker): void;
  /** Describes a version anew; its bytes and its place stay. */
  describe(bucket: string, object: StoredObject): void;
  /** Removes one version, if it is there. */
  remove(bucket: string, key: string, versionId: string): void;
}
