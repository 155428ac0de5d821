// The sources of a plan by an inventory. It is read twice: to check each line, and whether its keys stand in order, as
// OSS seems to write them but nowhere promises; then to compare. Where they do, a page of it covers a range of keys, as
// a page of a listing does.
import type { ListedObject } from '../oss/list.js';
import { compareKeys } from '../rules/key-order.js';
import type { SourcePage } from '../sweep/compare.js';
import type { KeyRange } from '../sweep/selection.js';
import { UserError } from '../terminal/user-error.js';
import type { Inventory } from './inventory.js';
import { locationText } from './location.js';
import { dividedTally, evenSample, orderedTally, type Tally } from './shards.js';
import { distinctScopes, isWithin, pageSize, type Sources } from './sources.js';

/** The scopes; the whole bucket of the inventory where there are none. @throws {UserError} for another bucket's */
export function inventoryScopes(scopes: readonly KeyRange[], { bucket }: Inventory): readonly KeyRange[] {
  const other = scopes.find((scope) => scope.bucket !== bucket);
  if (other !== undefined) throw new UserError(`${locationText(other)}: the inventory is of oss://${bucket}`, 2);
  return scopes.length === 0 ? [{ bucket, prefix: '' }] : distinctScopes(scopes);
}

/**
 * @param most at most so many sources of each scope, whose order then does not matter
 * @param onPage called while the inventory is checked, with how many objects were seen
 * @throws {UserError} naming the line that cannot be read
 */
export async function inventoried(
  scopes: readonly KeyRange[],
  inventory: Inventory,
  most: number | undefined,
  onPage: (seen: number) => void,
): Promise<Sources> {
  const ordered = most === undefined ? await inspect(scopes, inventory, onPage) : undefined;
  const parts = scopes.map((scope, at): Part => {
    const { ascending = false, sample = [] } = ordered?.[at] ?? {};
    return { scope, ascending, tally: ascending ? orderedTally() : dividedTally(sample), rows: [], left: most };
  });
  return {
    async *pages() {
      for await (const objects of inventory.pages()) {
        for (const object of objects) {
          const part = parts.find(({ scope }) => isWithin(object.key, scope));
          if (part === undefined || part.left === 0) continue;
          if (part.left !== undefined) part.left -= 1;
          part.rows.push(object);
          if (part.rows.length === pageSize) yield { page: nextPage(part, false), tally: part.tally };
        }
        if (parts.every(({ left }) => left === 0)) break;
      }
      for (const part of parts) yield { page: nextPage(part, true), tally: part.tally };
    },
    cells: () => parts.map(({ scope, tally }) => ({ scope, cells: tally.cells() })),
  };
}

interface Part {
  readonly scope: KeyRange;
  readonly ascending: boolean;
  readonly tally: Tally;
  rows: ListedObject[];
  /** The last key of the page before. */
  last?: string | undefined;
  left: number | undefined;
}

function nextPage(part: Part, ends: boolean): SourcePage {
  const { scope, ascending, rows, last = scope.after } = part;
  part.rows = [];
  part.last = rows.at(-1)?.key ?? last;
  const { bucket, prefix } = scope;
  if (ascending) {
    return { bucket, prefix, objects: rows, after: last, through: ends ? scope.through : part.last, ordered: true };
  }
  // So that what lies together is looked for together.
  const objects = rows.sort((one, other) => compareKeys(one.key, other.key));
  return { bucket, prefix, objects, ordered: false };
}

async function inspect(scopes: readonly KeyRange[], inventory: Inventory, onPage: (seen: number) => void) {
  const parts = scopes.map((scope) => ({ scope, ascending: true, last: '', sample: evenSample() }));
  let seen = 0;
  for await (const objects of inventory.pages()) {
    for (const { key } of objects) {
      const part = parts.find(({ scope }) => isWithin(key, scope));
      if (part === undefined) continue;
      part.ascending &&= compareKeys(part.last, key) < 0;
      part.last = key;
      part.sample.add(key);
    }
    seen += objects.length;
    onPage(seen);
  }
  return parts.map(({ ascending, sample }) => ({ ascending, sample: sample.texts() }));
}
