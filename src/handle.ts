// One event from beginning to end. The chain, in the order in which it happens:
//
//   pipeline/event     bytes → records: uploads and removals, skips, timer ticks (called by index.ts)
//   journal/run        for each upload:
//     pipeline/derive    matches it, looks at the source where the event does not say enough, and then
//       pipeline/match     which rule takes it
//       pipeline/act       acts for what the source is:
//         pipeline/jobs      the rule's outputs → jobs, each with its target
//         pipeline/save      asks OSS to make and save each derivative, or deletes it
//         pipeline/turning   asks again, for what OSS finds too large to turn
//         pipeline/stale     deletes what must not stay beside them, where rules may leave such a thing
//       pipeline/settle    looks at the source again; if it has changed, all that again, at most three times in all
//     journal/record     what is unfinished is written to the journal
//   journal/malformed  records that cannot be read are written down, in one journal record
//   journal/foreign    what another service has sent is written down once for each sender
//   journal/timer      for a tick: the journal records that are due go the same way
//     journal/outlived   with nothing due: deletes failures that need no one's hand any more
//   sweep/newest       for a tick, too: whether there is a sweep; then
//     sweep/tick         runs units of it, whose sources go the same way as uploads
//   pipeline/outcome   counts the outcomes: one for each skipped record, one for each output of a taken upload
//   pipeline/log       writes a line for each outcome, and a line for the summary
//   journal/errors     throws if unfinished work could not be written to the journal: FC then delivers the event again
import { distinctRefusals, throwUnfinished } from './journal/errors.js';
import { type Foreign, noneForeign, writeForeign } from './journal/foreign.js';
import { writeMalformed } from './journal/malformed.js';
import { finished, type RunContext, runUpload, type TaskResult } from './journal/run.js';
import { runDue } from './journal/timer.js';
import { inParallel } from './oss/limit.js';
import type { Delivery, Tick, Upload } from './pipeline/event.js';
import { type Log, outcomeEntry, refusalEntry, summaryEntry } from './pipeline/log.js';
import { type Failure, type Outcome, type Result, resultOf, type Summary, summarize } from './pipeline/outcome.js';
import { unfinishedSweep } from './sweep/newest.js';
import type { TickContext } from './sweep/tick.js';

/** What an event needs. */
export interface HandleContext extends RunContext {
  /** How many uploads are worked on at a time. */
  readonly concurrency: number;
  readonly log: Log;
  /** FC delivers this event again: an earlier invocation may have been ended in the middle of a call. */
  readonly redelivered: boolean;
  /** What a tick needs for a sweep, made when it is asked for; without it, ticks work on none. */
  readonly sweeping?: () => Pick<TickContext, 'oss' | 'config' | 'run' | 'sleep'>;
}

/**
 * Handles what an event delivered.
 * @throws {RetryLater} when something is unfinished and could not be written to the journal
 * @throws {PermanentFailure} only with `journal: 'throw'`
 */
export async function handle(delivery: Delivery, context: HandleContext): Promise<Summary> {
  const started = context.now();
  const uploads = await inParallel(delivery.uploads, context.concurrency, (upload) =>
    runUpload({ upload, unconfirmed: isUnconfirmed(upload, context) }, context),
  );
  const others = delivery.ignored.length + delivery.malformed.length + delivery.ticks.length;
  if (others === 0) return report(uploads, noneForeign, started, context);
  const { results, foreign } = await handleOthers(delivery, uploads, started, context);
  return report(results, foreign, started, context);
}

/** Handles what is no upload, after the uploads. */
async function handleOthers(
  { ignored, malformed, ticks }: Delivery,
  uploads: TaskResult[],
  started: number,
  context: HandleContext,
) {
  const skipped = finished(ignored.map(({ source, reason }) => ({ status: 'skipped', source, reason })));
  const unread = await writeMalformed(malformed, context);
  const due = ticks.length > 0 ? await runTicks(ticks, started, context) : [];
  const origins = ignored.flatMap(({ origin }) => origin ?? []);
  return { results: [skipped, unread, ...uploads, ...due], foreign: await writeForeign(origins, context) };
}

/** An earlier invocation may have left a call that may still write; only a journal can wait for it. */
function isUnconfirmed({ givenUp }: Upload, { redelivered, journal }: HandleContext): boolean {
  return (redelivered || givenUp === true) && journal !== 'throw';
}

async function runTicks(
  ticks: readonly Tick[],
  entered: number,
  context: HandleContext,
): Promise<readonly TaskResult[]> {
  const results = await runDue(context);
  results.push(await runNewest(entered, context));
  if (results.some(({ outcomes }) => outcomes.length > 0)) return results;
  const nothing = ticks.map(({ triggerName }): Outcome => {
    return { status: 'skipped', source: `timer:${triggerName}`, reason: 'nothing-due' };
  });
  return [...results, finished(nothing)];
}

/** Works on the newest sweep, if there is one; only then is what it takes loaded. */
async function runNewest(entered: number, { sweeping, ...context }: HandleContext): Promise<TaskResult> {
  const { oss, journal } = context;
  if (sweeping === undefined || journal === 'throw') return finished([]);
  const found = await unfinishedSweep(oss, journal);
  if (found === undefined) return finished([]);
  if ('refusal' in found) return { ...finished([]), refusals: [found.refusal] };
  const { runSweep } = await import('./sweep/tick.js');
  return runSweep(found, { ...context, journal, ...sweeping(), entered });
}

/** Writes the log, and gives back the summary. Throws what is unfinished and in no journal. */
function report(
  results: readonly TaskResult[],
  foreign: Foreign,
  started: number,
  { now, log, journal }: HandleContext,
): Summary {
  const { outcomes, unfinished, unwritten, refusals } = together(results, foreign.refusals);
  const flat: Result[] = [];
  for (const outcome of outcomes) {
    const result = resultOf(outcome);
    flat.push(result);
    log(outcomeEntry(outcome, result));
  }
  const summary = summarize(outcomes, flat);
  const bucket = journal === 'throw' ? '' : journal.bucket;
  for (const { refusal, count } of distinctRefusals(refusals)) log(refusalEntry(bucket, refusal, count));
  log(
    summaryEntry(summary, {
      ms: now() - started,
      journaled: unfinished.length - unwritten.length + foreign.written,
      unsettled: unfinished.filter((one) => 'why' in one).length,
      foreign: foreign.found,
    }),
  );
  throwUnfinished(unwritten, journal === 'throw' ? undefined : { bucket, refusals });
  return summary;
}

function together(results: readonly TaskResult[], more: readonly Failure[]): TaskResult {
  const [first] = results;
  if (first !== undefined && results.length === 1 && more.length === 0) return first;
  return {
    outcomes: results.flatMap(({ outcomes }) => outcomes),
    unfinished: results.flatMap(({ unfinished }) => unfinished),
    unwritten: results.flatMap(({ unwritten }) => unwritten),
    refusals: [...results.flatMap(({ refusals }) => refusals), ...more],
  };
}
