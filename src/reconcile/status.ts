// How far a sweep is: read from the markers of its shards, whoever works on it.
import { inParallel } from '../oss/limit.js';
import { doneOf, nextUnit, noProgress, type Totals } from '../sweep/markers.js';
import { rulesDigest, type Sweep, unitsPrefix } from '../sweep/sweep.js';
import { client, type SweepWork } from './work.js';

export interface ShardStatus {
  /** `waiting`: no unit was begun. `held`: a worker is at it, or may have been killed at it. */
  readonly state: 'waiting' | 'going' | 'held' | 'complete' | 'bound' | 'failures' | 'unreadable';
  /** All keys up to this one are done with. */
  readonly after: string | undefined;
  /** Epoch ms: until when nobody else goes on with it. */
  readonly heldUntil: number | undefined;
  /** Epoch ms: when something was last written down. */
  readonly lastMark: number | undefined;
  readonly totals: Totals;
}

export interface SweepStatus {
  readonly id: string;
  readonly state: 'going' | 'cancelled' | 'ended';
  readonly inCloud: boolean;
  /** Epoch ms, as the next two. */
  readonly begun: number;
  readonly lastMark: number | undefined;
  /** Derivatives that its bounds allow. */
  readonly bound: number;
  readonly planned: Sweep['planned'];
  readonly totals: Totals;
  /** Derivatives that shards may still make which have not ended. */
  readonly left: number;
  /** Derivatives a second since it began; undefined: none yet. */
  readonly rate: number | undefined;
  /** Until all are made, at that rate. */
  readonly hours: number | undefined;
  /** The rules here are others than those that it was begun with. */
  readonly otherRules: boolean;
  readonly shards: readonly ShardStatus[];
}

/** What reading it needs. */
export type StatusWork = Pick<SweepWork, 'index' | 'journal' | 'now'> & {
  readonly account: Pick<SweepWork['account'], 'until' | 'concurrency'>;
};

/** Reads all shards. @throws OssError */
export async function statusOf(work: StatusWork, sweep: Sweep): Promise<SweepStatus> {
  const { account, index, now } = work;
  const places = sweep.shards.map((_, at) => at);
  const shards = await inParallel(places, account.concurrency, (at) => shardStatus(work, sweep, at));
  const totals = shards.map((shard) => shard.totals).reduce(together, noProgress.totals);
  const left = sum(
    sweep.shards.map(({ objects }, at) =>
      isOver(shards[at]) ? 0 : Math.max(0, objects - (shards[at]?.totals.targets ?? 0)),
    ),
  );
  const marks = shards.flatMap(({ lastMark }) => lastMark ?? []);
  const lastMark = marks.length === 0 ? undefined : Math.max(...marks);
  const going = !sweep.cancelled && !sweep.ended && !shards.every(isOver);
  const seconds = Math.max(1, ((going ? now() : (lastMark ?? now())) - sweep.begun) / 1_000);
  const rate = totals.targets === 0 ? undefined : totals.targets / seconds;
  return {
    id: sweep.id,
    state: going ? 'going' : sweep.cancelled ? 'cancelled' : 'ended',
    inCloud: sweep.inCloud,
    begun: sweep.begun,
    lastMark,
    bound: sum(sweep.shards.map(({ objects }) => objects)),
    planned: sweep.planned,
    totals,
    left,
    rate,
    hours: !going || rate === undefined ? undefined : left / rate / 3_600,
    otherRules: rulesDigest(index) !== sweep.rules,
    shards,
  };
}

async function shardStatus(work: StatusWork, sweep: Sweep, at: number): Promise<ShardStatus> {
  const { journal, now } = work;
  const units = unitsPrefix(journal, sweep.id, at);
  const { unit, from, end, heldUntil, written } = await nextUnit(client(work), journal.bucket, units);
  const held = now() < heldUntil;
  const state =
    end ?? (heldUntil === Number.POSITIVE_INFINITY ? 'unreadable' : held ? 'held' : unit === 1 ? 'waiting' : 'going');
  return {
    state,
    after: from.after,
    heldUntil: held && Number.isFinite(heldUntil) ? heldUntil : undefined,
    lastMark: written,
    // A unit counts what it is to make when it begins.
    totals: { ...from.totals, ...doneOf(from) },
  };
}

/** Whether nothing is left to do in a shard. */
export function isOver(shard: ShardStatus | undefined): boolean {
  return shard !== undefined && ['complete', 'bound', 'failures'].includes(shard.state);
}

function together(one: Totals, other: Totals): Totals {
  // By a map: the codes are read from the journal, and may be names such as `constructor`.
  const failed = new Map(Object.entries(one.failed));
  for (const [code, count] of Object.entries(other.failed)) failed.set(code, (failed.get(code) ?? 0) + count);
  return {
    sources: one.sources + other.sources,
    matched: one.matched + other.matched,
    targets: one.targets + other.targets,
    bytes: one.bytes + other.bytes,
    saved: one.saved + other.saved,
    current: one.current + other.current,
    failed: Object.fromEntries(failed),
  };
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
