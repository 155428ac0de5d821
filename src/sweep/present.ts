// Which objects are there, and since when: found by listing where they lie together, else by a look at each. A merge of
// sources and targets in key order would be wrong: `a.jpg` comes before `a.jpg-x.jpg`, `a.jpg.webp` behind
// `a.jpg-x.jpg.webp`.
import type { Oss } from '../oss/client.js';
import { inParallel } from '../oss/limit.js';
import type { ListedObject } from '../oss/list.js';
import type { ObjectName } from '../oss/object-name.js';
import { compareKeys } from '../rules/key-order.js';

/** An object to look for, or with `begins` all that begin with its key. */
export interface Sought extends ObjectName {
  readonly begins?: boolean | undefined;
  /** What may lie together has one group. */
  readonly group: string | number;
}

export type PresentOss = Pick<Oss, 'listObjects' | 'headObject'>;

/** What is there of each; undefined: more begin with the key than a page holds. */
export type Present = ReadonlyMap<Sought, readonly ListedObject[] | undefined>;

/** Of a group. */
const maxPages = 4;
const limit = 1_000;

/**
 * Looks for objects. For each group up to four pages are listed, each from the first key that is still open; they
 * answer for other groups, too. Then every object that is still open is looked at. @throws OssError
 */
export async function presentObjects(
  oss: PresentOss,
  sought: readonly Sought[],
  concurrency: number,
): Promise<Present> {
  const found = new Map<Sought, readonly ListedObject[] | undefined>();
  const isOpen = (one: Sought) => !found.has(one);
  for (const group of new Set(sought.map((one) => one.group))) {
    const together = sought.filter((one) => one.group === group);
    // So few are looked at with no more requests.
    if (together.length <= maxPages) continue;
    let startAfter = '';
    for (let pages = 0; pages < maxPages; pages += 1) {
      const open = together.filter(isOpen);
      const [first] = open;
      if (first === undefined) break;
      const { bucket, key: least } = open.reduce((a, b) => (compareKeys(a.key, b.key) > 0 ? b : a));
      // A list begins behind what it is given: behind the key without its last character.
      const parent = [...least].slice(0, -1).join('');
      if (compareKeys(parent, startAfter) > 0) startAfter = parent;
      const { objects, next } = await oss.listObjects({ bucket, prefix: '', limit, startAfter });
      const last = next && objects.at(-1)?.key;
      const byKey = new Map(objects.map((object) => [object.key, object]));
      for (const one of sought.filter(isOpen)) {
        const { key, begins } = one;
        if (one.bucket !== bucket || compareKeys(key, startAfter) <= 0 || !isThrough(one, last)) continue;
        const exact = byKey.get(key);
        found.set(one, begins ? objects.filter((object) => object.key.startsWith(key)) : exact ? [exact] : []);
      }
      startAfter = last ?? startAfter;
    }
  }
  await inParallel(sought.filter(isOpen), concurrency, async (one) => {
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
