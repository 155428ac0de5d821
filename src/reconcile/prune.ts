// Deletes orphans: derivatives whose source is not there. They are counted first, and the user repeats the count. Each
// source is looked at before its derivatives are deleted, and once more after that, as for the event of a removal.
import { writeResult } from '../journal/run.js';
import { inParallel } from '../oss/limit.js';
import { type ObjectName, objectUri, sameObject } from '../oss/object-name.js';
import { derive } from '../pipeline/derive.js';
import type { RuleIndex } from '../pipeline/match.js';
import { removalOf } from '../sweep/listed.js';
import { countOf, grouped } from '../terminal/text.js';
import { UserError } from '../terminal/user-error.js';
import { refuseUnheard } from './listeners.js';
import { findOrphans, type Orphan, pruningIndex } from './orphans.js';
import { client, journalText, type SweepWork, type Work } from './work.js';

export interface Pruned {
  /** As many as were counted. */
  readonly orphans: number;
  /** Sources whose derivatives were deleted. */
  readonly sources: number;
  /** How many orphans are still there; the first of them, and why. */
  readonly left: number;
  readonly examples: readonly { readonly object: string; readonly why: string }[];
  /** The user did not wait for all. */
  readonly stopped: boolean;
}

/** By how much the count may differ from the user's: a bucket in use does not stand still. */
const leeway = 0.01;
const mostExamples = 10;
/** ms for the derivatives of one source; and to write down what is unsettled. */
const runTime = 5 * 60_000;
const journalReserve = 60_000;

/**
 * @throws {UserError} (1) where the count of orphans is not the one that was given, or the journal refuses
 * @throws OssError
 */
export async function prune(work: SweepWork, count: number): Promise<Pruned> {
  const { scopes } = work.choice;
  refuseUnheard(scopes, {}, work.config);
  const progress = work.progress('reconcile: looking for orphans');
  let stopped = false;
  void work.stopSignal().then(() => {
    stopped = true;
  });
  try {
    const found = await countOrphans(work, progress.step, () => stopped);
    if (!stopped && Math.abs(found - count) > found * leeway) throw otherCount(count, found);
    const index = pruningIndex(work.config);
    const examples: { object: string; why: string }[] = [];
    const refused: UserError[] = [];
    let sources = 0;
    let left = 0;
    if (!stopped) {
      for await (const { orphans } of findOrphans(searchOf(work))) {
        await inParallel(bySource(orphans), work.account.concurrency, async (those) => {
          if (stopped || refused.length > 0) return;
          const why = await deleteOrphans(those, index, work);
          if (why instanceof UserError) {
            refused.push(why);
          } else if (why === undefined) {
            sources += 1;
          } else {
            left += those.length;
            examples.push(...those.map(({ object }) => ({ object: objectUri(object.bucket, object.key), why })));
            examples.length = Math.min(examples.length, mostExamples);
          }
          progress.step(`reconcile: orphans of ${grouped(sources)} sources deleted, ${grouped(left)} left`);
        });
        // Only now, so that what others have in flight is written down.
        if (refused[0] !== undefined) throw refused[0];
        if (stopped) break;
      }
    }
    return { orphans: found, sources, left, examples, stopped };
  } finally {
    progress.end();
  }
}

function otherCount(count: number, found: number): UserError {
  if (found === 0) return new UserError(`--prune ${count}: there are no orphans`);
  const there = `there ${found === 1 ? 'is' : 'are'} ${countOf(found, 'orphan')}`;
  return new UserError(`--prune ${count}: ${there}: look at the plan, and repeat its count, --prune ${found}`);
}

async function countOrphans(work: Work, step: (text: string) => void, isStopped: () => boolean): Promise<number> {
  let count = 0;
  let objects = 0;
  for await (const { seen, orphans } of findOrphans(searchOf(work))) {
    count += orphans.length;
    objects += seen;
    step(`reconcile: ${grouped(objects)} objects under targets seen, ${grouped(count)} orphans`);
    if (isStopped()) break;
  }
  return count;
}

function searchOf(work: Work): Parameters<typeof findOrphans>[0] {
  const { choice, config, account } = work;
  return { scopes: choice.scopes, config, client: () => client(work), concurrency: account.concurrency };
}

function bySource(orphans: readonly Orphan[]): Orphan[][] {
  const groups = new Map<string, Orphan[]>();
  for (const orphan of orphans) {
    const source = objectUri(orphan.source.bucket, orphan.source.key);
    const known = groups.get(source);
    if (known === undefined) groups.set(source, [orphan]);
    else known.push(orphan);
  }
  return [...groups.values()];
}

/**
 * A call without an answer may delete what a new upload leads to, so that what is unsettled is left to the timer. What
 * fails is not: the next plan has it. @returns why something stays; an error where the journal refuses
 */
async function deleteOrphans(
  orphans: readonly Orphan[],
  index: RuleIndex,
  { account, journal, now }: SweepWork,
): Promise<string | UserError | undefined> {
  const [first] = orphans;
  if (first === undefined) return undefined;
  const deadline = now() + runTime;
  const task = { upload: removalOf(first.source) };
  const context = { index, oss: account.until(deadline), now, deadline };
  // No version of the source is removed just now, of which others could still write: that is for events with a journal.
  const { outcomes, unsettled } = await derive(task, { ...context, journal: 'throw' });
  const journalOss = account.until(deadline + journalReserve);
  const unfinished = await writeResult({ outcomes: [], unsettled }, { ...context, journal, journalOss }, task);
  const [refusal] = unfinished.refusals;
  if (refusal !== undefined) {
    const { bucket, key } = first.source;
    return new UserError(
      `the journal ${journalText(journal)}: ${refusal.message}\n` +
        `  what is made of ${objectUri(bucket, key)} now may be deleted late: --since and --force make it anew`,
    );
  }
  const isGone = (object: ObjectName) => {
    return outcomes.some(({ status, target }) => status === 'removed' && target && sameObject(target, object));
  };
  if (unsettled === undefined && orphans.every(({ object }) => isGone(object))) return undefined;
  const failed = outcomes.find((outcome) => outcome.status === 'failed');
  if (failed !== undefined) return failed.error.message;
  return unsettled === undefined ? 'its source is there' : `${unsettled}: the timer looks at its source again`;
}
