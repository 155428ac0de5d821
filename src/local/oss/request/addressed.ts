// Step 2: what a request addresses has to be there, and to be something that can be. OSS looks for the bucket before it
// looks at the signature: a key that nobody knows hears of a missing bucket, as the vendor's SDKs count on when they
// ask whether one exists.

import { refuse } from '../error.js';
import type { Storage } from '../storage/storage.js';
import { checkKey, type RequestTarget } from './resolve.js';
import { isPlain } from './routes.js';

/**
 * A preflight (OPTIONS) may ask about any bucket: the request that follows hears of a missing one.
 * @throws ServiceError NoSuchBucket, unless the request makes the bucket, as PutBucketAcl does; InvalidObjectName
 */
export function checkAddressed(method: string, { bucket, key, query }: RequestTarget, storage: Storage): void {
  if (method === 'OPTIONS') return;
  const makesIt = method === 'PUT' && key === undefined && isPlain(query.filter(([name]) => name !== 'acl'));
  if (bucket !== undefined && !makesIt && !storage.bucket(bucket)) {
    throw refuse('NoSuchBucket', { extra: { BucketName: bucket } });
  }
  if (key !== undefined) checkKey(key);
}
