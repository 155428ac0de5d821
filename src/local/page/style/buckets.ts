// The buckets in which something was stored lately, those first that the function listens to. Bounded: the page may
// stay open for days.
import { signal } from '@preact/signals';
import { onEntries } from '../live.js';

const most = 50;

/** Whether each bucket is a source of the function. */
export const seenBuckets = signal<ReadonlyMap<string, boolean>>(new Map());

onEntries((entries) => {
  const before = seenBuckets.peek();
  const seen = new Map(before);
  for (const entry of entries) {
    if (entry.kind !== 'object' || (seen.size >= most && !seen.has(entry.bucket))) continue;
    seen.set(entry.bucket, seen.get(entry.bucket) === true || entry.requests.length > 0);
  }
  const changed = [...seen].some(([bucket, source]) => before.get(bucket) !== source);
  if (changed) seenBuckets.value = new Map([...seen].sort(([, a], [, b]) => Number(b) - Number(a)));
});
