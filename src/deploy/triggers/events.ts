// The events of OSS that triggers name, all with the prefix `oss:`. The schema of fc3 knows no event of replication, so
// that a replicated bucket is served in another way (src/deploy/README.md).

/** What stores a whole object. Not `ObjectCreated:*`, which fires for each part of a multipart upload as well. */
export const triggerUploadEvents: readonly string[] = [
  'oss:ObjectCreated:PutObject',
  'oss:ObjectCreated:PostObject',
  'oss:ObjectCreated:CopyObject',
  'oss:ObjectCreated:CompleteMultipartUpload',
];

export const triggerRemovalEvents: readonly string[] = [
  'oss:ObjectRemoved:DeleteObject',
  'oss:ObjectRemoved:DeleteObjects',
];

/** What a trigger of s.yaml may name: AppendObject and PutSymlink as well, which planned triggers do not name. */
export const listedEvents: readonly string[] = [
  ...triggerUploadEvents,
  'oss:ObjectCreated:AppendObject',
  'oss:ObjectCreated:PutSymlink',
  ...triggerRemovalEvents,
];

/** Whether the event stores an object; `oss:ObjectCreated:*` counts as one. */
export function isUploadEvent(event: string): boolean {
  return event.startsWith('oss:ObjectCreated:');
}

/** What these events are, in words: `uploads`, `removals`, `uploads and removals`. */
export function kindsOf(events: readonly string[]): string {
  const kinds = { uploads: triggerUploadEvents, removals: triggerRemovalEvents };
  return Object.entries(kinds)
    .flatMap(([kind, members]) => (members.some((event) => events.includes(event)) ? [kind] : []))
    .join(' and ');
}
