// How far a shard is. Its work goes in units, one page of keys each; a run writes `begun(n)` before the calls of unit n
// and `done(n)` after them. Each run writes under names of its own, so that no marker hides another one, whatever runs
// at the same time, also in a bucket that keeps versions. A run that left no `done` may have been killed in a call: its
// `begun` is open, and the shard waits until such a call can no longer write (`nextUnit`).

import { lateWriteDelay } from '../journal/record.js';
import type { Oss } from '../oss/client.js';
import { isObject } from '../pipeline/message-envelope.js';
import { parseJson } from '../rules/json.js';
import { compareKeys } from '../rules/key-order.js';
import { isAmount, isMaybe, isPlace } from './sweep.js';

/** What a shard has come to. */
export interface Totals {
  readonly sources: number;
  /** Sources that a rule takes. */
  readonly matched: number;
  /** Targets that count towards the bound: wanted, or written since the sweep began. */
  readonly targets: number;
  /** The size of their sources, once for each target. */
  readonly bytes: number;
  readonly saved: number;
  /** Targets that needed nothing. */
  readonly current: number;
  /** By code. */
  readonly failed: Readonly<Record<string, number>>;
}

/** What counts towards the bounds. */
export type Counted = Pick<Totals, 'targets' | 'bytes'>;

/** `bound`: the shard's share is used up. `failures`: too many. */
export type End = 'complete' | 'bound' | 'failures';

/** Where a shard stands. */
export interface Progress {
  /** All keys up to this one are done with. */
  readonly after?: string | undefined;
  readonly totals: Totals;
  /** `totals` has the targets and bytes of all keys up to this one already, though it is behind `after`. */
  readonly counted?: string | undefined;
  /** What `totals` has of those behind `after`. */
  readonly ahead?: Counted | undefined;
  /** The calls a second that OSS has taken. */
  readonly rate?: number | undefined;
}

/** What a marker holds: `deadline` and `keys` in `begun`, `end` in the last `done`. */
export interface Marker extends Progress {
  readonly end?: End | undefined;
  /** Epoch ms: its run begins no call later. */
  readonly deadline?: number | undefined;
  /** The sources that its run makes something of. */
  readonly keys?: readonly string[] | undefined;
}

/** Where a shard goes on. */
export interface NextUnit extends Stand {
  /** Epoch ms, by OSS's clock: when something was last written down. */
  readonly written?: number | undefined;
}

/** The same, as its markers tell. */
export interface Stand {
  /** From 1. */
  readonly unit: number;
  readonly from: Progress;
  /** Set: the shard has ended; but for what is open. */
  readonly end?: End | undefined;
  /** Sources of runs that have begun the unit before and are not done with it: their calls may have written late. */
  readonly open: readonly string[];
  /** Epoch ms: nothing is to be done before. Infinity: a marker cannot be read. */
  readonly heldUntil: number;
}

/** A marker, as its name and the list tell. */
export interface MarkerName {
  readonly unit: number;
  readonly done: boolean;
  readonly run: string;
  readonly key: string;
  /** Epoch ms, by OSS's clock. */
  readonly written: number;
}

/** Of a unit. */
export const mostKeys = 1_000;

/** Before the first unit. */
export const noProgress: Progress = {
  totals: { sources: 0, matched: 0, targets: 0, bytes: 0, saved: 0, current: 0, failed: {} },
};

const lastUnit = 99_999_999;
/** More than the markers of one unit: a `begun` and a `done` for each run that has tried it at the same time. */
const newest = 20;
/** ms: no run begins a call so long after it wrote its `begun`, whatever that says. */
const longestRun = 60 * 60_000;
/** More than a marker has that holds as many `keys` as one may. */
const maxMarkerBytes = 2_000_000;

/** The key of a marker below those of its shard: the newest unit sorts first, in it `done` before `begun`. */
export function markerKey(units: string, unit: number, kind: 'done' | 'begun', run: string): string {
  return `${units}${String(lastUnit - unit).padStart(8, '0')}-${kind === 'done' ? 1 : 2}-${kind}.${run}.json`;
}

/**
 * The markers of the newest unit of a shard, but for what was begun and is done. Undefined: one list does not show them
 * all, since somebody else has written there. @throws OssError
 */
export async function newestMarkers(
  oss: Pick<Oss, 'listObjects'>,
  bucket: string,
  units: string,
): Promise<readonly MarkerName[] | undefined> {
  const { objects } = await oss.listObjects({ bucket, prefix: units, limit: newest });
  const found = objects.flatMap(({ key, lastModified }): MarkerName[] => {
    const [, inverted, kind, run] =
      /^(\d{8})-[12]-(done|begun)\.([\w-]{1,80})\.json$/.exec(key.slice(units.length)) ?? [];
    if (run === undefined) return [];
    return [{ unit: lastUnit - Number(inverted), done: kind === 'done', run, key, written: lastModified }];
  });
  if (objects.length === newest && found.every(({ unit }) => unit === found[0]?.unit)) return undefined;
  return found.filter((one) => {
    const isClosed = !one.done && found.some(({ unit, done, run }) => unit === one.unit && done && run === one.run);
    return one.unit === found[0]?.unit && !isClosed;
  });
}

