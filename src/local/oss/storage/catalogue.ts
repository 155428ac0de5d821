// The buckets and objects that a storage holds, in memory, with the keys of each bucket in listing order.
// `Data` is what the storage keeps with an object: its bytes, or the name of the file that has them.

import type { Bucket, Staged, StoredObject } from './storage.js';

interface CatalogueBucket<Data> {
  bucket: Bucket;
  objects: Map<string, { object: StoredObject; data: Data }>;
  sorted: string[] | undefined;
}

/** An empty catalogue. */
export function createCatalogue<Data>() {
  const known = new Map<string, CatalogueBucket<Data>>();
  const find = (bucket: string, key: string) => known.get(bucket)?.objects.get(key);
  const require = (name: string): CatalogueBucket<Data> => {
    const found = known.get(name);
    if (!found) throw new Error(`there is no bucket ${name}`);
    return found;
  };
  return {
    buckets: () => [...known.values()].map(({ bucket }) => bucket).sort((a, b) => (a.name < b.name ? -1 : 1)),
    bucket: (name: string) => known.get(name)?.bucket,
    saveBucket: (bucket: Bucket) => {
      const found = known.get(bucket.name);
      if (found) found.bucket = bucket;
      else known.set(bucket.name, { bucket, objects: new Map(), sorted: [] });
    },
    removeBucket: (name: string) => void known.delete(name),
    keys: (name: string) => {
      const found = require(name);
      found.sorted ??= inByteOrder([...found.objects.keys()]);
      return found.sorted;
    },
    object: (bucket: string, key: string) => find(bucket, key)?.object,
    find,
    /** @throws Error when there is no such object */
    require: (bucket: string, key: string) => {
      const found = find(bucket, key);
      if (!found) throw new Error(`there is no object ${key} in ${bucket}`);
      return found;
    },
    put: (bucket: string, object: StoredObject, data: Data) => {
      const found = require(bucket);
      if (!found.objects.has(object.key)) found.sorted = undefined;
      found.objects.set(object.key, { object, data });
    },
    remove: (bucket: string, key: string) => {
      const found = require(bucket);
      if (found.objects.delete(key)) found.sorted = undefined;
    },
  };
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
