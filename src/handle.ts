// The pipeline in one screen: records → matches → jobs → outcomes → journal → summary. Every record ends as exactly one
// skip, or as one outcome for each output of its rule.
import type { Delivery, Upload } from './event.js';
import { objectUri } from './event.js';
import { type Job, jobsOf } from './jobs.js';
import { type JournalPlace, journalEntry, type Leftover, writeEntry } from './journal.js';
import { type Log, outcomeEntry, summaryEntry } from './log.js';
import { type Match, match, type RuleIndex } from './match.js';
import type { Oss } from './oss/client.js';
import { OssError } from './oss/error.js';
import { type Outcome, type Summary, summarize } from './outcome.js';
import { failureOf, inParallel, save } from './save.js';

export interface Handling {
  readonly index: RuleIndex;
  readonly journal: JournalPlace | 'throw';
  readonly oss: Pick<Oss, 'processObject' | 'headObject'>;
  /** Has some time left when `oss` has reached its deadline. */
  readonly journalOss: Pick<Oss, 'putObject'>;
  /** How many calls of OSS may run at a time. */
  readonly concurrency: number;
  /** Epoch milliseconds. */
  readonly now: () => number;
  readonly log: Log;
  readonly fcRequestId?: string | undefined;
}

/** Something transient is left and could not be written down: deliver this event again. */
export class RetryLater extends Error {
  override readonly name = 'RetryLater';
  readonly code = 'RetryLater';
}

/** Something failed for good and the configuration has no journal to say so (`journal: 'throw'`). */
export class PermanentFailure extends Error {
  override readonly name = 'PermanentFailure';
  readonly code = 'PermanentFailure';
}

/**
 * Handles what an event delivered.
 * @throws {RetryLater} when something is left that could not be written down
 * @throws {PermanentFailure} only with `journal: 'throw'`
 */
export async function handle(delivery: Delivery, handling: Handling): Promise<Summary> {
  const { oss, concurrency, now, log } = handling;
  const started = now();
  const planned = await inParallel(delivery.uploads, concurrency, (upload) => plan(upload, handling));
  const ready = planned.flatMap(({ jobs }) => jobs);
  const saves = await inParallel(ready, concurrency, async (job) => ({ job, outcome: await save(job, oss, now) }));

  const settled: Settled[] = [
    ...ignoredOf(delivery),
    ...planned.flatMap(({ settled }) => settled),
    ...saves.map(({ job, outcome }) => ({ outcome, event: job.upload.record })),
  ];
  const leftovers = settled.flatMap(({ outcome, event }): Leftover[] =>
    outcome.status === 'failed' ? [{ failed: outcome, ...(event === undefined ? {} : { event }) }] : [],
  );
  const unwritten = await writeDown(leftovers, handling);

  const summary = summarize(settled.map(({ outcome }) => outcome));
  for (const { outcome } of settled) log(outcomeEntry(outcome));
  log(summaryEntry(summary, leftovers.length - unwritten.length, now() - started));
  throwLeftovers(unwritten, handling.journal);
  return summary;
}

interface Settled {
  readonly outcome: Outcome;
  readonly event?: Upload['record'];
}

interface Planned {
  readonly jobs: readonly Job[];
  readonly settled: readonly Settled[];
}

async function plan(upload: Upload, handling: Handling): Promise<Planned> {
  const source = { bucket: upload.bucket, key: upload.key };
  const found = await matchKnowingSize(upload, handling);
  if ('outcome' in found) return { jobs: [], settled: [{ outcome: found.outcome, event: upload.record }] };
  if (!('rule' in found)) return { jobs: [], settled: [{ outcome: { status: 'skipped', source, reason: 'no-rule' } }] };
  const { jobs, refusals } = jobsOf(upload, found.rule, handling.index);
  return { jobs, settled: refusals.map((refusal) => ({ outcome: refusal, event: upload.record })) };
}

/** A rule with a size condition needs a size; an event that does not tell it costs one HEAD. */
async function matchKnowingSize(upload: Upload, { index, oss }: Handling): Promise<Match | { outcome: Outcome }> {
  const found = match(index, upload);
  if ('rule' in found || found.reason !== 'size-unknown') return found;
  const source = { bucket: upload.bucket, key: upload.key };
  try {
    const head = await oss.headObject(source);
    if (head === undefined) return { outcome: { status: 'skipped', source, reason: 'source-gone' } };
    return match(index, { ...source, size: head.size });
  } catch (error) {
    if (!(error instanceof OssError)) throw error;
    return { outcome: { status: 'failed', source, error: failureOf(error) } };
  }
}

function ignoredOf(delivery: Delivery): Settled[] {
  return [
    ...delivery.ignored.map(({ source, reason }): Settled => ({ outcome: { status: 'skipped', source, reason } })),
    ...delivery.ticks.map(
      ({ triggerName }): Settled => ({
        outcome: { status: 'skipped', source: `timer:${triggerName}`, reason: 'timer' },
      }),
    ),
    ...delivery.malformed.map(
      ({ at, message }): Settled => ({
        outcome: {
          status: 'failed',
          source: `event:${at}`,
          error: { kind: 'permanent', code: 'MalformedRecord', message },
        },
      }),
    ),
  ];
}

/** Writes all leftovers into the journal and gives back those that could not be written. */
async function writeDown(leftovers: readonly Leftover[], handling: Handling): Promise<readonly Leftover[]> {
  const { journal, journalOss, concurrency, now, fcRequestId } = handling;
  if (journal === 'throw') return leftovers;
  const written = await inParallel(leftovers, concurrency, (leftover) =>
    writeEntry(journalOss, journal.bucket, journalEntry(leftover, journal, { attempts: 1, now: now(), fcRequestId })),
  );
  return leftovers.filter((_, index) => !written[index]);
}

/** A throw is a message to FC: deliver again, and in the end hand it to the onFailure destination. */
function throwLeftovers(left: readonly Leftover[], journal: JournalPlace | 'throw'): void {
  if (left.length === 0) return;
  const named = left.slice(0, 10).map(({ failed: { source, target, error } }) => {
    const from = typeof source === 'string' ? source : objectUri(source.bucket, source.key);
    const to = target === undefined ? '' : ` → ${objectUri(target.bucket, target.key)}`;
    return `${from}${to}: ${error.code}`;
  });
  const rest = left.length > named.length ? ` and ${left.length - named.length} more` : '';
  const list = `${named.join('; ')}${rest}`;
  if (journal !== 'throw') {
    throw new RetryLater(`${left.length} not finished and not written to oss://${journal.bucket}: ${list}`);
  }
  const retry = left.some(({ failed }) => failed.error.kind === 'transient');
  if (retry) throw new RetryLater(`${left.length} not finished: ${list}`);
  throw new PermanentFailure(`${left.length} failed: ${list}`);
}
