// Cuts the work of a plan into shards: ranges of source keys that take about equally long. How much work lies where is
// counted in cells, which grow with the plan, so that a hundred million keys take no more memory than a thousand.
import { compareKeys } from '../rules/key-order.js';
import type { KeyRange } from '../sweep/selection.js';
import type { Shard } from '../sweep/sweep.js';

/** The work of the keys behind the cell before, up to `through`. */
export interface Cell {
  readonly through: string;
  readonly objects: number;
  readonly bytes: number;
}

/** Counts work by source key. */
export interface Tally {
  add(key: string, objects: number, bytes: number): void;
  /** In the order of keys; each count is exact. */
  cells(): readonly Cell[];
}

const maxCells = 1_024;
const maxShards = 16;
/** Derivatives: fewer are not worth a shard of their own. */
const leastObjects = 1_000;
/** Source bytes that take as long as a call by OSS's quotas: 20 MB and 50 calls a second, or 2 MB and 5. */
const bytesOfCall = 400_000;

/** Counts keys that come in their order. */
export function orderedTally(): Tally {
  let cells: { through: string; objects: number; bytes: number }[] = [];
  let step = 1;
  return {
    add(key, objects, bytes) {
      const last = cells.at(-1);
      if (last !== undefined && last.objects < step) {
        last.through = key;
        last.objects += objects;
        last.bytes += bytes;
        return;
      }
      if (last !== undefined) last.through = ownText(last.through);
      if (cells.length === maxCells) {
        step *= 2;
        cells = pairs(cells);
      }
      cells.push({ through: key, objects, bytes });
    },
    cells: () => cells,
  };
}

function pairs(cells: readonly Cell[]): Cell[] {
  const merged: Cell[] = [];
  for (let at = 0; at < cells.length; at += 2) {
    const [one, other] = cells.slice(at, at + 2);
    if (one === undefined) continue;
    if (other === undefined) merged.push(one);
    else merged.push({ ...other, objects: one.objects + other.objects, bytes: one.bytes + other.bytes });
  }
  return merged;
}

/** Counts keys that come in any order, in the cells that these keys divide. */
export function dividedTally(boundaries: readonly string[]): Tally {
  const sorted = [...boundaries].sort(compareKeys);
  const cells = sorted.map((through) => ({ through, objects: 0, bytes: 0 }));
  // What lies behind the last boundary; a shard that ends there has no end of its own.
  cells.push({ through: '', objects: 0, bytes: 0 });
  return {
    add(key, objects, bytes) {
      let [low, high] = [0, sorted.length];
      while (low < high) {
        const middle = (low + high) >>> 1;
        if (compareKeys(sorted[middle] ?? '', key) < 0) low = middle + 1;
        else high = middle;
      }
      const cell = cells[low];
      if (cell === undefined) return;
      cell.objects += objects;
      cell.bytes += bytes;
    },
    cells: () => cells,
  };
}

/** Some of many texts, spread evenly: every so many-th. Takes the memory of `maxCells` texts. */
export function evenSample(): { add(text: string): void; texts(): readonly string[] } {
  let kept: string[] = [];
  let stride = 1;
  let seen = 0;
  return {
    add(text) {
      if (seen % stride === 0) kept.push(ownText(text));
      seen += 1;
      if (kept.length <= maxCells) return;
      kept = kept.filter((_, at) => at % 2 === 0);
      stride *= 2;
    },
    texts: () => kept,
  };
}

/** A copy that does not keep the page alive of which the text is a part. */
function ownText(text: string): string {
  return Buffer.from(text).toString();
}

/**
 * The shards: at most 16, or one for each scope with work where those are more; together they cover each such scope.
 */
export function cutShards(scopes: readonly { readonly scope: KeyRange; readonly cells: readonly Cell[] }[]): Shard[] {
  const busy = scopes.map((one) => ({ ...one, total: sum(one.cells) })).filter(({ total }) => total.objects > 0);
  const all = sum(busy.map(({ total }) => total));
  const spare = Math.min(maxShards, Math.floor(all.objects / leastObjects)) - busy.length;
  return busy.flatMap(({ scope, cells, total }) => {
    const more = Math.floor((Math.max(0, spare) * workOf(total)) / workOf(all));
    return cutScope(scope, cells, total, 1 + more);
  });
}

type Amount = Pick<Cell, 'objects' | 'bytes'>;

function cutScope(scope: KeyRange, cells: readonly Cell[], total: Amount, parts: number): Shard[] {
  const shards: Shard[] = [];
  let { after } = scope;
  let open = { objects: 0, bytes: 0 };
  let rest = total;
  for (const { through, ...amount } of cells) {
    open = sum([open, amount]);
    rest = { objects: rest.objects - amount.objects, bytes: rest.bytes - amount.bytes };
    const share = workOf(sum([open, rest])) / (parts - shards.length);
    const isWhole = shards.length + 1 < parts && workOf(open) >= share;
    if (!isWhole || open.objects < leastObjects || rest.objects < leastObjects) continue;
    shards.push({ ...scope, after, through, ...open });
    after = through;
    open = { objects: 0, bytes: 0 };
  }
  return [...shards, { ...scope, after, ...open }];
}

/** In calls, by what takes longer: the calls or the bytes. */
function workOf({ objects, bytes }: Amount): number {
  return Math.max(objects, bytes / bytesOfCall);
}

function sum(amounts: readonly Amount[]): Amount {
  return amounts.reduce((one, other) => ({ objects: one.objects + other.objects, bytes: one.bytes + other.bytes }), {
    objects: 0,
    bytes: 0,
  });
}
