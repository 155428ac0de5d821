// The buckets and objects that a storage holds, in memory, with the keys of each bucket in listing order.
// `Entry` is what the storage remembers beside an object: its bytes, or the name of the file that has them.

import type { Bucket, StoredObject } from './storage.js';

interface Held<Entry> {
  object: StoredObject;
  entry: Entry;
}
interface Shelf<Entry> {
  bucket: Bucket;
  objects: Map<string, Held<Entry>>;
  sorted: string[] | undefined;
}

export interface Catalogue<Entry> {
  buckets(): Bucket[];
  bucket(name: string): Bucket | undefined;
  saveBucket(bucket: Bucket): void;
  removeBucket(name: string): void;
  keys(bucket: string): readonly string[];
  find(bucket: string, key: string): Held<Entry> | undefined;
  put(bucket: string, object: StoredObject, entry: Entry): void;
  remove(bucket: string, key: string): void;
}

/** An empty catalogue. */
export function catalogue<Entry>(): Catalogue<Entry> {
  const shelves = new Map<string, Shelf<Entry>>();
  const shelf = (name: string): Shelf<Entry> => {
    const found = shelves.get(name);
    if (!found) throw new Error(`there is no bucket ${name}`);
    return found;
  };
  return {
    buckets: () => [...shelves.values()].map(({ bucket }) => bucket).sort((a, b) => (a.name < b.name ? -1 : 1)),
    bucket: (name) => shelves.get(name)?.bucket,
    saveBucket: (bucket) => {
      const known = shelves.get(bucket.name);
      if (known) known.bucket = bucket;
      else shelves.set(bucket.name, { bucket, objects: new Map(), sorted: [] });
    },
    removeBucket: (name) => void shelves.delete(name),
    keys: (name) => {
      const known = shelf(name);
      known.sorted ??= inByteOrder([...known.objects.keys()]);
      return known.sorted;
    },
    find: (bucket, key) => shelves.get(bucket)?.objects.get(key),
    put: (bucket, object, entry) => {
      const known = shelf(bucket);
      if (!known.objects.has(object.key)) known.sorted = undefined;
      known.objects.set(object.key, { object, entry });
    },
    remove: (bucket, key) => {
      const known = shelf(bucket);
      if (known.objects.delete(key)) known.sorted = undefined;
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
