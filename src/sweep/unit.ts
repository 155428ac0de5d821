// One unit of a shard: reads where the shard stands (markers.ts), compares a page of its sources with what is there
// (compare.ts), says what it is going to make, makes it, and says how far it has come. Whoever works on a sweep calls
// this, again and again: a tick of the deployed function, or the command.

import { finished, type TaskResult, writeResult } from '../journal/run.js';
import { OssError } from '../oss/error.js';
import { inParallel } from '../oss/limit.js';
import type { Upload } from '../pipeline/event.js';
import { jobsOf, removalJobs } from '../pipeline/jobs.js';
import { match, type RuleIndex } from '../pipeline/match.js';
import { failureOf } from '../pipeline/save.js';
import { compareKeys } from '../rules/key-order.js';
import { compare } from './compare.js';
import { removalOf, uploadOf } from './listed.js';
import { type MakeContext, makeAll, type Stop, watch } from './make.js';
import {
  doneOf,
  type End,
  isAlone,
  lessBy,
  type Marker,
  markerKey,
  newestMarkers,
  nextUnit,
  type Progress,
} from './markers.js';
import { countedOf, type Plan, pageOf, planOf, totalsOf } from './page.js';
import type { ReconcileRules } from './reconcilable.js';
import { type Shard, type Sweep, unitsPrefix } from './sweep.js';

/** What a unit needs. */
export interface SweepContext extends MakeContext {
  readonly rules: ReconcileRules;
  /** A name of this run that no other one has: letters, digits, `-`. */
  readonly run: string;
  /** Only what a run may have left half done is taken care of: the sweep is cancelled, or its rules are others. */
  readonly closing?: boolean | undefined;
}

/** What became of a unit. Nothing of it is unwritten: what is not in the journal is done again. */
export interface UnitResult extends TaskResult {
  /**
   * `more`: the next unit can be run. `ended`: the shard has nothing left to do. `held`: until `heldUntil`, since
   * another run has it, or may have been killed in a call. `left`: another run was faster.
   */
  readonly state: 'more' | 'ended' | 'held' | 'left' | Stop;
  readonly unit?: number | undefined;
  readonly progress?: Progress | undefined;
  readonly end?: End | undefined;
  /** Epoch ms; Infinity: a marker cannot be read. */
  readonly heldUntil?: number | undefined;
}

type Step = Omit<UnitResult, keyof TaskResult>;

/** Milliseconds: the buckets of the journal and of the sources have clocks of their own. */
const clockSlack = 2_000;

/** Runs the next unit of a shard, if there is one. Throws nothing but programming errors. */
export async function runUnit(shard: number, sweep: Sweep, context: SweepContext): Promise<UnitResult> {
  const results: TaskResult[] = [];
  let step: Step;
  try {
    step = await work(shard, sweep, context, results);
  } catch (error) {
    if (!(error instanceof OssError)) throw error;
    step = { state: 'refused' };
    results.push({ ...finished([]), refusals: [failureOf(error)] });
  }
  return {
    ...step,
    outcomes: results.flatMap(({ outcomes }) => outcomes),
    unfinished: results.flatMap(({ unfinished, unwritten }) => unfinished.filter((one) => !unwritten.includes(one))),
    unwritten: [],
    refusals: results.flatMap(({ refusals }) => refusals),
  };
}

