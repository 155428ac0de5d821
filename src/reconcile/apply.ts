// A worker on a sweep, on this machine: runs the units of its shards until all have ended, or the user stops it. Other
// workers may be at the same sweep; the markers keep them apart.
import { randomBytes } from 'node:crypto';
import { objectUri } from '../oss/object-name.js';
import { type Outcome, resultOf } from '../pipeline/outcome.js';
import { printable } from '../rules/printable.js';
import { doneOf, type Totals } from '../sweep/markers.js';
import { createPace, type Pace } from '../sweep/pace.js';
import { type ReconcileRules, reconcileRules } from '../sweep/reconcilable.js';
import { type Sweep, unitsPrefix } from '../sweep/sweep.js';
import { endSweep } from '../sweep/tick.js';
import { runUnit, type SweepContext, type UnitResult } from '../sweep/unit.js';
import { countOf, grouped, resultLine } from '../terminal/text.js';
import { UserError } from '../terminal/user-error.js';
import { client, journalText, type SweepWork } from './work.js';

/** How a worker ended: the sweep has, or was cancelled; or the user stopped it. */
export type WorkEnd = 'ended' | 'cancelled' | 'stopped';

/** ms: no derivative is begun later in a unit; for calls in flight after that; and to write down what is unfinished. */
const unitTime = 60_000;
const callReserve = 100_000;
const journalReserve = 60_000;
/** ms: after a unit that OSS throttled or refused; until what others hold is looked at again; after a tie. */
const pauseRefused = 5_000;
const pauseHeld = 30_000;
const pauseLeft = 4_000;
/** Failures that are shown one by one; the counts have all of them. */
const mostShown = 20;
/** So many units in a row that OSS or the journal refused are not chance. */
const mostRefused = 5;

/**
 * Works until nothing is left to do.
 * @param closing only what others may have left half done is taken care of
 * @throws {UserError} (1) where OSS or the journal keeps refusing, or a marker cannot be read
 */
export async function workHere(
  work: SweepWork,
  sweep: Sweep,
  { closing = false }: { readonly closing?: boolean } = {},
): Promise<WorkEnd> {
  const { now, sleep } = work;
  const progress = work.progress(`reconcile: ${closing ? 'closing' : 'working on'} the sweep ${printable(sweep.id)}`);
  const stop = { asked: false };
  const stopped = work.stopSignal().then(() => {
    stop.asked = true;
    progress.step('reconcile: stopping, when the calls in flight have ended');
  });
  const pause = (ms: number) => Promise.race([sleep(ms), stopped]);
  const pace = createPace(shareOf(sweep), now, sleep);
  const rules = reconcileRules(work.config);
  /** What is not over: until when it is held by others, and when it is looked at again. */
  const open = new Map([...sweep.shards.keys()].map((shard) => [shard, { held: 0, look: 0 }]));
  const totals = new Map<number, Totals>();
  let refused = 0;
  let shown = 0;
  try {
    while (open.size > 0) {
      for (const [shard, { look }] of open) {
        if (look > now()) continue;
        let result: UnitResult;
        do {
          if (stop.asked) return 'stopped';
          result = await runUnit(shard, sweep, contextOf(work, rules, pace, stop, closing));
          if (result.progress !== undefined)
            totals.set(shard, { ...result.progress.totals, ...doneOf(result.progress) });
          const failed = result.outcomes.filter(({ status }) => status === 'failed').slice(0, mostShown - shown);
          if (failed.length > 0) progress.aside(() => work.show(failed.map(outcomeText).join('')));
          shown += failed.length;
          progress.step(progressText(sweep, [...totals.values()], open.size, pace));
        } while (result.state === 'more' || result.state === 'time');
        const { state, heldUntil = 0 } = result;
        refused = state === 'refused' ? refused + 1 : 0;
        if (refused === 1) progress.aside(() => work.show(`refused ${printable(reasonOf(result))}\n`));
        if (refused === mostRefused) throw refusal(result);
        if (state === 'cancelled') {
          await end(work, { ...sweep, cancelled: true });
          return 'cancelled';
        }
        if (state === 'ended') open.delete(shard);
        if (state === 'held') open.set(shard, { held: heldUntil, look: now() + pauseHeld });
        if (state === 'throttled' || state === 'refused') await pause(pauseRefused);
        // Two have tried it at the same time; the next time, one comes first.
        if (state === 'left') await pause(work.random() * pauseLeft);
      }
      const held = Math.min(...[...open.values()].map((one) => one.held));
      if (open.size > 0 && held > now()) {
        if (held === Number.POSITIVE_INFINITY) throw unreadable(work, sweep, [...open.keys()][0] ?? 0);
        progress.step(heldText(open.size, held));
        await pause(pauseHeld);
        if (stop.asked) return 'stopped';
      }
    }
  } finally {
    progress.end();
  }
  await end(work, closing ? { ...sweep, cancelled: true } : sweep);
  return 'ended';
}

