// A storage that lives as long as the process.

import { catalogue } from './catalogue.js';
import type { Staged, Storage } from './storage.js';

/** An empty storage in memory. */
export function memoryStorage(): Storage {
  const held = catalogue<Buffer>();
  const staged = new WeakMap<Staged, Buffer>();
  return {
    buckets: held.buckets,
    bucket: held.bucket,
    saveBucket: held.saveBucket,
    removeBucket: held.removeBucket,
    keys: held.keys,
    remove: held.remove,
    object: (bucket, key) => held.find(bucket, key)?.object,
    read: async (bucket, key) => {
      const found = held.find(bucket, key);
      if (!found) throw new Error(`there is no object ${key} in ${bucket}`);
      return found.entry;
    },
    stage: async (_, body) => {
      const handle: Staged = { size: body.length, discard: () => void staged.delete(handle) };
      staged.set(handle, body);
      return handle;
    },
    commit: (bucket, object, handle) => {
      const body = staged.get(handle);
      if (!body) throw new Error('these bytes are not staged any more');
      staged.delete(handle);
      held.put(bucket, object, body);
    },
  };
}