async function work(at: number, sweep: Sweep, context: SweepContext, results: TaskResult[]): Promise<Step> {
  const { oss, journal, now, rules, concurrency, pace, run, closing, deadline } = context;
  const shard = sweep.shards[at];
  if (shard === undefined) return { state: 'ended' };
  const { bucket } = journal;
  const units = unitsPrefix(journal, sweep.id, at);
  const { unit, from, end, open, heldUntil } = await nextUnit(oss, bucket, units);
  const write = async (kind: 'begun' | 'done', marker: Marker) => {
    const body = JSON.stringify(marker);
    const key = markerKey(units, unit, kind, run);
    await context.journalOss.putObject({ bucket, key, body, contentType: 'application/json' });
  };
  if (now() < heldUntil) return { state: 'held', unit, progress: from, heldUntil };
  const isOver = closing === true || end !== undefined;
  if (isOver && open.length === 0) return { state: 'ended', progress: from, end };
  if (!(await leaveToJournal(sweep, shard, open, context, results))) return { state: 'refused', unit };
  if (isOver) {
    await write('done', { ...from, end });
    return { state: 'ended', unit, progress: from, end };
  }
  pace.resume(from.rate);
  const early = await watch(sweep, from, context, results).look();
  if (early !== undefined) return { state: early, unit, progress: from };
  const { page, isLast } = await pageOf(shard, from, oss);
  const compared = await compare(page, rules, { ...sweep.selection, begun: sweep.begun }, oss, concurrency);
  const plan = planOf(compared, from, shard);
  if (plan.keys.length > 0) {
    const ahead = lessBy(plan.counting.totals, doneOf(from));
    await write('begun', { ...from, ...plan.counting, ahead, deadline, keys: plan.keys });
    if (!isAlone(await newestMarkers(oss, bucket, units), unit, run)) {
      await write('done', from);
      return { state: 'left', unit, progress: from };
    }
  }
  // It looks anew whether the sweep is cancelled: who writes that may have looked for open units before.
  const stop = watch(sweep, from, context, results);
  const made = await makeAll(plan.sources, stop, context, results);
  // It stays open, and what the journal did not take is found anew: a call of it may still write.
  if (!isJournaled(results)) return { state: 'refused', unit, progress: from };
  const handled = made.includes(false) ? plan.sources.slice(0, made.indexOf(false)) : plan.sources;
  const isWhole = handled === plan.sources;
  const ending = endOf(isWhole, isLast, plan.cut, stop.why());
  const reached = handled.at(-1)?.upload.key ?? from.after;
  const after = isWhole && plan.cut === undefined ? (page.through ?? reached) : reached;
  const { counted, totals } = plan.counting;
  const isAhead = compareKeys(counted ?? '', after ?? '') > 0;
  const progress: Progress = {
    after,
    counted: isAhead ? counted : undefined,
    ahead: isAhead ? lessBy(lessBy(totals, doneOf(from)), countedOf(handled)) : undefined,
    totals: totalsOf(totals, handled, results),
    rate: pace.rate(),
  };
  await write('done', { ...progress, end: ending });
  return { state: ending === undefined ? (stop.why() ?? 'more') : 'ended', unit, progress, end: ending };
}

function endOf(isWhole: boolean, isLast: boolean, cut: Plan['cut'], stop: Stop | undefined): End | undefined {
  if (stop === 'failures') return stop;
  if (!isWhole) return undefined;
  return cut === 'bound' ? cut : isLast && cut === undefined ? 'complete' : undefined;
}

/**
 * A run that was killed may have had calls in flight, which wrote over what a live upload has led to. What it was to
 * make something of was older than the sweep: each source that is not any more is looked at again, by the timer. So is
 * one of which the run may not have deleted what another rule had made of it. Gives back whether the journal has them
 * all.
 */
async function leaveToJournal(
  { begun }: Sweep,
  { bucket }: Shard,
  keys: readonly string[],
  context: SweepContext,
  results: TaskResult[],
): Promise<boolean> {
  const { index } = context.rules;
  await inParallel(keys, context.concurrency, async (key) => {
    const head = await context.oss.headObject({ bucket, key });
    const isOlder = head !== undefined && head.lastModified < begun - clockSlack;
    if (isOlder && !leavesOthers(uploadOf(bucket, { key, ...head }), index)) return;
    const task = { upload: removalOf({ bucket, key }) };
    results.push(await writeResult({ outcomes: [], unsettled: 'changing' }, context, task));
  });
  return isJournaled(results);
}

/** Whether a source may have derivatives that have to be deleted where those of its rule are made. */
function leavesOthers(upload: Upload, index: RuleIndex): boolean {
  const found = match(index, upload);
  const { jobs, failures } = 'rule' in found ? jobsOf(upload, found.rule, index) : { jobs: [], failures: [] };
  const kept = [...jobs, ...failures].flatMap(({ target }) => target ?? []);
  return removalJobs(upload, index, kept).length > 0;
}

const isJournaled = (results: readonly TaskResult[]) => results.every(({ unwritten }) => unwritten.length === 0);
