// The buckets and objects that a storage holds, in memory, with the keys of each bucket in listing order.
// `Data` is what the storage keeps with a version: its bytes, or the names of its files.

import { compareKeys } from '../../../rules/key-order.js';
import { placeOf } from './key-place.js';
import type { Bucket, Staged, Storage, StoredObject, Version } from './storage.js';

/** A version with what the storage keeps for it. */
export interface Entry<Data> {
  version: Version;
  data: Data;
}

interface CatalogueBucket<Data> {
  bucket: Bucket;
  /** Newest first; no list is empty. */
  objects: Map<string, readonly Entry<Data>[]>;
  /** Keys in listing order, from the first listing on: all of them, and those that have an object now. */
  all?: string[] | undefined;
  current?: string[] | undefined;
}

/** The part of a storage that answers from memory. */
export type View = Pick<Storage, 'buckets' | 'bucket' | 'isEmpty' | 'keys' | 'keysOfVersions' | 'object' | 'versions'>;

/** An empty catalogue. */
export function createCatalogue<Data>() {
  const known = new Map<string, CatalogueBucket<Data>>();
  const require = (name: string): CatalogueBucket<Data> => {
    const found = known.get(name);
    if (!found) throw new Error(`there is no bucket ${name}`);
    return found;
  };
  const entries = (bucket: string, key: string) => known.get(bucket)?.objects.get(key) ?? [];
  const set = (name: string, key: string, next: readonly Entry<Data>[]): void => {
    const { objects, all, current } = require(name);
    const former = objects.get(key);
    if (next.length === 0) objects.delete(key);
    else objects.set(key, next);
    if (all) place(all, key, former !== undefined, next.length > 0);
    if (current) place(current, key, isObject(former?.[0]?.version), isObject(next[0]?.version));
  };
  const without = (bucket: string, key: string, versionId: string) =>
    entries(bucket, key).filter(({ version }) => version.versionId !== versionId);
  const keysOfVersions = (name: string): readonly string[] => {
    const found = require(name);
    found.all ??= [...found.objects.keys()].sort(compareKeys);
    return found.all;
  };
  const view: View = {
    buckets: () => [...known.values()].map(({ bucket }) => bucket).sort((a, b) => (a.name < b.name ? -1 : 1)),
    bucket: (name) => known.get(name)?.bucket,
    isEmpty: (name) => require(name).objects.size === 0,
    keys: (name) => {
      const found = require(name);
      found.current ??= keysOfVersions(name).filter((key) => isObject(found.objects.get(key)?.[0]?.version));
      return found.current;
    },
    keysOfVersions,
    object: (bucket, key) => {
      const version = entries(bucket, key)[0]?.version;
      return isObject(version) ? version : undefined;
    },
    versions: (bucket, key) => entries(bucket, key).map(({ version }) => version),
  };
  return {
    view,
    saveBucket: (bucket: Bucket): void => {
      const found = known.get(bucket.name);
      if (found) found.bucket = bucket;
      else known.set(bucket.name, { bucket, objects: new Map() });
    },
    removeBucket: (name: string): void => void known.delete(name),
    /** Sets the versions of a key. */
    load: set,
    /** The versions of a key, newest first. @throws Error when there is no such bucket */
    entries: (bucket: string, key: string) => require(bucket).objects.get(key) ?? [],
    /** An object with its data, by default the newest version. @throws Error when there is no such object */
    object: (bucket: string, key: string, versionId?: string): { object: StoredObject; data: Data } => {
      const all = entries(bucket, key);
      const found = versionId === undefined ? all[0] : all.find(({ version }) => version.versionId === versionId);
      if (!found || !isObject(found.version)) throw new Error(`there is no object ${key} in ${bucket}`);
      return { object: found.version, data: found.data };
    },
    /** Makes an entry the newest of its key, in place of one with its id. */
    put: (bucket: string, entry: Entry<Data>): void => {
      const { key, versionId } = entry.version;
      set(bucket, key, [entry, ...without(bucket, key, versionId)]);
    },
    describe: (bucket: string, object: StoredObject): void => {
      const same = ({ version }: Entry<Data>) => version.versionId === object.versionId;
      const next = entries(bucket, object.key).map((entry) => (same(entry) ? { ...entry, version: object } : entry));
      set(bucket, object.key, next);
    },
    remove: (bucket: string, key: string, versionId: string): void => set(bucket, key, without(bucket, key, versionId)),
  };
}

/** Takes a key into a sorted list, or out of it. */
function place(keys: string[], key: string, was: boolean, is: boolean): void {
  if (was === is) return;
  const at = placeOf(keys, (one) => compareKeys(one, key) < 0);
  if (is) keys.splice(at, 0, key);
  else keys.splice(at, 1);
}

function isObject(version: Version | undefined): version is StoredObject {
  return version !== undefined && version.deleteMarker === undefined;
}

/** Staged bytes that are committed or discarded once; what cannot be committed is discarded. */
export function stagedOnce(actions: Staged): Staged {
  let staged = true;
  return {
    commit: (object) => {
      if (!staged) throw new Error('these bytes are not staged any more');
      staged = false;
      try {
        actions.commit(object);
      } catch (error) {
        actions.discard();
        throw error;
      }
    },
    discard: () => {
      if (staged) actions.discard();
      staged = false;
    },
  };
}
