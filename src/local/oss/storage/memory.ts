// A storage that lives as long as the process.

import { createCatalogue, stagedOnce } from './catalogue.js';
import type { Storage } from './storage.js';

/** What a delete marker has for bytes. */
const nothing = Buffer.alloc(0);

/** An empty storage in memory. */
export function memoryStorage(): Storage {
  const held = createCatalogue<Buffer>();
  return {
    ...held.view,
    saveBucket: held.saveBucket,
    removeBucket: held.removeBucket,
    read: async (bucket, key, versionId) => held.object(bucket, key, versionId).data,
    stage: async (bucket, body) =>
      stagedOnce({ commit: (version) => held.put(bucket, { version, data: body }), discard: () => {} }),
    mark: (bucket, version) => held.put(bucket, { version, data: nothing }),
    describe: held.describe,
    remove: held.remove,
  };
}
