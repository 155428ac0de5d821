// What a configuration needs of an account: its buckets, and the triggers of its function.
import type { Config } from '../rules/rule.js';
import { sourcePrefixes } from '../rules/source-prefixes.js';
import type { OssTrigger } from './fc/triggers.js';

/**
 * The uploads that triggers are written for: never `ObjectCreated:*`, which fires for each part of a multipart upload.
 */
const uploadEvents = ['PutObject', 'PostObject', 'CopyObject', 'CompleteMultipartUpload'].map(
  (api) => `oss:ObjectCreated:${api}`,
);
const removalEvents = ['DeleteObject', 'DeleteObjects'].map((api) => `oss:ObjectRemoved:${api}`);

/**
 * The triggers that the rules need. OSS allows ten triggers a bucket; for rules with more prefixes than that one
 * trigger covers the whole bucket here.
 */
export function triggersOf({ rules }: Config): OssTrigger[] {
  return [...sourcePrefixes(rules)].flatMap(([bucket, prefixes]) => {
    const removes = rules.some(({ when, onDelete }) => onDelete === 'remove' && when.buckets.includes(bucket));
    return (prefixes.length > 10 ? [''] : prefixes).map((prefix, order) => ({
      triggerName: `${bucket}-${order}`,
      bucket,
      prefix,
      events: removes ? [...uploadEvents, ...removalEvents] : uploadEvents,
    }));
  });
}

/** Every bucket that a configuration names. */
export function bucketsOf({ rules, journal }: Config): string[] {
  return [
    ...rules.flatMap(({ when, outputs }) => [...when.buckets, ...outputs.flatMap(({ bucket }) => bucket ?? [])]),
    ...(journal === 'throw' ? [] : [journal.bucket]),
  ];
}
