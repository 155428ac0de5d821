// `npm run reconcile`: which action is asked for, and what it prints. The plan itself: planning.ts; how a sweep begins:
// start.ts; the worker on this machine: apply.ts.
import { OssError } from '../oss/error.js';
import { printable } from '../rules/printable.js';
import type { SweepName } from '../sweep/newest.js';
import type { KeyRange, Selection } from '../sweep/selection.js';
import type { Sweep } from '../sweep/sweep.js';
import { countOf, grouped } from '../terminal/text.js';
import { UserError } from '../terminal/user-error.js';
import { workHere } from './apply.js';
import { boundShards } from './bounds.js';
import { cancel } from './cancel.js';
import { cloudWorkers } from './deployed.js';
import { planOf } from './planning.js';
import { prune } from './prune.js';
import { nextText, type Planned, planJson, planText } from './report.js';
import { newest, read, refuseBeside, start } from './start.js';
import { type SweepStatus, statusOf } from './status.js';
import { afterText, exitCodeOf, isShort, statusJson, statusText } from './sweep-report.js';
import { notTakenText, watchStart } from './watch.js';
import { journalText, rateOf, rightsHint, type SweepWork, type Work, withJournal } from './work.js';

/** Ctrl-C ended it; what is left goes on with --resume. */
const stoppedCode = 130;

/** @returns the exit code @throws {UserError} */
export async function reconcile(work: Work): Promise<number> {
  try {
    return await actions[work.choice.action](work);
  } catch (cause) {
    if (!(cause instanceof OssError)) throw cause;
    throw new UserError(`OSS: ${cause.message}${rightsHint(cause)}`, 1, { cause });
  }
}

const actions: Readonly<Record<Work['choice']['action'], (work: Work) => Promise<number>>> = {
  plan: showPlan,
  apply: async (work) => {
    const { scopes, selection } = work.choice;
    return applyPlan(withJournal(work), scopes, selection);
  },
  prune: pruneOrphans,
  status: async (work) => showStatus(withJournal(work)),
  resume: async (work) => resume(withJournal(work)),
  cancel: async (work) => cancelNewest(withJournal(work)),
};

async function showPlan(work: Work): Promise<number> {
  const { choice, json, out } = work;
  const planned = await planOf(work, choice.scopes, choice.selection);
  out(json ? jsonText({ action: 'plan', ...planJson(planned) }) : `${planText(planned)}\n${nextText(planned)}`);
  return 0;
}

/** Plans, and carries the plan out within its bounds. */
async function applyPlan(work: SweepWork, scopes: readonly KeyRange[], selection: Selection): Promise<number> {
  const { choice, region, json, out, show } = work;
  // Before a plan that may take hours, and once more when the sweep begins.
  refuseBeside(await newestSettled(work));
  if (choice.inCloud) cloudOf(work, 1);
  const planned = await planOf(work, scopes, selection);
  const { make, shards } = planned.plan;
  show(`${planText(planned)}\n`);
  if (make.targets === 0) {
    out(json ? jsonText({ action: choice.action, ...planJson(planned), sweep: null }) : nextText(planned));
    return 0;
  }
  const bound = boundShards(planned.plan, choice.bounds);
  const cloud = choice.inCloud ? cloudOf(work, shards.length) : undefined;
  const { maxFailures } = choice.bounds;
  await closeCancelled(work);
  const sweep = await start(work, {
    make,
    shards: bound,
    selection,
    rate: rateOf(choice.bounds, region),
    maxFailures,
    cloud,
  });
  return sweep.inCloud ? watch(work, sweep, planned) : makeHere(work, sweep, planned);
}

/** The newest sweep. Where its last worker was killed before it could say so, it is said now that it has ended. */
async function newestSettled(work: SweepWork): Promise<SweepName | undefined> {
  const found = await newest(work);
  if (found === undefined || found.ended || found.cancelled) return found;
  const sweep = await read(work, found);
  if ((await statusOf(work, sweep)).state === 'going') return found;
  await workHere(work, sweep);
  return newest(work);
}

/** What workers of a cancelled sweep may have left half done is taken care of before another one begins. */
async function closeCancelled(work: SweepWork): Promise<void> {
  const before = await newest(work);
  if (before?.cancelled !== true || before.ended) return;
  const end = await workHere(work, await read(work, before), { closing: true });
  if (end === 'stopped')
    throw new UserError(`stopped; nothing was begun: the sweep ${printable(before.id)} is not closed yet`);
}

function cloudOf({ deployed }: SweepWork, shards: number) {
  const found = cloudWorkers(deployed, shards);
  if ('why' in found) throw new UserError(`--in-cloud: ${found.why}`);
  return found;
}

