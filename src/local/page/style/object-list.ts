// Lists of stored objects, from the studio.
import { call } from '../server.js';

/** As `POST objects` answers. */
export interface ObjectList {
  readonly folders: readonly string[];
  readonly objects: readonly { readonly key: string; readonly size: number }[];
  /** There are more after this. */
  readonly next?: string | undefined;
}

interface Listing {
  readonly bucket: string;
  readonly prefix?: string;
  readonly after?: string;
  readonly folders?: boolean;
}

/** @throws {ServerError} */
export function listObjects(listing: Listing, signal?: AbortSignal): Promise<ObjectList> {
  return call<ObjectList>('objects', listing, signal);
}
