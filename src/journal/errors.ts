// Thrown when unfinished work could not be written to the journal, or there is none: FC then delivers the event again,
// and in the end hands it to the onFailure destination. Called by handle.ts at the end of an event.
import { objectUri } from '../oss/object-name.js';
import { printable } from '../rules/printable.js';
import type { Unfinished } from './record.js';

/** Something is unfinished and not in the journal; FC has to deliver the event again. */
export class RetryLater extends Error {
  override readonly name = 'RetryLater';
  readonly code = 'RetryLater';
}

/** Something failed for good and the configuration has no journal to record it in (`journal: 'throw'`). */
export class PermanentFailure extends Error {
  override readonly name = 'PermanentFailure';
  readonly code = 'PermanentFailure';
}

const maxNamed = 10;

/**
 * Throws what is unfinished and is in no journal.
 * @param bucket of the journal that could not be written; undefined when there is no journal
 * @throws {RetryLater | PermanentFailure} unless there is nothing
 */
export function throwUnfinished(unfinished: readonly Unfinished[], bucket: string | undefined): void {
  const count = unfinished.length;
  if (count === 0) return;
  const rest = count > maxNamed ? ` and ${count - maxNamed} more` : '';
  const list = printable(`${unfinished.slice(0, maxNamed).map(nameOf).join('; ')}${rest}`);
  if (bucket !== undefined) {
    throw new RetryLater(`${count} not finished and not written to oss://${bucket}: ${list}`);
  }
  const mayWork = unfinished.some((one) => !('failed' in one) || one.failed.error.kind === 'transient');
  if (mayWork) throw new RetryLater(`${count} not finished: ${list}`);
  throw new PermanentFailure(`${count} failed: ${list}`);
}

function nameOf(unfinished: Unfinished): string {
  if (!('failed' in unfinished)) {
    return `${objectUri(unfinished.source.bucket, unfinished.source.key)}: ${unfinished.why}`;
  }
  const { source, target, error } = unfinished.failed;
  const from = typeof source === 'string' ? source : objectUri(source.bucket, source.key);
  const to = target === undefined ? '' : ` → ${objectUri(target.bucket, target.key)}`;
  return `${from}${to}: ${error.code}`;
}