async function makeHere(work: SweepWork, sweep: Sweep, planned?: Planned): Promise<number> {
  const { json, out, show, choice, now } = work;
  // From here on Ctrl-C is heard.
  void work.stopSignal();
  show(`sweep ${printable(sweep.id)}: Ctrl-C stops it, and --resume goes on\n`);
  const end = await workHere(work, sweep);
  const found = await newest(work);
  const status = await statusOf(work, found?.id === sweep.id ? { ...sweep, ...found } : sweep);
  if (json) out(jsonText({ action: choice.action, ...(planned && planJson(planned)), sweep: statusJson(status) }));
  else out(`${statusText(status, now())}${afterText(status)}`);
  return end === 'stopped' ? stoppedCode : exitCodeOf(status);
}

async function watch(work: SweepWork, sweep: Sweep, planned?: Planned): Promise<number> {
  const { json, out, show, choice } = work;
  show(`sweep ${printable(sweep.id)}: the deployed function works on it from the next minute on\n`);
  const seen = await watchStart(work, sweep);
  if (json) {
    const about = { id: sweep.id, inCloud: true, taken: seen === 'taken' };
    out(jsonText({ action: choice.action, ...(planned && planJson(planned)), sweep: about }));
  } else {
    out(seen === 'taken' ? 'the function has begun; npm run reconcile -- --status says how far it is\n' : '');
    out(seen === 'not-taken' ? notTakenText : '');
    out(seen === 'stopped' ? 'it goes on without you; npm run reconcile -- --status says how far it is\n' : '');
  }
  return seen === 'not-taken' ? 1 : 0;
}

async function showStatus(work: SweepWork): Promise<number> {
  const { json, out, now, journal } = work;
  const found = await newest(work);
  if (found === undefined) {
    out(
      json ? jsonText({ action: 'status', sweep: null }) : `there is no sweep in the journal ${journalText(journal)}\n`,
    );
    return 0;
  }
  const status = await statusOf(work, await read(work, found));
  if (json) out(jsonText({ action: 'status', sweep: statusJson(status) }));
  else out(`${statusText(status, now())}${afterText(status)}`);
  return status.state === 'going' ? 0 : exitCodeOf(status);
}

/** Goes on with the newest sweep; where that has ended before its work did, plans what is left, and begins another. */
async function resume(work: SweepWork): Promise<number> {
  const { choice, json, out } = work;
  const found = await newest(work);
  if (found === undefined)
    throw new UserError(`--resume: there is no sweep in the journal ${journalText(work.journal)}`);
  const sweep = await read(work, found);
  const status = await statusOf(work, sweep);
  if (status.state !== 'going') {
    if (isShort(status)) return applyPlan(work, restOf(sweep, status), selectionOfRest(sweep));
    out(json ? jsonText({ action: 'resume', sweep: statusJson(status) }) : statusText(status, work.now()));
    return exitCodeOf(status);
  }
  if (status.otherRules) {
    throw new UserError(
      `the sweep ${printable(sweep.id)} was begun with other rules than those here: --cancel, and plan anew`,
    );
  }
  if (choice.inCloud) {
    const why = sweep.inCloud
      ? 'it goes on in the function by itself: --status'
      : '--cancel first, then --resume --in-cloud';
    throw new UserError(`--in-cloud: the sweep ${printable(sweep.id)} has not ended; ${why}`);
  }
  if (choice.boundFlags.length > 0) {
    throw new UserError(
      `${choice.boundFlags.join(', ')}: the sweep ${printable(sweep.id)} has its bounds since it was begun`,
      2,
    );
  }
  return makeHere(work, sweep);
}

/** The ranges that a sweep has not come to the end of. */
function restOf({ shards }: Sweep, status: SweepStatus): KeyRange[] {
  return shards.flatMap(({ bucket, prefix, after, through }, at) => {
    const { state, after: reached } = status.shards[at] ?? {};
    return state === 'complete' ? [] : [{ bucket, prefix, after: reached ?? after, through }];
  });
}

/** What a forced sweep has made anew is not made once more. */
function selectionOfRest({ selection, begun }: Sweep): Selection {
  return selection.force ? { ...selection, olderThan: selection.olderThan ?? begun } : selection;
}

async function pruneOrphans(work: Work): Promise<number> {
  const { choice, json, out } = work;
  const pruned = await prune(work, choice.prune ?? 0);
  const { orphans, sources, left, examples, stopped } = pruned;
  if (json) {
    out(jsonText({ action: 'prune', ...pruned }));
  } else {
    for (const { object, why } of examples) out(`${printable(`left    ${object}  (${why})`)}\n`);
    const done = `the orphans of ${countOf(sources, 'source')} are deleted, ${grouped(left)} left`;
    out(`${stopped ? 'stopped: ' : ''}${done}; ${countOf(orphans, 'object')} were counted\n`);
  }
  return stopped ? stoppedCode : left > 0 ? 1 : 0;
}

async function cancelNewest(work: SweepWork): Promise<number> {
  const { json, out } = work;
  const { id, cancelled } = await cancel(work);
  const text = cancelled
    ? `sweep ${printable(id)}: cancelled. Workers end within a second, and what is in flight is still written`
    : `sweep ${printable(id)}: it has ended, or was cancelled, already`;
  out(json ? jsonText({ action: 'cancel', sweep: { id, cancelled } }) : `${text}\n`);
  return 0;
}

function jsonText(value: object): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}
