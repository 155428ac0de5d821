// What closes the gap that a long stop leaves: Function Compute keeps the event of an upload for five hours, and then
// gives it up. What such uploads lack, a reconciliation makes.
import { objectUri } from '../oss/object-name.js';
import { shellWord } from '../terminal/shell-quote.js';

/** With more places than this, whole buckets are named: the rules choose among what is in them. */
const mostPlaces = 8;

/**
 * The command that shows what was missed. When the function was stopped only its user knows.
 * @param heard the prefixes of uploads that it should have heard of, by bucket; empty: not known here
 */
export function missedUploads(heard: ReadonlyMap<string, readonly string[]>): string {
  const places = [...heard].flatMap(([bucket, prefixes]) => prefixes.map((prefix) => objectUri(bucket, prefix)));
  const few = places.length > mostPlaces ? [...heard.keys()].map((bucket) => objectUri(bucket, '')) : places;
  const named = few.length === 0 ? ['oss://BUCKET/PREFIX/'] : few.map(shellWord);
  return `npm run reconcile -- ${named.join(' ')} --since WHEN-YOU-STOPPED`;
}
