// The errors by which leftovers leave the function. A throw is a message to FC: deliver this event again, and in the end
// hand it to the onFailure destination.

import { objectUri } from '../oss/object-name.js';
import type { Unfinished } from './record.js';

/** Something is left that may work later and could not be written down. */
export class RetryLater extends Error {
  override readonly name = 'RetryLater';
  readonly code = 'RetryLater';
}

/** Something failed for good and the configuration has no journal to say so (`journal: 'throw'`). */
export class PermanentFailure extends Error {
  override readonly name = 'PermanentFailure';
  readonly code = 'PermanentFailure';
}

const namedAtMost = 10;

/**
 * Throws what is left.
 * @param bucket the journal's, where it could not be written; absent when there is no journal
 * @throws {RetryLater | PermanentFailure} unless nothing is left
 */
export function throwUnfinished(left: readonly Unfinished[], bucket: string | undefined): void {
  if (left.length === 0) return;
  const rest = left.length > namedAtMost ? ` and ${left.length - namedAtMost} more` : '';
  const list = `${left.slice(0, namedAtMost).map(nameOf).join('; ')}${rest}`;
  if (bucket !== undefined) {
    throw new RetryLater(`${left.length} not finished and not written to oss://${bucket}: ${list}`);
  }
  const mayWork = left.some((leftover) => !('failed' in leftover) || leftover.failed.error.kind === 'transient');
  if (mayWork) throw new RetryLater(`${left.length} not finished: ${list}`);
  throw new PermanentFailure(`${left.length} failed: ${list}`);
}

function nameOf(leftover: Unfinished): string {
  if (!('failed' in leftover)) return `${objectUri(leftover.source.bucket, leftover.source.key)}: ${leftover.why}`;
  const { source, target, error } = leftover.failed;
  const from = typeof source === 'string' ? source : objectUri(source.bucket, source.key);
  const to = target === undefined ? '' : ` → ${objectUri(target.bucket, target.key)}`;
  return `${from}${to}: ${error.code}`;
}
