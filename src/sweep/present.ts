// Which objects are there, and since when: found by listing where they lie together, else by a look at each. A merge of
// sources and targets in key order would be wrong: `a.jpg` comes before `a.jpg-x.jpg`, `a.jpg.webp` behind
// `a.jpg-x.jpg.webp`.
import type { Oss } from '../oss/client.js';
import { inParallel } from '../oss/limit.js';
import type { ListedObject } from '../oss/list.js';
import type { ObjectName } from '../oss/object-name.js';
import { commonStart } from '../rules/common-start.js';
import { compareKeys } from '../rules/key-order.js';
import { isTooLongForKey } from '../rules/oss-limits.js';

/** An object to look for, or with `begins` all that begin with its key. */
export interface Sought extends ObjectName {
  readonly begins?: boolean | undefined;
}

export type PresentOss = Pick<Oss, 'listObjects' | 'headObject'>;

/** What is there of each; undefined: more begin with the key than are listed. */
export type Present = ReadonlyMap<Sought, readonly ListedObject[] | undefined>;

/** Of a group, and of keys that begin alike. */
const maxPages = 4;
const pageSize = 1_000;

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
  const open = (some: readonly Sought[]) => some.filter((one) => !found.has(one));
  for (const group of groups) {
    // So few are looked at with no more requests.
    if (group.length <= maxPages) continue;
    for (let pages = 0; pages < maxPages; pages += 1) {
      const [some, ...others] = open(group);
      if (some === undefined) break;
      const first = others.reduce((least, one) => (compareKeys(one.key, least.key) < 0 ? one : least), some);
      const { bucket } = first;
      const prefix = others.reduce((start, { key }) => commonStart(start, key), first.key);
      const startAfter = justBefore(first.key) || undefined;
      const { objects, next } = await oss.listObjects({ bucket, prefix, limit: pageSize, startAfter });
      const last = next === undefined ? undefined : objects.at(-1)?.key;
      const byKey = new Map(objects.map((object) => [object.key, object]));
      for (const one of open(all)) {
        if (one.bucket !== bucket || !one.key.startsWith(prefix)) continue;
        if (compareKeys(one.key, first.key) < 0 || !isThrough(one, last)) continue;
        const exact = byKey.get(one.key);
        found.set(one, one.begins ? objects.filter(({ key }) => key.startsWith(one.key)) : exact ? [exact] : []);
      }
    }
  }
  await inParallel(open(all), concurrency, async (one) => {
    found.set(one, await (one.begins ? listed(oss, one) : lookedAt(oss, one)));
  });
  return found;
}

/** Whether all keys that are sought lie in a range that ends with this key, or does not end. */
export function isThrough({ key, begins }: Sought, last: string | undefined): boolean {
  return last === undefined || (compareKeys(key, last) <= 0 && !(begins && last.startsWith(key)));
}

async function listed(oss: PresentOss, { bucket, key }: Sought): Promise<readonly ListedObject[] | undefined> {
  const objects: ListedObject[] = [];
  let after: string | undefined;
  for (let pages = 0; pages < maxPages; pages += 1) {
    const page = await oss.listObjects({ bucket, prefix: key, limit: pageSize, after });
    objects.push(...page.objects);
    after = page.next;
    if (after === undefined) return objects;
  }
  return undefined;
}

async function lookedAt(oss: PresentOss, { bucket, key }: Sought): Promise<readonly ListedObject[]> {
  const head = await oss.headObject({ bucket, key });
  return head === undefined ? [] : [{ ...head, key }];
}

/** A text before the key and, as good as always, behind all keys before it: a list begins behind what it is given. */
export function justBefore(key: string): string {
  const before = [...key];
  const last = before.pop()?.codePointAt(0) ?? 0;
  const parent = before.join('');
  if (last === 0) return parent;
  const text = `${parent}${String.fromCodePoint(last - 1)}\u{10fffd}`;
  return text.isWellFormed() && !isTooLongForKey(text) ? text : parent;
}
