// The page of keys of one unit: which it is, what of it is within the share of its shard, what it adds to the totals.
import type { TaskResult } from '../journal/run.js';
import type { Oss } from '../oss/client.js';
import { compareKeys } from '../rules/key-order.js';
import type { ComparedSource, ComparedTarget } from './compare.js';
import { type Counted, mostKeys, type Progress, type Totals } from './markers.js';
import type { Shard } from './sweep.js';

/** Of a shard that has just begun: what is wrong everywhere shows in few calls. */
const firstKeys = 100;
/** JSON of the keys in one marker. */
const keyBytes = 1_000_000;

/** The next sources of a shard. @throws OssError */
export async function pageOf({ bucket, prefix, after, through }: Shard, from: Progress, oss: Pick<Oss, 'listObjects'>) {
  const limit = from.totals.sources < firstKeys ? firstKeys : mostKeys;
  const startAfter = from.after ?? after;
  let { objects, next } = await oss.listObjects({ bucket, prefix, limit, startAfter });
  // A page without a key tells no place from which the next unit could go on.
  while (objects.length === 0 && next !== undefined) {
    ({ objects, next } = await oss.listObjects({ bucket, prefix, limit, after: next }));
  }
  const kept = objects.filter(({ key }) => through === undefined || compareKeys(key, through) <= 0);
  const isLast = next === undefined || kept.length < objects.length;
  const last = isLast ? through : kept.at(-1)?.key;
  return { page: { bucket, prefix, after: startAfter, through: last, objects: kept, ordered: true }, isLast };
}

/** What a unit is to do. */
export interface Plan {
  readonly sources: readonly ComparedSource[];
  /** The sources of which something is made. */
  readonly keys: readonly string[];
  /** With all of them. */
  readonly counting: Pick<Progress, 'totals' | 'counted'>;
  /** Why the page is not taken as a whole. */
  readonly cut?: 'bound' | 'keys';
}

/** What of a page is made: up to where the share of the shard ends, whoever has made what of it before. */
export function planOf(compared: readonly ComparedSource[], { totals, counted }: Progress, shard: Shard): Plan {
  const keys: string[] = [];
  let { targets, bytes } = totals;
  let last = counted;
  let room = keyBytes;
  const plan = (count: number, cut?: Plan['cut']): Plan => ({
    sources: compared.slice(0, count),
    keys,
    counting: { totals: { ...totals, targets, bytes }, counted: last },
    ...(cut && { cut }),
  });
  for (const [index, source] of compared.entries()) {
    const { key } = source.upload;
    const isWanted = source.targets.some(({ wanted }) => wanted);
    if (isWanted) room -= Buffer.byteLength(JSON.stringify(key));
    if (room < 0) return plan(index, 'keys');
    if (compareKeys(key, counted ?? '') > 0) {
      const more = countedOf([source]);
      if (more.targets > 0 && (targets + more.targets > shard.objects || bytes + more.bytes > shard.bytes))
        return plan(index, 'bound');
      targets += more.targets;
      bytes += more.bytes;
      last = key;
    }
    if (isWanted) keys.push(key);
  }
  return plan(compared.length);
}

/** What of these sources counts towards the bounds. */
export function countedOf(sources: readonly ComparedSource[]): Counted {
  let [targets, bytes] = [0, 0];
  for (const source of sources) {
    const { length } = source.targets.filter(({ wanted }) => wanted);
    targets += length;
    bytes += length * (source.upload.size ?? 0);
  }
  return { targets, bytes };
}

/** The totals with what a unit has done with. */
export function totalsOf(
  { sources, matched, targets, bytes, saved, current, failed }: Totals,
  handled: readonly ComparedSource[],
  results: readonly TaskResult[],
): Totals {
  const outcomes = results.flatMap((result) => result.outcomes);
  const codes = new Map(Object.entries(failed));
  for (const outcome of outcomes) {
    if (outcome.status !== 'failed') continue;
    const { code } = outcome.error;
    codes.set(code, (codes.get(code) ?? 0) + 1);
  }
  return {
    sources: sources + handled.length,
    matched: matched + handled.filter(({ rule }) => rule !== undefined).length,
    targets,
    bytes,
    saved: saved + outcomes.filter(({ status }) => status === 'saved').length,
    current: current + handled.flatMap((one) => one.targets).filter(isCurrent).length,
    failed: Object.fromEntries(codes),
  };
}

const isCurrent = ({ state, wanted }: ComparedTarget) => state === 'current' && !wanted;
