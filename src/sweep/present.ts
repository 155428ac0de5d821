// Which objects are there, and since when: found by listing where they lie together, else by a look at each. A merge of
// sources and targets in key order would be wrong: `a.jpg` comes before `a.jpg-x.jpg`, `a.jpg.webp` behind
// `a.jpg-x.jpg.webp`.
import type { Oss } from '../oss/client.js';
import { inParallel } from '../oss/limit.js';
import type { ListedObject } from '../oss/list.js';
import type { ObjectName } from '../oss/object-name.js';
import { commonStart } from '../rules/common-start.js';
import { compareKeys } from '../rules/key-order.js';

/** An object to look for, or with `begins` all that begin with its key. */
export interface Sought extends ObjectName {
  readonly begins?: boolean | undefined;
}

export type PresentOss = Pick<Oss, 'listObjects' | 'headObject'>;

/** What is there of each; undefined: more begin with the key than a page holds. */
export type Present = ReadonlyMap<Sought, readonly ListedObject[] | undefined>;

/** Of a group. */
const maxPages = 4;
const limit = 1_000;

/**
 * Looks for objects. Those of a group are of one bucket and may lie together: up to four pages are listed for it, each
 * from the first key that is still open, and answer for other groups too. Then every object that is still open is
 * looked at. A list names the prefix that the keys have in common: a role may list no others. @throws OssError
 */
export async function presentObjects(
  oss: PresentOss,
  groups: readonly (readonly Sought[])[],
  concurrency: number,
): Promise<Present> {
  const found = new Map<Sought, readonly ListedObject[] | undefined>();
  const all = groups.flat();
  const stillOpen = (some: readonly Sought[]) => some.filter((one) => !found.has(one));
  for (const group of groups) {
    // So few as pages are looked at with no more requests.
    const [some] = group.slice(maxPages);
    if (some === undefined) continue;
    const { bucket } = some;
    const prefix = group.reduce((start, { key }) => commonStart(start, key), some.key);
    let startAfter = '';
    const isAhead = (one: Sought) =>
      one.bucket === bucket && one.key.startsWith(prefix) && compareKeys(one.key, startAfter) > 0;
    for (let pages = maxPages; pages > 0 && stillOpen(group).some(isAhead); pages -= 1) {
      // From where the last page ends, what lies between the keys of this group is found along with them.
      const ahead = stillOpen(startAfter === '' ? group : all).filter(isAhead);
      const { key: least } = ahead.reduce((a, b) => (compareKeys(a.key, b.key) > 0 ? b : a));
      // A list begins behind what it is given: behind the key without its last character.
      const parent = [...least].slice(0, -1).join('');
      if (compareKeys(parent, startAfter) > 0) startAfter = parent;
      const { objects, next } = await oss.listObjects({ bucket, prefix, limit, startAfter });
      // Without a key it is not known how far this page goes: what is open is looked at.
      if (next !== undefined && objects.length === 0) break;
      const byKey = new Map(objects.map((object) => [object.key, object]));
      const last = next && objects.at(-1)?.key;
      for (const one of stillOpen(all).filter(isAhead)) {
        const { key, begins } = one;
        if (!isThrough(one, last)) continue;
        const exact = byKey.get(key);
        found.set(one, begins ? objects.filter((object) => object.key.startsWith(key)) : exact ? [exact] : []);
      }
      if (last !== undefined) startAfter = last;
    }
  }
  await inParallel(stillOpen(all), concurrency, async (one) => {
    const { bucket, key } = one;
    if (one.begins) {
      const { objects, next } = await oss.listObjects({ bucket, prefix: key, limit });
      found.set(one, next === undefined ? objects : undefined);
    } else {
      const head = await oss.headObject({ bucket, key });
      found.set(one, head ? [{ ...head, key }] : []);
    }
  });
  return found;
}

/** Whether all keys that are sought lie in a range that ends with this key, or does not end. */
export function isThrough({ key, begins }: Sought, last: string | undefined): boolean {
  return last === undefined || (compareKeys(key, last) <= 0 && !(begins && last.startsWith(key)));
}
