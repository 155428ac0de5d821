// One page of a bucket's objects. Names travel percent-encoded: XML cannot hold the control characters of a key.
import { localClient } from '../samples/objects.js';
import { fromOss } from './from-oss.js';
import type { ObjectList } from './listed.js';

export interface ListRequest {
  readonly bucket: string;
  readonly prefix: string;
  /** The token of the page before. */
  readonly after?: string | undefined;
  /** Whether what is below a further "/" is one folder. */
  readonly folders: boolean;
  readonly most: number;
}

/** @param url of the embedded cloud @throws {StudioMistake} where OSS refuses it */
export async function listObjects(
  url: string,
  { bucket, prefix, after, folders, most }: ListRequest,
): Promise<ObjectList> {
  const list = localClient(url, bucket).listV2({
    // ali-oss signs another request than it sends where a value is empty.
    ...(prefix !== '' && { prefix }),
    ...(after !== undefined && { 'continuation-token': after }),
    ...(folders && { delimiter: '/' }),
    'max-keys': String(most),
    'encoding-type': 'url',
  });
  const { objects, prefixes, nextContinuationToken } = await fromOss(bucket, list);
  return {
    folders: (prefixes ?? []).map(decodeURIComponent),
    objects: (objects ?? []).map(({ name, size, etag, lastModified }) => {
      return { key: decodeURIComponent(name), size, etag: etag.replaceAll('"', ''), time: lastModified };
    }),
    next: nextContinuationToken ?? undefined,
  };
}
