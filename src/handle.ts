// One event from beginning to end. The chain, in the order in which it happens:
//
//   pipeline/event     bytes → records: uploads and removals, skips, timer ticks (called by index.ts)
//   journal/run        for each upload:
//     pipeline/derive    looks at the source where the event does not say enough, and then
//       pipeline/act       acts for what the source is:
//         pipeline/match     which rule takes it
//         pipeline/jobs      the rule's outputs → jobs, each with its target
//         pipeline/save      asks OSS to make and save each derivative, or deletes it
//         pipeline/turning   asks again, for what OSS finds too large to turn
//         pipeline/stale     deletes what is saved under the key of a former version, and may be of this one
//       pipeline/settle    looks at the source again; if it has changed, all that again, at most three times in all
//     journal/record     what is unfinished is written to the journal
//   journal/malformed  records that cannot be read are written down, in one journal record
//   journal/foreign    what another service has sent is written down once for each sender
//   journal/timer      for a tick: the journal records that are due go the same way
//     journal/outlived   with nothing due: deletes failures that need no one's hand any more
//   pipeline/outcome   counts the outcomes: one for each skipped record, one for each output of a taken upload
//   pipeline/log       writes a line for each outcome, and a line for the summary
//   journal/errors     throws if unfinished work could not be written to the journal: FC then delivers the event again
import { distinctRefusals, throwUnfinished } from './journal/errors.js';
import { writeForeign } from './journal/foreign.js';
import { writeMalformed } from './journal/malformed.js';
import { type RunContext, runUpload, type TaskResult } from './journal/run.js';
import { runDue } from './journal/timer.js';
import { inParallel } from './oss/limit.js';
import type { Delivery, Upload } from './pipeline/event.js';
import { type Log, outcomeEntry, refusalEntry, summaryEntry } from './pipeline/log.js';
import { type Outcome, type Summary, summarize } from './pipeline/outcome.js';

/** What an event needs. */
export interface HandleContext extends RunContext {
  /** How many uploads are worked on at a time. */
  readonly concurrency: number;
  readonly log: Log;
  /** FC delivers this event again: an earlier invocation may have been ended in the middle of a call. */
  readonly redelivered: boolean;
}

/**
 * Handles what an event delivered.
 * @throws {RetryLater} when something is unfinished and could not be written to the journal
 * @throws {PermanentFailure} only with `journal: 'throw'`
 */
export async function handle(delivery: Delivery, context: HandleContext): Promise<Summary> {
  const { concurrency, now, log, journal } = context;
  const started = now();
  const isUnconfirmed = ({ givenUp }: Upload) => (context.redelivered || givenUp === true) && journal !== 'throw';
  const foreign = delivery.ignored.flatMap(({ origin }) => origin ?? []);
  const uploads = await inParallel(delivery.uploads, concurrency, (upload) =>
    runUpload({ upload, unconfirmed: isUnconfirmed(upload) }, context),
  );
  const malformed = await writeMalformed(delivery.malformed, context);
  const results = [withoutTask(delivery), malformed, ...uploads, ...(await runTicks(delivery, context))];
  const { written: noted, refusals: unnoted } = await writeForeign(foreign, context);

  const outcomes = results.flatMap((result) => result.outcomes);
  const unfinished = results.flatMap((result) => result.unfinished);
  const unwritten = results.flatMap((result) => result.unwritten);
  const refusals = [...results.flatMap((result) => result.refusals), ...unnoted];
  const summary = summarize(outcomes);
  for (const outcome of outcomes) log(outcomeEntry(outcome));
  const bucket = journal === 'throw' ? '' : journal.bucket;
  for (const { refusal, count } of distinctRefusals(refusals)) log(refusalEntry(bucket, refusal, count));
  log(
    summaryEntry(summary, {
      ms: now() - started,
      journaled: unfinished.length - unwritten.length + noted,
      unsettled: unfinished.filter((one) => 'why' in one).length,
      foreign: foreign.length,
    }),
  );
  throwUnfinished(unwritten, journal === 'throw' ? undefined : { bucket, refusals });
  return summary;
}

/** The skips of records that are no uploads. */
function withoutTask({ ignored }: Delivery): TaskResult {
  return finished(ignored.map(({ source, reason }) => ({ status: 'skipped', source, reason })));
}

async function runTicks({ ticks }: Delivery, context: HandleContext): Promise<readonly TaskResult[]> {
  if (ticks.length === 0) return [];
  const results = await runDue(context);
  if (results.some(({ outcomes }) => outcomes.length > 0)) return results;
  const nothing = ticks.map(({ triggerName }): Outcome => {
    return { status: 'skipped', source: `timer:${triggerName}`, reason: 'nothing-due' };
  });
  return [...results, finished(nothing)];
}

function finished(outcomes: readonly Outcome[]): TaskResult {
  return { outcomes, unfinished: [], unwritten: [], refusals: [] };
}
