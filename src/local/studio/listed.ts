// What the studio's interface answers about buckets and objects. Imported by the page: nothing of Node here.

export interface ListedBucket {
  readonly name: string;
  /** Prefixes of the keys that some rule listens to, the shortest ones; none: no rule does. */
  readonly listens: readonly string[];
}

/** An object of a list; size in bytes, time in ISO 8601. */
export interface ListedObject {
  readonly key: string;
  readonly size: number;
  readonly etag: string;
  readonly time: string;
}

export interface ObjectList {
  readonly folders: readonly string[];
  readonly objects: readonly ListedObject[];
  /** There are more after this token; undefined: that is all. */
  readonly next: string | undefined;
}

/** A sample photo, and the key under which the shipped rules take it. */
export interface ListedSample {
  readonly photo: string;
  readonly key: string;
}
