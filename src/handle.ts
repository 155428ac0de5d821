// The pipeline in one screen: records → tasks → derived and settled → journal → summary. Every record ends as exactly one
// skip, or as one outcome for each output of its rule; what is left is written down before the function returns.

import { throwUnfinished } from './journal/errors.js';
import type { Unfinished } from './journal/record.js';
import { finish, type RunContext, run, type TaskResult, type Work } from './journal/run.js';
import { runDue } from './journal/timer.js';
import { inParallel } from './oss/limit.js';
import type { Delivery } from './pipeline/event.js';
import { type Log, outcomeEntry, summaryEntry } from './pipeline/log.js';
import { type Outcome, type Summary, summarize } from './pipeline/outcome.js';

/** What an event needs. */
export interface HandleContext extends RunContext {
  /** How many uploads are worked on at a time. */
  readonly concurrency: number;
  readonly log: Log;
  /** FC delivers this event again: the attempt before may have been ended in the middle of a call. */
  readonly redelivered: boolean;
}

/**
 * Handles what an event delivered.
 * @throws {RetryLater} when something is left that could not be written down
 * @throws {PermanentFailure} only with `journal: 'throw'`
 */
export async function handle(delivery: Delivery, handling: HandleContext): Promise<Summary> {
  const { concurrency, now, log, journal } = handling;
  const started = now();
  const uploads = delivery.uploads.map(
    (upload): Work => ({
      task: { upload, unconfirmed: handling.redelivered && journal !== 'throw' },
    }),
  );
  const ended = [
    ...(await inParallel(ignoredOf(delivery), concurrency, (outcome) => finish({ outcomes: [outcome] }, {}, handling))),
    ...(await inParallel(uploads, concurrency, (work) => run(work, handling))),
    ...(delivery.ticks.length > 0 ? await runDue(handling) : []),
  ];
  if (delivery.ticks.length > 0 && ended.length === 0) ended.push(nothingDue(delivery));

  const summary = summarize(ended.flatMap(({ outcomes }) => outcomes));
  for (const outcome of ended.flatMap(({ outcomes }) => outcomes)) log(outcomeEntry(outcome));
  const leftovers = ended.flatMap((end) => end.leftovers);
  const unwritten = ended.flatMap((end) => end.unwritten);
  const written = leftovers.length - unwritten.length;
  log(
    summaryEntry(summary, { ms: now() - started, journaled: written, unsettled: leftovers.filter(isUnsettled).length }),
  );
  throwUnfinished(unwritten, journal === 'throw' ? undefined : journal.bucket);
  return summary;
}

function ignoredOf({ ignored, malformed }: Delivery): Outcome[] {
  return [
    ...ignored.map(({ source, reason }): Outcome => ({ status: 'skipped', source, reason })),
    ...malformed.map(({ at, message, source, digest }): Outcome => {
      const error = {
        kind: 'permanent',
        code: 'MalformedRecord',
        message: `${message} (at ${at} of the event with SHA-256 ${digest})`,
      } as const;
      return { status: 'failed', source: source ?? `event:${at}`, error };
    }),
  ];
}

function nothingDue({ ticks }: Delivery): TaskResult {
  const outcomes = ticks.map(({ triggerName }): Outcome => {
    return { status: 'skipped', source: `timer:${triggerName}`, reason: 'nothing-due' };
  });
  return { outcomes, leftovers: [], unwritten: [] };
}

function isUnsettled(leftover: Unfinished): boolean {
  return 'why' in leftover;
}
