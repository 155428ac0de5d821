// Carries a plan out within its bounds: begins a sweep, and works on it here or watches the function take it up. No
// sweep is begun beside another one.
import { printable } from '../rules/printable.js';
import type { SweepName } from '../sweep/newest.js';
import type { KeyRange, Selection } from '../sweep/selection.js';
import { readSweep, type Sweep } from '../sweep/sweep.js';
import { jsonText } from '../terminal/text.js';
import { UserError } from '../terminal/user-error.js';
import { workHere } from './apply.js';
import { boundShards } from './bounds.js';
import { cloudWorkers } from './deployed.js';
import { nextText } from './next-command.js';
import { type Planned, planOf } from './planning.js';
import { planJson, planText } from './report.js';
import { newest, read, refuseBeside, start } from './start.js';
import { statusOf } from './status.js';
import { afterText, exitCodeOf, statusJson, statusText } from './sweep-report.js';
import { notTakenText, watchStart } from './watch.js';
import { client, rateOf, type SweepWork } from './work.js';

/** The exit code where Ctrl-C ended it; what is left goes on with --resume. */
export const stoppedCode = 130;

/** Plans, and carries the plan out. @returns the exit code @throws {UserError} @throws OssError */
export async function applyPlan(work: SweepWork, scopes: readonly KeyRange[], selection: Selection): Promise<number> {
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
  const sweep = await readSweep(client(work), work.journal, before);
  // That of another version is for its own workers to close: without its shards, nothing can be told of it.
  if (sweep === undefined) return;
  const end = await workHere(work, sweep, { closing: true });
  if (end === 'stopped')
    throw new UserError(`stopped; nothing was begun: the sweep ${printable(before.id)} is not closed yet`);
}

function cloudOf({ deployed }: SweepWork, shards: number) {
  const found = cloudWorkers(deployed, shards);
  if ('why' in found) throw new UserError(`--in-cloud: ${found.why}`);
  return found;
}

/** Works on a sweep to its end. @returns the exit code @throws {UserError} @throws OssError */
export async function makeHere(work: SweepWork, sweep: Sweep, planned?: Planned): Promise<number> {
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
