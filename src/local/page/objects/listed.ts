// The list that the view of objects shows, as the server gives it, and as uploads and removals change it.
import { signal } from '@preact/signals';
import type { ObjectList } from '../../studio/listed.js';
import { onEntries } from '../live.js';
import { isSameObject } from '../object-name.js';
import { call, type ServerError } from '../server.js';
import { type Listing, nothingListed, withChanges, withPage } from './listing.js';

/** Objects of one page. */
const pageSize = 200;

export const listing = signal<Listing>(nothingListed('', '', 0));
export const isLoading = signal(false);
export const listError = signal<ServerError | undefined>(undefined);
/** The object that is open, and the number of the last entry about it: the page reads it again when that changes. */
export const opened = signal({ bucket: '', key: '', version: 0 });
/** Counts the lists: what arrives for an earlier one is left. */
let current = 0;

onEntries((entries) => {
  listing.value = withChanges(listing.peek(), entries);
  const now = opened.peek();
  const last = entries.findLast((entry) => entry.kind === 'object' && isSameObject(entry, now));
  if (last !== undefined) opened.value = { ...now, version: last.number };
});

/** Reads the first page of these objects. */
export async function list(bucket: string, prefix: string): Promise<void> {
  current += 1;
  listing.value = nothingListed(bucket, prefix, Date.now());
  await more();
}

/** Reads the next page. */
export async function more(): Promise<void> {
  const own = current;
  const { bucket, prefix, next } = listing.value;
  isLoading.value = true;
  listError.value = undefined;
  try {
    const page = await call<ObjectList>('objects', { bucket, prefix, after: next, most: pageSize });
    if (own === current) listing.value = withPage(listing.value, page);
  } catch (error) {
    if (own === current) listError.value = error as ServerError;
  } finally {
    if (own === current) isLoading.value = false;
  }
}