/** Beside the workers in the cloud, this one is one more of them. */
function shareOf({ inCloud, workers, calls, bytes }: Sweep): { readonly calls: number; readonly bytes: number } {
  return inCloud ? { calls: calls / workers, bytes: bytes / workers } : { calls, bytes };
}

/** Also of a cancelled sweep: what the marker says of calls in flight would be lost, and nobody waits for them. */
function unreadable({ journal }: SweepWork, { id }: Sweep, shard: number): UserError {
  const where = printable(objectUri(journal.bucket, unitsPrefix(journal, id, shard)));
  return new UserError(
    `a marker below ${where} cannot be read: another version has written it, or somebody else.\n` +
      '  Go on with that version, or delete the first object there, then npm run reconcile -- --resume',
  );
}

function heldText(shards: number, until: number): string {
  const others = `held by another worker, or one that was ended; until ${new Date(until).toISOString()} at most`;
  return `reconcile: ${countOf(shards, 'shard')} ${others}`;
}

function contextOf(
  work: SweepWork,
  rules: ReconcileRules,
  pace: Pace,
  stop: { readonly asked: boolean },
  closing: boolean,
): SweepContext {
  const { account, index, journal, now } = work;
  const limit = now() + unitTime;
  const deadline = limit + callReserve;
  const { processObject, relayObject } = account.until(deadline, { failsThrottled: true });
  return {
    index,
    journal,
    rules,
    // A throttled call for a derivative slows the pace; any other call waits for its turn.
    oss: { ...account.until(deadline), processObject, relayObject },
    journalOss: account.until(deadline + journalReserve),
    now,
    deadline,
    // The user's Ctrl-C ends the unit as its time does: what is in flight is waited for, and what was done is marked.
    get until() {
      return stop.asked ? 0 : limit;
    },
    concurrency: account.concurrency,
    pace,
    run: randomBytes(8).toString('hex'),
    closing,
  };
}

function outcomeText(outcome: Outcome): string {
  return `${resultLine(JSON.stringify({ event: 'result', ...resultOf(outcome) }))}\n`;
}

/** Writes down that it has ended, so that the next sweep can begin; it stays as it is where another worker is at it. */
async function end(work: SweepWork, sweep: Sweep): Promise<void> {
  const { journal, now } = work;
  const [refused] = await endSweep(sweep, { oss: client(work), journalOss: client(work), journal, now });
  if (refused !== undefined) throw new UserError(`the journal ${journalText(journal)}: ${refused.message}`);
}

function reasonOf({ refusals: [first] }: UnitResult): string {
  return first?.message ?? 'it does not say why';
}

function refusal(result: UnitResult): UserError {
  return new UserError(
    `OSS or the journal refuses: ${reasonOf(result)}\n` +
      '  what was made is marked; when it is mended: npm run reconcile -- --resume',
  );
}

function progressText({ shards, planned }: Sweep, totals: readonly Totals[], open: number, pace: Pace): string {
  const sum = (of: (one: Totals) => number) => totals.reduce((all, one) => all + of(one), 0);
  const failed = sum((one) => Object.values(one.failed).reduce((all, count) => all + count, 0));
  return (
    `reconcile: ${grouped(sum((one) => one.targets))} of ${grouped(planned.targets)} derivatives, ${grouped(failed)} failed; ` +
    `${shards.length - open} of ${shards.length} shards, up to ${Number(pace.rate().toPrecision(2))} calls a second`
  );
}
