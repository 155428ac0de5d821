// Removes objects and versions, and reports the event that follows. Every operation that removes one ends here.
// The documents disagree on whether a delete marker raises an event. Here it does, as any deletion: then a function
// that listens to deletions can be tried. https://help.aliyun.com/zh/oss/user-guide/delete-marker

import { type OssCall, requireBucket } from '../call.js';
import { type DeleteMarker, nullVersion, type Version } from '../storage/storage.js';
import type { EventName } from './event.js';
import { report, wholeSeconds } from './store.js';
import { nextVersionId } from './versioning.js';

/**
 * Removes an object of the request's bucket, or one version of it, and reports it; where nothing is removed there is no
 * event. Without a version, a bucket that has versioning or had it gets a delete marker.
 * @returns the version that was removed, or the new delete marker
 */
export async function removeObject(
  call: OssCall,
  key: string,
  event: EventName,
  versionId?: string,
): Promise<Version | undefined> {
  await call.beforeStore?.();
  const { bucketName, service } = call;
  const { storage, now } = service;
  const bucket = requireBucket(call);
  const reportRemoval = (of: Version) => {
    const { size, etag } = of.deleteMarker ? { size: 0, etag: '' } : of;
    report(call, event, { key, size: 0, previousSize: size, etag });
  };
  if (versionId === undefined && bucket.versioning !== undefined) {
    const current = storage.object(bucketName, key);
    const id = nextVersionId(bucket, now());
    const marker: DeleteMarker = { key, versionId: id, lastModified: wholeSeconds(now()), deleteMarker: true };
    storage.mark(bucketName, marker);
    if (current) reportRemoval(current);
    return marker;
  }
  const id = versionId ?? nullVersion;
  const removed = storage.versions(bucketName, key).find((version) => version.versionId === id);
  if (!removed) return undefined;
  storage.remove(bucketName, key, id);
  reportRemoval(removed);
  return removed;
}
