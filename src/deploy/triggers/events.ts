// The events of OSS that triggers name, all with the prefix `oss:`.
import * as names from '../../rules/oss-limits.js';

/** What stores a whole object. Not `ObjectCreated:*`, which fires for each part of a multipart upload as well. */
export const triggerUploadEvents: readonly string[] = names.uploadEvents
  .filter((name) => !/AppendObject|PutSymlink/.test(name))
  .map((name) => `oss:${name}`);

export const triggerRemovalEvents: readonly string[] = names.removalEvents.map((name) => `oss:${name}`);

/** What a trigger of s.yaml may name: AppendObject and PutSymlink as well, which planned triggers do not name. */
export const listedEvents: readonly string[] = [...names.uploadEvents, ...names.removalEvents].map(
  (name) => `oss:${name}`,
);

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
