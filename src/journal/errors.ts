// Thrown when unfinished work could not be written to the journal, or there is none: FC then delivers the event again,
// and in the end hands it to the onFailure destination. Called by handle.ts at the end of an event.
import { objectUri } from '../oss/object-name.js';
import type { Failure } from '../pipeline/outcome.js';
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

/**
 * What is named is limited in number and in bytes: SMQ and EventBridge take 64 KB, the event and this message among
 * them, and FC repeats the message as the first line of the stack.
 * https://help.aliyun.com/zh/functioncompute/user-guide/result-callback
 */
const maxNamed = 10;
const maxNamedBytes = 4_096;
const maxReasons = 3;

/** The journal that could not be written, and why it refused. */
export interface UnwrittenJournal {
  readonly bucket: string;
  readonly refusals: readonly Failure[];
}

/**
 * Throws what is unfinished and is in no journal.
 * @param journal undefined when there is none
 * @throws {RetryLater | PermanentFailure} unless there is nothing
 */
export function throwUnfinished(unfinished: readonly Unfinished[], journal: UnwrittenJournal | undefined): void {
  const count = unfinished.length;
  if (count === 0) return;
  const named = namesOf(unfinished);
  const list = `${named.join('; ')}${count > named.length ? ` and ${count - named.length} more` : ''}`;
  if (journal !== undefined) {
    const { bucket, refusals } = journal;
    const reasons = distinctRefusals(refusals)
      .slice(0, maxReasons)
      .map(({ refusal }) => reasonOf(refusal));
    throw new RetryLater(`${count} not finished and not written to oss://${bucket} (${reasons.join('; ')}): ${list}`);
  }
  const mayWork = unfinished.some((one) => !('failed' in one) || one.failed.error.kind === 'transient');
  if (mayWork) throw new RetryLater(`${count} not finished: ${list}`);
  throw new PermanentFailure(`${count} failed: ${list}`);
}

/** One refusal of each code and status, and how many there were. */
export function distinctRefusals(refusals: readonly Failure[]): { refusal: Failure; count: number }[] {
  if (refusals.length === 0) return [];
  const found = new Map<string, { refusal: Failure; count: number }>();
  for (const refusal of refusals) {
    const kind = `${refusal.code} ${refusal.status}`;
    found.set(kind, { refusal, ...found.get(kind), count: (found.get(kind)?.count ?? 0) + 1 });
  }
  return [...found.values()];
}

function reasonOf({ message, requestId }: Failure): string {
  return requestId === undefined ? message : `${message}, request id ${requestId}`;
}

function namesOf(unfinished: readonly Unfinished[]): string[] {
  let room = maxNamedBytes;
  const names: string[] = [];
  for (const one of unfinished.slice(0, maxNamed)) {
    const name = printable(nameOf(one));
    room -= Buffer.byteLength(name);
    if (room < 0) break;
    names.push(name);
  }
  return names;
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
