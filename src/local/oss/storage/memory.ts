// A storage that lives as long as the process.

import { createCatalogue, stagedOnce } from './catalogue.js';
import type { Storage } from './storage.js';

/** An empty storage in memory. */
export function memoryStorage(): Storage {
  const held = createCatalogue<Buffer>();
  return {
    ...held,
    read: async (bucket, key, versionId) => held.require(bucket, key, versionId).data,
    stage: async (bucket, body) =>
      stagedOnce({ commit: (object) => held.put(bucket, object, body), discard: () => {} }),
  };
}
