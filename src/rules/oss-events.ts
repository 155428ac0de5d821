// The events of OSS by name: all that OSS and EventBridge document, and what becomes of each.
// https://help.aliyun.com/zh/functioncompute/fc/user-guide/overview-of-oss-trigger
// https://www.alibabacloud.com/help/en/oss/user-guide/real-time-processing-file-changes-oss-event-notifications
// https://help.aliyun.com/zh/eventbridge/user-guide/oss-events

/**
 * `upload`: the event tells which version was stored. `look`: an upload too, but a look at the source comes first,
 * since the event does not tell. `removal`: an object was deleted. `skip`: there is nothing to do.
 */
export type EventFate = 'upload' | 'look' | 'removal' | 'skip';

/** `GROUP:*` stands for the names of a group that are not listed. */
export const eventFates: ReadonlyMap<string, EventFate> = new Map([
  ['ObjectCreated:PutObject', 'upload'],
  ['ObjectCreated:PostObject', 'upload'],
  ['ObjectCreated:CopyObject', 'upload'],
  ['ObjectCreated:CompleteMultipartUpload', 'upload'],
  ['ObjectCreated:AppendObject', 'upload'],
  // Written by mirroring-based back-to-origin; both names are in use.
  ['ObjectCreated:Mirror', 'upload'],
  ['ObjectCreated:MirrorFromOrigin', 'upload'],
  // The ETag of a symlink is that of its target.
  ['ObjectCreated:PutSymlink', 'look'],
  // These come before the object exists.
  ['ObjectCreated:InitiateMultipartUpload', 'skip'],
  ['ObjectCreated:UploadPart', 'skip'],
  ['ObjectCreated:UploadPartCopy', 'skip'],
  // Rules of event notification send names that OSS adds later, too.
  ['ObjectCreated:*', 'look'],
  // A replica keeps the creation time of its original, so the event's time does not tell its version:
  // https://www.alibabacloud.com/help/en/oss/user-guide/srr/
  ['ObjectReplication:ObjectCreated', 'look'],
  ['ObjectReplication:ObjectModified', 'look'],
  ['ObjectReplication:ObjectRemoved', 'removal'],
  // The object was stored long before it was restored.
  ['ObjectRestore:FinishRestore', 'look'],
  ['ObjectRemoved:DeleteObject', 'removal'],
  ['ObjectRemoved:DeleteObjects', 'removal'],
  // It removes parts, no object.
  ['ObjectRemoved:AbortMultipartUpload', 'skip'],
  // A removal looks at the source in any case.
  ['ObjectRemoved:*', 'removal'],
  // The bytes stay as they are. ObjectDownloaded is also raised by whoever passes this function's events on.
  ['ObjectDownloaded:GetObject', 'skip'],
  ['ObjectDownloaded:*', 'skip'],
  ['ObjectModified:UpdateObjectMeta', 'skip'],
  ['ObjectModified:ChangeStorageClass', 'skip'],
  ['ObjectModified:*', 'skip'],
  // About buckets and accounts: no object is named. CloudMonitor tells of bandwidth, requests and quotas.
  ['BucketCreated:PutBucket', 'skip'],
  ['BucketRemoved:DeleteBucket', 'skip'],
  ['ActionTrail:AliyunServiceEvent', 'skip'],
  ['ActionTrail:ApiCall', 'skip'],
  ['ActionTrail:ConsoleOperation', 'skip'],
  ['CloudMonitor:*', 'skip'],
]);

/** Longer than any name in use: a journal record keeps the name. */
const name = /^([A-Za-z]{1,40}):[A-Za-z]{1,60}$/;

/** What becomes of an event, by its name without `oss:`; undefined: no document knows the name or its group. */
export function eventFate(event: string): EventFate | undefined {
  const listed = eventFates.get(event);
  if (listed !== undefined) return listed;
  const [, group] = name.exec(event) ?? [];
  return group === undefined ? undefined : eventFates.get(`${group}:*`);
}
