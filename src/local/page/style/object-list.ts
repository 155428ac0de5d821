// Lists of stored objects, from the studio.
import type { ObjectList } from '../../studio/listed.js';
import { call } from '../server.js';

interface Listing {
  readonly bucket: string;
  readonly prefix?: string;
  readonly after?: string | undefined;
  readonly folders?: boolean;
}

/** @throws {ServerError} */
export function listObjects(listing: Listing, signal?: AbortSignal): Promise<ObjectList> {
  return call<ObjectList>('objects', listing, signal);
}
