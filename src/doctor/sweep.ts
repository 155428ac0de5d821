// Whether a sweep is unfinished, and whether somebody works on it.
import type { Oss } from '../oss/client.js';
import { OssError } from '../oss/error.js';
import { indexConfig } from '../pipeline/match.js';
import { type SweepStatus, statusOf } from '../reconcile/status.js';
import type { Config } from '../rules/rule.js';
import { newestSweep, type SweepName } from '../sweep/newest.js';
import { readSweep } from '../sweep/sweep.js';
import { countOf, grouped } from '../terminal/text.js';
import { type Diagnosis, ok, unseen, warning } from './diagnosis.js';

/** Shards that are read in parallel; the account limits the calls. */
const atOnce = 20;
/** ms: a sweep in the cloud has had several ticks. */
const patience = 10 * 60_000;

/**
 * Nothing where no sweep is unfinished.
 * @param config the rules that the function runs
 * @param now epoch ms
 */
export async function sweepDiagnoses(
  oss: Oss,
  config: Config,
  now: number,
  { isStopped }: { readonly isStopped: boolean },
): Promise<Diagnosis[]> {
  const { journal } = config;
  if (journal === 'throw') return [];
  try {
    const newest = await newestSweep(oss, journal);
    if (newest === undefined || newest.cancelled || newest.ended) return [];
    const sweep = await readSweep(oss, journal, newest);
    if (sweep === undefined) return [unreadable(newest)];
    const account = { until: () => oss, concurrency: atOnce };
    const status = await statusOf({ account, journal, index: indexConfig(config), now: () => now }, sweep);
    if (status.state !== 'going') return [];
    return [sweep.inCloud ? inCloud(status, now, isStopped) : onMachine(status, now)];
  } catch (error) {
    if (!(error instanceof OssError)) throw error;
    const rights = error.code === 'AccessDenied' ? ' (npm run policy -- --only deployer)' : '';
    return [unseen('sweep', `whether a sweep is unfinished: ${error.message}${rights}`)];
  }
}

function unreadable({ id }: SweepName): Diagnosis {
  const message = `the sweep ${id} cannot be read: another version has begun it, or somebody else has written it`;
  return warning('sweep', message, `npm run reconcile -- --cancel gives it up`);
}

function inCloud(status: SweepStatus, now: number, isStopped: boolean): Diagnosis {
  const { lastMark, begun, otherRules, shards } = status;
  const message = `the sweep ${told(status, now)}, in the cloud`;
  const isHeld = shards.some(({ state }) => state === 'held');
  if (isStopped) return warning('sweep', `${message}: the function is stopped`, `npm run resume; ${orCancel}`);
  if (otherRules) {
    const fix = `put those in force again; or npm run reconcile -- --cancel, and plan anew`;
    return warning(
      'sweep',
      `${message}: the function runs other rules than it was begun with, and leaves it alone`,
      fix,
    );
  }
  if (now - (lastMark ?? begun) < patience || isHeld) return ok('sweep', message);
  if (lastMark === undefined) {
    const fix = `npm run policy -- --reconcile prints what its role needs, npm run deploy brings the code; ${orCancel}`;
    return warning('sweep', `${message}: the function has not begun with it`, fix);
  }
  return warning('sweep', `${message}: nobody goes on with it`, `the function’s log says why; ${orCancel}`);
}

function onMachine(status: SweepStatus, now: number): Diagnosis {
  const { lastMark, begun } = status;
  const message = `the sweep ${told(status, now)}, on a machine`;
  if (now - (lastMark ?? begun) < patience) return ok('sweep', message);
  return warning('sweep', `${message}: nobody goes on with it`, `npm run reconcile -- --resume goes on; ${orCancel}`);
}

const orCancel = 'npm run reconcile -- --cancel gives it up';

function told({ id, totals, bound, lastMark, shards }: SweepStatus, now: number): string {
  const held = shards.filter(({ state }) => state === 'held');
  const until = Math.max(...held.map(({ heldUntil = 0 }) => heldUntil));
  const parts = [
    `${grouped(totals.targets)} of ${grouped(bound)} derivatives done`,
    lastMark === undefined ? 'nothing written yet' : `last written ${minutesText(now - lastMark)} ago`,
    ...(held.length === 0 ? [] : [`${countOf(held.length, 'shard')} held until ${new Date(until).toISOString()}`]),
  ];
  return `${id} is not finished: ${parts.join(', ')}`;
}

function minutesText(ms: number): string {
  return countOf(Math.max(0, Math.round(ms / 60_000)), 'minute');
}
