// Deletes orphans: derivatives whose source is not there. They are counted first, and the user repeats the count. Each
// source is looked at before its derivatives are deleted, and once more after that, as for the event of a removal.
import { inParallel } from '../oss/limit.js';
import { type ObjectName, objectUri, sameObject } from '../oss/object-name.js';
import { derive } from '../pipeline/derive.js';
import type { RuleIndex } from '../pipeline/match.js';
import { removalOf } from '../sweep/listed.js';
import { countOf, grouped } from '../terminal/text.js';
import { UserError } from '../terminal/user-error.js';
import { refuseUnheard } from './listeners.js';
import { findOrphans, type Orphan, pruningIndex } from './orphans.js';
import { client, type Work } from './work.js';

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
/** ms for the derivatives of one source. */
const runTime = 5 * 60_000;

/**
 * @throws {UserError} (1) where the count of orphans is not the one that was given
 * @throws OssError
 */
export async function prune(work: Work, count: number): Promise<Pruned> {
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
    let sources = 0;
    let left = 0;
    if (!stopped) {
      for await (const { orphans } of findOrphans(searchOf(work))) {
        await inParallel(bySource(orphans), work.account.concurrency, async (those) => {
          if (stopped) return;
          const why = await deleteOrphans(those, index, work);
          if (why === undefined) {
            sources += 1;
          } else {
            left += those.length;
            examples.push(...those.map(({ object }) => ({ object: objectUri(object.bucket, object.key), why })));
            examples.length = Math.min(examples.length, mostExamples);
          }
          progress.step(`reconcile: orphans of ${grouped(sources)} sources deleted, ${grouped(left)} left`);
        });
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

/** Nothing is left to a journal: the next plan has what stays. @returns why something stays */
async function deleteOrphans(
  orphans: readonly Orphan[],
  index: RuleIndex,
  { account, now }: Work,
): Promise<string | undefined> {
  const [first] = orphans;
  if (first === undefined) return undefined;
  const deadline = now() + runTime;
  const { outcomes, unsettled } = await derive(
    { upload: removalOf(first.source.bucket, first.source.key) },
    { index, journal: 'throw', oss: account.until(deadline), now, deadline },
  );
  const isGone = (object: ObjectName) => {
    return outcomes.some(({ status, target }) => status === 'removed' && target && sameObject(target, object));
  };
  if (unsettled === undefined && orphans.every(({ object }) => isGone(object))) return undefined;
  const failed = outcomes.find((outcome) => outcome.status === 'failed');
  if (failed !== undefined) return failed.error.message;
  return unsettled === undefined ? 'its source is there' : 'its source keeps changing, or could not be looked at again';
}
