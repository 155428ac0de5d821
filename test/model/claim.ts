// What is claimed of the end of every interleaving.
import type { Setting } from './invocation.js';
import { bytesAfter, good } from './script.js';
import type { State } from './state.js';

/** What the claim says of the end: nothing lost, nothing stale. */
export function problemOf(
  { done, derivative, failureOnRecord, accounted, runs }: State,
  setting: Setting,
): string | undefined {
  if (runs.length > 0) return 'something waits for ever';
  if (accounted !== 2 ** done - 1) return 'an upload is not accounted for';
  const last = bytesAfter(setting, done);
  const has = derivative === '' ? 'there is no derivative' : `the derivative is of ${derivative}`;
  if (last === '') return setting.removes && derivative !== '' ? `the source is deleted, ${has}` : undefined;
  if (!good(last)) return failureOnRecord ? undefined : `the source is ${last}, its failure is not on record`;
  return derivative === last ? undefined : `the source is ${last}, ${has}`;
}
