// Deletes journal records that nobody needs any more, after a yes: what is given up, and what can never be run.
import { deleteRecord } from '../journal/read.js';
import { refusalOf } from '../journal/record.js';
import { inParallel } from '../oss/limit.js';
import type { Ask } from '../terminal/ask.js';
import { countOf } from '../terminal/text.js';
import { UserError } from '../terminal/user-error.js';
import type { ReadRecord } from './describe.js';
import { callTime, type ReplayContext } from './run-record.js';

export interface DiscardOptions {
  readonly concurrency: number;
  /** The journal, as people call it. */
  readonly where: string;
  readonly yes: boolean;
  /** Undefined: there is nobody to ask. */
  readonly ask: Ask | undefined;
}

export interface Discarded {
  readonly discarded: readonly string[];
  /** Records that were rewritten meanwhile, or could not be deleted, and why. */
  readonly left: readonly { readonly record: string; readonly why: string }[];
}

/**
 * Deletes these records, each unless it was rewritten since it was read. Gives back undefined when the answer was no.
 * @throws {UserError} (2) when there is nobody to ask
 */
export async function discard(
  found: readonly ReadRecord[],
  { journal, until, now }: Pick<ReplayContext, 'journal' | 'until' | 'now'>,
  { concurrency, where, yes, ask }: DiscardOptions,
): Promise<Discarded | undefined> {
  const discarded: string[] = [];
  const left: { record: string; why: string }[] = [];
  if (found.length === 0) return { discarded, left };
  const question = `Delete ${countOf(found.length, 'record')} of ${where} for good?`;
  if (!yes && ask === undefined) throw new UserError('--discard: there is no terminal to ask on; say --yes', 2);
  if (!yes && !(await ask?.(question))) return undefined;
  await inParallel(found, concurrency, async ({ record }) => {
    let rewritten = false;
    const refusal = await refusalOf(
      deleteRecord(until(now() + callTime), journal, record).then((deleted) => {
        rewritten = !deleted;
      }),
    );
    const why = refusal?.message ?? (rewritten ? 'it was rewritten meanwhile, or is gone' : undefined);
    if (why === undefined) discarded.push(record.key);
    else left.push({ record: record.key, why });
  });
  return { discarded, left };
}
