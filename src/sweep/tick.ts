// What a tick does for a sweep, once it has run what is due in the journal: runs units of the shards that its minute
// stands for, until its time is over. A sweep that another machine works on is left alone.
import { refusalOf } from '../journal/record.js';
import { finished, type TaskResult } from '../journal/run.js';
import { OssError } from '../oss/error.js';
import type { Log } from '../pipeline/log.js';
import type { Failure, Outcome } from '../pipeline/outcome.js';
import { failureOf } from '../pipeline/save.js';
import type { Config } from '../rules/rule.js';
import { nextUnit } from './markers.js';
import { type SweepName, sweepKey } from './newest.js';
import { createPace } from './pace.js';
import { reconcileRules } from './reconcilable.js';
import { readSweep, rulesDigest, type Sweep, unitsPrefix } from './sweep.js';
import { runUnit, type SweepContext, type UnitResult } from './unit.js';

/** What a tick needs; `now` when it began. */
export interface TickContext extends Omit<SweepContext, 'pace' | 'until' | 'closing' | 'rules'> {
  readonly config: Config;
  readonly sleep: (ms: number) => Promise<void>;
  readonly log: Log;
  /** Epoch ms: when the function was called. */
  readonly entered: number;
}

/** The results of more derivatives than these are not kept; each unit's line counts them. */
const mostOutcomes = 5_000;

/** Works on a sweep. What OSS refuses is a refusal of the result. */
export async function runSweep(name: SweepName, context: TickContext): Promise<TaskResult> {
  const { oss, journal } = context;
  try {
    const sweep = await readSweep(oss, journal, name);
    return sweep?.inCloud ? await runShards(sweep, context) : finished([]);
  } catch (error) {
    if (error instanceof OssError) return { ...finished([]), refusals: [failureOf(error)] };
    throw error;
  }
}

async function runShards(sweep: Sweep, context: TickContext): Promise<TaskResult> {
  const { now, sleep, log, entered, deadline, run, config } = context;
  const { id, workers, seconds, shards } = sweep;
  const rules = reconcileRules(config);
  const isOther = rulesDigest(rules.index) !== sweep.rules;
  const pace = createPace({ calls: sweep.calls / workers, bytes: sweep.bytes / workers }, now, sleep);
  const until = Math.min(deadline, entered + seconds * 1000);
  const unit: SweepContext = { ...context, rules, pace, until, closing: sweep.cancelled || isOther };
  if (isOther) log({ level: 'warn', event: 'sweep', id, state: 'other-rules' });
  const results: UnitResult[] = [];
  const outcomes: Outcome[] = [];
  let isOver = true;
  for (let shard = Math.floor(entered / 60_000) % workers; shard < shards.length && now() < until; shard += workers) {
    let done: UnitResult;
    do {
      done = await runUnit(shard, sweep, unit);
      const { state, progress, heldUntil } = done;
      const found = { id, shard, unit: done.unit, state, ...progress?.totals, heldUntil };
      if (done.unit !== undefined) log({ level: 'info', event: 'sweep', ...found });
      outcomes.push(...done.outcomes.slice(0, mostOutcomes - outcomes.length));
      results.push({ ...done, outcomes: [] });
      // Another run has tried the same at the same time; the next time, one of them comes first.
      if (done.state === 'left') await sleep(Number.parseInt(run.slice(-3), 16) || 0);
    } while ((done.state === 'more' || done.state === 'left') && now() < until);
    isOver &&= done.state === 'ended';
    if (done.state === 'throttled' || done.state === 'cancelled') break;
  }
  const refusals = results.flatMap((one) => one.refusals);
  try {
    if (isOver) refusals.push(...(await endSweep(sweep, context)));
  } catch (error) {
    // What the units have led to is told all the same.
    if (!(error instanceof OssError)) throw error;
    refusals.push(failureOf(error));
  }
  return { outcomes, unfinished: results.flatMap((one) => one.unfinished), unwritten: [], refusals };
}

/**
 * Writes that a sweep has ended, where all its shards have; of a cancelled one, where none has a run left that may have
 * been killed. Gives back why the journal did not take it. @throws OssError
 */
export async function endSweep(
  { id, shards, cancelled }: Sweep,
  { oss, journal, journalOss, now }: Pick<SweepContext, 'oss' | 'journal' | 'journalOss' | 'now'>,
): Promise<readonly Failure[]> {
  const { bucket } = journal;
  for (const shard of shards.keys()) {
    const { end, open, heldUntil } = await nextUnit(oss, bucket, unitsPrefix(journal, id, shard));
    if ((end === undefined && !cancelled) || open.length > 0 || heldUntil > now()) return [];
  }
  const body = JSON.stringify({ ended: new Date(now()).toISOString() });
  const key = sweepKey(journal, id, 'ended');
  const refusal = await refusalOf(journalOss.putObject({ bucket, key, body, contentType: 'application/json' }));
  return refusal === undefined ? [] : [refusal];
}
