// What the embedded OSS needs of a storage: descriptions come at once, from memory; bytes are read and staged
// asynchronously. Everything that changes the state is synchronous, so an operation checks and commits in one step
// without locks.

import type { CorsConfiguration } from '../cors.js';

/** An image style of a bucket; times in ms. */
export interface NamedStyle {
  name: string;
  content: string;
  created: number;
  modified: number;
}

export type BucketAcl = 'private' | 'public-read' | 'public-read-write';

/** A bucket as it stands; `created` in ms. */
export interface Bucket {
  name: string;
  created: number;
  acl: BucketAcl;
  styles: readonly NamedStyle[];
  /** What somebody has set; without rules: they were deleted. Absent: the service's default. */
  cors?: CorsConfiguration | undefined;
}

/** An object as it stands, without its bytes. `etag` has no quotes; `lastModified` is in ms, whole seconds. */
export interface StoredObject {
  key: string;
  size: number;
  etag: string;
  lastModified: number;
  type: 'Normal' | 'Multipart' | 'Appendable' | 'Symlink';
  /** Header names (lower case) and values that a GET gives back: content-type, cache-control, x-oss-meta-*. */
  headers: Readonly<Record<string, string>>;
  /** Of a symlink: the key that it points to. */
  symlinkTarget?: string | undefined;
}

/** Bytes that are kept but belong to no object yet. They are committed or discarded, once. */
export interface Staged {
  /** Makes the bytes the object's, all of them or none. */
  commit(object: StoredObject): void;
  discard(): void;
}

export interface Storage {
  /** All buckets, by name. */
  buckets(): Bucket[];
  bucket(name: string): Bucket | undefined;
  saveBucket(bucket: Bucket): void;
  removeBucket(name: string): void;
  /** The keys of a bucket in UTF-8 byte order. */
  keys(bucket: string): readonly string[];
  object(bucket: string, key: string): StoredObject | undefined;
  /** The bytes that the object has now, whatever is written to its key while they are read. */
  read(bucket: string, key: string): Promise<Buffer>;
  stage(bucket: string, body: Buffer): Promise<Staged>;
  remove(bucket: string, key: string): void;
}
