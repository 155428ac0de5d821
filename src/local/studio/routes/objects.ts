// What the page needs of OSS: addresses that are signed for it, so that it uploads, reads, processes and deletes by
// OSS's own interface; and lists of buckets and objects, as JSON.
import {
  boolean,
  integer,
  maxLength,
  maxValue,
  minLength,
  minValue,
  number,
  object,
  optional,
  picklist,
  pipe,
  record,
  regex,
  string,
} from 'valibot';
import { localClient } from '../../samples/objects.js';
import { type StudioRoutes, withBody } from '../call.js';
import { StudioMistake } from '../mistake.js';
import { signedAddress } from '../sign.js';

/** How long a signed address works; seconds. */
const signedFor = 3_600;

const bucketName = pipe(string(), minLength(3), maxLength(63));
const objectKey = pipe(string(), minLength(1), maxLength(1_023));

const signing = object({
  method: picklist(['GET', 'PUT', 'DELETE', 'HEAD']),
  bucket: bucketName,
  key: objectKey,
  /** That the request will have. */
  contentType: optional(pipe(string(), maxLength(256), regex(/^[\x20-\x7e]*$/))),
  /** Of the query, signed: `x-oss-process` and other sub-resources. */
  query: optional(record(string(), pipe(string(), maxLength(8_192)))),
});

const listing = object({
  bucket: bucketName,
  prefix: optional(pipe(string(), maxLength(1_023)), ''),
  /** The token of the page before. */
  after: optional(string()),
  /** Whether what is below a further "/" is one folder. */
  folders: optional(boolean(), true),
  most: optional(pipe(number(), integer(), minValue(1), maxValue(1_000)), 200),
});

/** An object of a list; size in bytes, time in ISO 8601. */
export interface ListedObject {
  readonly key: string;
  readonly size: number;
  readonly etag: string;
  readonly time: string;
}

export interface ObjectList {
  readonly folders: readonly string[];
  readonly objects: readonly ListedObject[];
  /** There are more after this token; undefined: that is all. */
  readonly next: string | undefined;
}

/** @param url of the embedded cloud @param now its clock, epoch ms */
export function objectRoutes(url: string, now: () => number): StudioRoutes {
  return {
    /** The path and query at which the page can send this request, to this server. */
    /** The path and query at which the page can send this request, to this server. */
    'POST sign': withBody(signing, async (request) => ({ url: signedAddress(request, signedFor, now()) })),
    'POST objects': withBody(listing, async ({ bucket, prefix, after, folders, most }): Promise<ObjectList> => {
      const query = {
        // ali-oss signs another request than it sends where a value is empty.
        ...(prefix !== '' && { prefix }),
        ...(after !== undefined && { 'continuation-token': after }),
        ...(folders && { delimiter: '/' }),
        'max-keys': String(most),
      };
      const list = await localClient(url, bucket).listV2(query).catch(missingBucket(bucket));
      const { objects, prefixes, nextContinuationToken } = list;
      return {
        folders: prefixes ?? [],
        objects: (objects ?? []).map(({ name, size, etag, lastModified }) => {
          return { key: name, size, etag: etag.replaceAll('"', ''), time: lastModified };
        }),
        next: nextContinuationToken ?? undefined,
      };
    }),
  };
}

function missingBucket(bucket: string): (error: unknown) => never {
  return (error) => {
    if ((error as { code?: unknown }).code !== 'NoSuchBucket') throw error;
    throw new StudioMistake('unknown', `There is no bucket ${bucket}.`, { cause: error });
  };
}
