// The buckets and objects that a storage holds, in memory, with the keys of each bucket in listing order.
// `Data` is what the storage keeps with a version: its bytes, or the name of the file that has them.

import type { Bucket, DeleteMarker, Staged, StoredObject, Version } from './storage.js';

/** A version with what the storage keeps for it; a delete marker has nothing. */
export interface Entry<Data> {
  version: Version;
  data?: Data | undefined;
}

interface CatalogueBucket<Data> {
  bucket: Bucket;
  /** Newest first; no list is empty. */
  objects: Map<string, readonly Entry<Data>[]>;
  /** Keys in listing order, until one is added or removed: all of them, and those that have an object now. */
  all?: string[] | undefined;
  current?: string[] | undefined;
}

/** Called before the versions of a key change, with those that there will be, and those that there are. */
export type SaveEntries<Data> = (
  bucket: string,
  key: string,
  entries: readonly Entry<Data>[],
  former: readonly Entry<Data>[],
) => void;

/** An empty catalogue. */
export function createCatalogue<Data>(save: SaveEntries<Data> = () => {}) {
  const known = new Map<string, CatalogueBucket<Data>>();
  const entries = (bucket: string, key: string) => known.get(bucket)?.objects.get(key) ?? [];
  const require = (name: string): CatalogueBucket<Data> => {
    const found = known.get(name);
    if (!found) throw new Error(`there is no bucket ${name}`);
    return found;
  };
  const load = (bucket: string, key: string, next: readonly Entry<Data>[]): void => {
    const found = require(bucket);
    const former = found.objects.get(key);
    if ((former === undefined) !== (next.length === 0)) found.all = undefined;
    if (isObject(former?.[0]?.version) !== isObject(next[0]?.version)) found.current = undefined;
    if (next.length === 0) found.objects.delete(key);
    else found.objects.set(key, next);
  };
  const change = (bucket: string, key: string, next: readonly Entry<Data>[]): void => {
    require(bucket);
    save(bucket, key, next, entries(bucket, key));
    load(bucket, key, next);
  };
  const without = (bucket: string, key: string, versionId: string) =>
    entries(bucket, key).filter(({ version }) => version.versionId !== versionId);
  const keysOfVersions = (name: string): readonly string[] => {
    const found = require(name);
    found.all ??= inByteOrder([...found.objects.keys()]);
    return found.all;
  };
  return {
    /** Sets the versions of a key without saving them. */
    load,
    buckets: () => [...known.values()].map(({ bucket }) => bucket).sort((a, b) => (a.name < b.name ? -1 : 1)),
    bucket: (name: string) => known.get(name)?.bucket,
    saveBucket: (bucket: Bucket) => {
      const found = known.get(bucket.name);
      if (found) found.bucket = bucket;
      else known.set(bucket.name, { bucket, objects: new Map() });
    },
    removeBucket: (name: string) => void known.delete(name),
    keysOfVersions,
    keys: (name: string) => {
      const found = require(name);
      found.current ??= keysOfVersions(name).filter((key) => isObject(found.objects.get(key)?.[0]?.version));
      return found.current;
    },
    object: (bucket: string, key: string) => {
      const version = entries(bucket, key)[0]?.version;
      return isObject(version) ? version : undefined;
    },
    versions: (bucket: string, key: string) => entries(bucket, key).map(({ version }) => version),
    /** An object with its data, by default the newest version. @throws Error when there is no such object */
    require: (bucket: string, key: string, versionId?: string) => {
      const all = entries(bucket, key);
      const found = versionId === undefined ? all[0] : all.find(({ version }) => version.versionId === versionId);
      const version = found?.version;
      if (found?.data === undefined || !isObject(version)) throw new Error(`there is no object ${key} in ${bucket}`);
      return { object: version, data: found.data };
    },
    put: (bucket: string, object: StoredObject, data: Data) =>
      change(bucket, object.key, [{ version: object, data }, ...without(bucket, object.key, object.versionId)]),
    mark: (bucket: string, marker: DeleteMarker) =>
      change(bucket, marker.key, [{ version: marker }, ...without(bucket, marker.key, marker.versionId)]),
    describe: (bucket: string, object: StoredObject) =>
      change(
        bucket,
        object.key,
        entries(bucket, object.key).map((entry) =>
          entry.version.versionId === object.versionId ? { ...entry, version: object } : entry,
        ),
      ),
    remove: (bucket: string, key: string, versionId: string) => {
      const left = without(bucket, key, versionId);
      if (left.length < entries(bucket, key).length) change(bucket, key, left);
    },
  };
}

function isObject(version: Version | undefined): version is StoredObject {
  return version !== undefined && version.deleteMarker === undefined;
}

/** Staged bytes that are committed or discarded once. */
export function stagedOnce(actions: Staged): Staged {
  let staged = true;
  return {
    commit: (object) => {
      if (!staged) throw new Error('these bytes are not staged any more');
      staged = false;
      actions.commit(object);
    },
    discard: () => {
      if (staged) actions.discard();
      staged = false;
    },
  };
}

/** JavaScript compares UTF-16 units, which puts emoji before U+E000..U+FFFF; OSS lists by UTF-8 bytes. */
function inByteOrder(keys: string[]): string[] {
  return keys
    .map((key) => [Buffer.from(key), key] as const)
    .sort(([a], [b]) => Buffer.compare(a, b))
    .map(([, key]) => key);
}
