// Deletes journal records that nobody needs any more, after a yes: what is given up, and what can never be run.
import { deleteRecord } from '../journal/read.js';
import { refusalOf } from '../journal/record.js';
import { inParallel } from '../oss/limit.js';
import { printable } from '../rules/printable.js';
import type { Ask } from '../terminal/ask.js';
import { countOf } from '../terminal/text.js';
import { UserError } from '../terminal/user-error.js';
import type { ReadRecord } from './describe.js';
import { jsonText, type Output } from './output.js';
import type { RecordList } from './records.js';
import { callTime, type ReplayContext } from './run-record.js';
import { listed, readAll, show } from './show.js';

interface DiscardOptions {
  readonly concurrency: number;
  /** The journal, as people call it. */
  readonly where: string;
  readonly yes: boolean;
  /** Undefined: there is nobody to ask. */
  readonly ask: Ask | undefined;
}

interface Discarded {
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

/** Shows what the filter takes, and deletes it after a yes. @returns the exit code */
export async function discardAll({ keys }: RecordList, context: ReplayContext, output: Output): Promise<number> {
  const { json, out, where } = output;
  const read = await readAll(keys, context, output);
  const unreadable = read.filter((one) => 'unread' in one).length;
  const found = read.flatMap((one) => ('unread' in one ? [] : [one]));
  if (!json) show(found, context, out);
  const result = await discard(found, context, output);
  const { discarded = [], left = [] } = result ?? {};
  if (json) {
    out(jsonText({ journal: where, discarded: discarded.length, unreadable, left, ...listed(found, context) }));
  } else {
    for (const { record, why } of left) out(`${printable(`left    journal:${record}  (${why})`)}\n`);
    const rest = `${left.length} left in the journal, ${unreadable} unreadable`;
    out(result === undefined ? 'nothing was changed\n' : `${countOf(discarded.length, 'record')} deleted; ${rest}\n`);
  }
  return left.length + unreadable > 0 ? 1 : 0;
}