/** Whether a run that has begun a unit has it for itself. Of two that write, and then list, one sees the other. */
export function isAlone(newest: readonly MarkerName[] | undefined, unit: number, run: string): boolean {
  return newest?.every((one) => one.unit === unit && one.run === run) === true;
}

/**
 * Which unit of a shard comes next, and from where: behind what the newest one has done; when, where one of its runs is
 * open. @throws OssError
 */
export async function nextUnit(
  oss: Pick<Oss, 'listObjects' | 'getObject'>,
  bucket: string,
  units: string,
): Promise<NextUnit> {
  const names = await newestMarkers(oss, bucket, units);
  if (names === undefined) return unreadable(1);
  const markers: (Marker | undefined)[] = [];
  // One after another: they may be large.
  for (const { key } of names) {
    const { body } = await oss.getObject({ bucket, key, maxBytes: maxMarkerBytes });
    markers.push(body && parseMarker(body.toString()));
  }
  const written = names.reduce<number | undefined>((last = 0, name) => Math.max(last, name.written), undefined);
  return { ...standOf(names, markers), written };
}

/**
 * The same, of the markers of the newest unit (undefined: one that cannot be read). What any of them says of the keys
 * up to its `after` is true. What one of them counts may be made; where something is open, by runs that have counted
 * differently: then the keys of the fewest are taken as counted, and the targets of the most, so that the share ends
 * early rather than late.
 */
export function standOf(names: readonly MarkerName[], markers: readonly (Marker | undefined)[]): Stand {
  const unit = (names[0]?.unit ?? 0) + 1;
  let furthest: Marker | undefined;
  let fewest: string | undefined;
  let [targets, bytes, heldUntil] = [0, 0, 0];
  const open: string[] = [];
  for (const [index, marker] of markers.entries()) {
    if (marker === undefined || unit >= lastUnit) return unreadable(unit);
    if (furthest === undefined || isFurther(marker, furthest)) furthest = marker;
    if (fewest === undefined || compareKeys(countedTo(marker), fewest) < 0) fewest = countedTo(marker);
    targets = Math.max(targets, marker.totals.targets);
    bytes = Math.max(bytes, marker.totals.bytes);
    const { done = false, written = 0 } = names[index] ?? {};
    if (done) continue;
    for (const key of marker.keys ?? []) open.push(key);
    heldUntil = Math.max(heldUntil, Math.min(marker.deadline ?? 0, written + longestRun) + lateWriteDelay);
  }
  const { after, rate, end, totals }: Marker = furthest ?? noProgress;
  const counted = (open.length > 0 ? fewest : countedTo(furthest ?? noProgress)) || undefined;
  const ahead = counted === undefined ? undefined : lessBy({ targets, bytes }, doneOf(furthest ?? noProgress));
  return { unit, from: { after, counted, ahead, totals: { ...totals, targets, bytes }, rate }, end, open, heldUntil };
}

/** What is counted of the keys up to `after`. */
export function doneOf({ totals, ahead }: Progress): Counted {
  return lessBy(totals, ahead);
}

/** The counts without others, and never less than nothing. */
export function lessBy({ targets, bytes }: Counted, other: Counted = { targets: 0, bytes: 0 }): Counted {
  return { targets: Math.max(0, targets - other.targets), bytes: Math.max(0, bytes - other.bytes) };
}

function unreadable(unit: number): Stand {
  return { unit, from: noProgress, open: [], heldUntil: Number.POSITIVE_INFINITY };
}

function countedTo({ counted, after = '' }: Progress): string {
  return counted ?? after;
}

/** The end is behind all keys. */
function isFurther(one: Marker, other: Marker): boolean {
  if (one.end !== undefined || other.end !== undefined) return other.end === undefined;
  return compareKeys(one.after ?? '', other.after ?? '') > 0;
}

/** What a marker says; anyone who may write the bucket can have written it. Undefined: it is none. */
export function parseMarker(text: string): Marker | undefined {
  let value: unknown;
  try {
    value = parseJson(text);
  } catch {
    return undefined;
  }
  if (!isObject(value) || !isObject(value['totals'])) return undefined;
  const { totals, keys = [] } = value;
  const { sources, matched, targets, bytes, saved, current, failed } = totals;
  const sound =
    [sources, matched, targets, bytes, saved, current].every(isAmount) &&
    isObject(failed) &&
    Object.values(failed).every(isAmount) &&
    [value['after'], value['counted']].every(isMaybe(isPlace)) &&
    [undefined, 'complete', 'bound', 'failures'].includes(value['end'] as undefined) &&
    [value['rate'], value['deadline']].every(isMaybe(isAmount)) &&
    isMaybe(isCounted)(value['ahead']) &&
    Array.isArray(keys) &&
    keys.length <= mostKeys &&
    keys.every(isPlace);
  return sound ? (value as unknown as Marker) : undefined;
}

function isCounted(value: unknown): boolean {
  return isObject(value) && isAmount(value['targets']) && isAmount(value['bytes']);
}
