// The sources of a plan, in pages: by listing the bucket. Those of an inventory: inventory.ts.
import type { Oss } from '../oss/client.js';
import { compareKeys } from '../rules/key-order.js';
import type { SourcePage } from '../sweep/compare.js';
import type { KeyRange } from '../sweep/selection.js';
import { type cutShards, orderedTally, type Tally } from './shards.js';

/** Keys of one list: as many as OSS gives. */
export const pageSize = 1_000;

/** Pages of sources, and where the work that they make is counted. */
export interface Sources {
  readonly pages: () => AsyncGenerator<{ readonly page: SourcePage; readonly tally: Tally }>;
  /** What was counted, when all pages were. */
  readonly cells: () => Parameters<typeof cutShards>[0];
}

/**
 * The scopes without those that lie in another one, so that no source is counted twice. Ranges of keys (`after`,
 * `through`) are taken for such as have no key in common, as the shards of a sweep.
 */
export function distinctScopes(scopes: readonly KeyRange[]): KeyRange[] {
  return scopes.filter((scope, at) => {
    return !scopes.some((other, otherAt) => {
      const isWhole = other.after === undefined && other.through === undefined;
      if (at === otherAt || !isWhole || other.bucket !== scope.bucket) return false;
      if (!scope.prefix.startsWith(other.prefix)) return false;
      const same = scope.prefix === other.prefix && scope.after === undefined && scope.through === undefined;
      return !same || otherAt < at;
    });
  });
}

/** Whether a key of the bucket lies in a scope. */
export function isWithin(key: string, { prefix, after, through }: KeyRange): boolean {
  if (!key.startsWith(prefix)) return false;
  if (after !== undefined && compareKeys(key, after) <= 0) return false;
  return through === undefined || compareKeys(key, through) <= 0;
}

/**
 * The objects of a scope, in the order of their keys; at least one page.
 * @param client made anew for each page
 * @param most at most so many objects
 * @throws OssError
 */
export async function* listedPages(
  { bucket, prefix, after, through }: KeyRange,
  client: () => Pick<Oss, 'listObjects'>,
  most = Number.POSITIVE_INFINITY,
): AsyncGenerator<SourcePage> {
  let next: string | undefined;
  let left = most;
  let last = after;
  do {
    const limit = Math.min(pageSize, left);
    const place = next === undefined ? { startAfter: after } : { after: next };
    const page = await client().listObjects({ bucket, prefix, limit, ...place });
    const objects =
      through === undefined ? page.objects : page.objects.filter(({ key }) => compareKeys(key, through) <= 0);
    const ends = page.next === undefined || objects.length < page.objects.length;
    const end = ends ? through : (objects.at(-1)?.key ?? last);
    yield { bucket, prefix, objects, after: last, through: end, ordered: true };
    next = ends ? undefined : page.next;
    last = end;
    left -= objects.length;
  } while (next !== undefined && left > 0);
}

/** The objects of scopes that have no key in common. @param most at most so many of each */
export function listed(scopes: readonly KeyRange[], client: () => Pick<Oss, 'listObjects'>, most?: number): Sources {
  const parts = scopes.map((scope) => ({ scope, tally: orderedTally() }));
  return {
    async *pages() {
      for (const { scope, tally } of parts) {
        for await (const page of listedPages(scope, client, most)) yield { page, tally };
      }
    },
    cells: () => parts.map(({ scope, tally }) => ({ scope, cells: tally.cells() })),
  };
}

/** Begins the work for the next items while that for the first is under way; gives the results in order. */
export async function* ahead<Item, Result>(
  items: AsyncGenerator<Item>,
  work: (item: Item) => Promise<Result>,
): AsyncGenerator<Result> {
  const begun: Promise<Result>[] = [];
  try {
    for await (const item of items) {
      const result = work(item);
      // Where one before it fails, nobody waits for it.
      result.catch(() => {});
      begun.push(result);
      const first = begun.length === depth ? begun.shift() : undefined;
      if (first !== undefined) yield await first;
    }
    for (const result of begun) yield await result;
  } finally {
    await Promise.allSettled(begun);
  }
}

/** Pages: so that a page is listed while the one before is compared. */
const depth = 2;
