// What a list of objects shows: pages of it as they come, kept as they are while uploads and removals happen.
import { eventFate } from '../../../rules/oss-events.js';
import type { Entry } from '../../studio/activity.js';
import type { ListedObject, ObjectList } from '../../studio/listed.js';

/** The part of a bucket that is listed; both in the order of their keys. */
export interface Listing {
  readonly bucket: string;
  readonly prefix: string;
  /** When it was asked for, epoch ms: what happened before is in the pages. */
  readonly since: number;
  readonly folders: readonly string[];
  readonly objects: readonly ListedObject[];
  /** There is more after this token; undefined: that is all. */
  readonly next: string | undefined;
}

/** Objects that are shown at once: beyond, a longer prefix leads to them. */
export const mostListed = 2_000;

export function nothingListed(bucket: string, prefix: string, since: number): Listing {
  return { bucket, prefix, since, folders: [], objects: [], next: undefined };
}

/** With the next page. */
export function withPage(listing: Listing, { folders, objects, next }: ObjectList): Listing {
  // What happens while the page is on its way may already stand in the list.
  const known = new Map([...listing.objects, ...objects].map((object) => [object.key, object]));
  return {
    ...listing,
    folders: [...new Set([...listing.folders, ...folders])].sort(compareKeys),
    objects: [...known.values()].sort((one, other) => compareKeys(one.key, other.key)),
    next,
  };
}

/** As it is after these uploads and removals, as far as it is listed. */
export function withChanges(listing: Listing, entries: readonly Entry[]): Listing {
  const { bucket, prefix, since } = listing;
  const changes = entries.flatMap((entry) => {
    return entry.kind === 'object' &&
      !entry.again &&
      entry.at >= since &&
      entry.bucket === bucket &&
      entry.key.startsWith(prefix)
      ? [entry]
      : [];
  });
  if (changes.length === 0) return listing;
  const objects = new Map(listing.objects.map((object) => [object.key, object]));
  const folders = new Set(listing.folders);
  // What lies beyond is on a page that is still to come.
  const end = listing.next === undefined ? undefined : lastOf(listing);
  for (const { event, key, size, etag, at } of changes) {
    const fate = eventFate(event);
    if (fate === 'skip') continue;
    const slash = key.indexOf('/', prefix.length);
    if (end !== undefined && compareKeys(key, end) > 0 && !objects.has(key)) continue;
    if (slash !== -1) {
      // A folder may have other objects: it stays until the list is read again.
      if (fate !== 'removal') folders.add(key.slice(0, slash + 1));
    } else if (fate === 'removal') objects.delete(key);
    else objects.set(key, { key, size, etag, time: new Date(at).toISOString() });
  }
  return {
    ...listing,
    folders: [...folders].sort(compareKeys),
    objects: [...objects.values()].sort((one, other) => compareKeys(one.key, other.key)),
  };
}

function lastOf({ folders, objects }: Listing): string | undefined {
  return [folders.at(-1), objects.at(-1)?.key]
    .filter((key) => key !== undefined)
    .sort(compareKeys)
    .at(-1);
}

/** As OSS orders keys: by their bytes in UTF-8, which is by code points. */
export function compareKeys(one: string, other: string): number {
  const [a, b] = [one[Symbol.iterator](), other[Symbol.iterator]()];
  for (;;) {
    const [left, right] = [a.next().value?.codePointAt(0) ?? -1, b.next().value?.codePointAt(0) ?? -1];
    if (left !== right) return left - right;
    if (left === -1) return 0;
  }
}

/** The folders above, each with its prefix: of `a/b/` they are `a/` and `a/b/`. */
export function foldersOf(prefix: string): readonly { readonly name: string; readonly prefix: string }[] {
  const parts = prefix.split('/').slice(0, -1);
  return parts.map((name, at) => ({
    name: `${name}/`,
    prefix: parts
      .slice(0, at + 1)
      .map((part) => `${part}/`)
      .join(''),
  }));
}
