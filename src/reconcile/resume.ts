// Goes on with a sweep that was interrupted; where it ended before its work did, with a plan of what is left.
import { printable } from '../rules/printable.js';
import type { KeyRange, Selection } from '../sweep/selection.js';
import type { Sweep } from '../sweep/sweep.js';
import { jsonText } from '../terminal/text.js';
import { UserError } from '../terminal/user-error.js';
import { applyPlan, makeHere } from './carry-out.js';
import { newest, read } from './start.js';
import { type SweepStatus, statusOf } from './status.js';
import { exitCodeOf, isShort, statusJson, statusText } from './sweep-report.js';
import { journalText, type SweepWork } from './work.js';

/** Goes on with the newest sweep. @returns the exit code @throws {UserError} @throws OssError */
export async function resume(work: SweepWork): Promise<number> {
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
