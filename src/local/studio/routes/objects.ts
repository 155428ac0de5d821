// What the page needs of OSS: addresses that are signed for it, so that it uploads, reads, processes and deletes by
// OSS's own interface; and lists of buckets and objects, as JSON.
import {
  boolean,
  integer,
  maxLength,
  maxValue,
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
import { sourcePrefixes } from '../../../rules/source-prefixes.js';
import { localClient } from '../../samples/objects.js';
import { type StudioRoutes, withBody } from '../call.js';
import { listObjects } from '../list-objects.js';
import type { ListedBucket } from '../listed.js';
import { bucketName, objectKey } from '../object-name.js';
import { signedAddress } from '../sign.js';
import type { StudioTools } from '../tools.js';

/** How long a signed address works; seconds. */
const signedFor = 3_600;

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
  after: optional(string()),
  folders: optional(boolean(), true),
  most: optional(pipe(number(), integer(), minValue(1), maxValue(1_000)), 200),
});

/** @param url of the embedded cloud @param now its clock, epoch ms */
export function objectRoutes(url: string, now: () => number, tools: Pick<StudioTools, 'config'>): StudioRoutes {
  return {
    /** The path and query at which the page can send this request, to this server. */
    'POST sign': withBody(signing, async (request) => ({ url: signedAddress(request, signedFor, now()) })),
    'POST objects': withBody(listing, (body) => listObjects(url, body)),
    'GET buckets': async (): Promise<readonly ListedBucket[]> => {
      const { buckets } = await localClient(url, '').listBuckets({ 'max-keys': '1000' });
      const listened = sourcePrefixes(tools.config().rules);
      return (buckets ?? []).map(({ name }) => ({ name, listens: listened.get(name) ?? [] }));
    },
  };
}
