// Step 1: which bucket and key a request addresses, from its Host and its raw request target.
// Nothing here normalises a path: `..`, `%2e`, `//` reach the key as they were sent, each percent-escape decoded once.

import { refuse } from '../error.js';
import { endpoints } from './endpoints.js';
import { percentDecode } from './percent.js';

/** Query parameters in the order in which they were sent, decoded; a parameter without `=` has the value ''. */
export type Query = readonly (readonly [name: string, value: string])[];

/** What a request addresses: without a bucket the service, without a key the bucket. */
export interface RequestTarget {
  bucket: string | undefined;
  key: string | undefined;
  query: Query;
}

const ossHost = /^(?:([^.]*)\.)?oss-([a-z0-9-]+?)(?:-internal)?\.aliyuncs\.com$/;
const localHost = /^([^.]+)\.localhost$/;

/**
 * Reads `rawTarget` (req.url) and Host. Virtual-hosted for `BUCKET.oss-REGION[-internal].aliyuncs.com` and
 * `BUCKET.localhost`; every other Host (an IP address, `localhost`) is path style, as the vendor's SDKs do for an IP
 * endpoint. ali-oss sends to an IP endpoint a path without the bucket and, as Host, the virtual-hosted name of its
 * region, with an empty bucket label for ListBuckets.
 * Whether the key is one that an object can have is left to addressed.ts.
 * @throws ServiceError InvalidURI, InvalidBucketName, InvalidObjectName for a key that is not UTF-8,
 *   SecondLevelDomainForbidden for path style at the service's real name, or AccessDenied for that of another region.
 */
export function resolve(rawTarget: string, host: string | undefined, region: string): RequestTarget {
  if (!rawTarget.startsWith('/')) throw refuse('InvalidURI', { message: 'The request target must start with "/".' });
  const mark = rawTarget.indexOf('?');
  const path = mark === -1 ? rawTarget : rawTarget.slice(0, mark);
  const query = mark === -1 ? [] : parseQuery(rawTarget.slice(mark + 1));
  const hosted = bucketOfHost(host ?? '', region);
  if (hosted.virtual && hosted.bucket === '' && path !== '/') throw refuse('SecondLevelDomainForbidden');
  if (hosted.virtual) return target(hosted.bucket, path.slice(1), query);
  const slash = path.indexOf('/', 1);
  const bucket = decode(slash === -1 ? path.slice(1) : path.slice(1, slash));
  return target(bucket, slash === -1 ? '' : path.slice(slash + 1), query);
}

function target(bucket: string, rawKey: string, query: Query): RequestTarget {
  if (bucket === '') {
    if (rawKey !== '') throw refuse('InvalidBucketName');
    return { bucket: undefined, key: undefined, query };
  }
  checkBucketName(bucket);
  if (rawKey === '') return { bucket, key: undefined, query };
  return { bucket, key: decode(rawKey, 'InvalidObjectName'), query };
}

function bucketOfHost(host: string, region: string): { virtual: boolean; bucket: string } {
  const name = host.toLowerCase().replace(/:\d{1,5}$/, '');
  const oss = ossHost.exec(name);
  if (oss) {
    if (oss[2] !== region) {
      const message = 'The bucket you are attempting to access must be addressed using the specified endpoint.';
      throw refuse('AccessDenied', { message, extra: { Endpoint: endpoints(region).ExtranetEndpoint } });
    }
    return { virtual: true, bucket: oss[1] ?? '' };
  }
  const local = localHost.exec(name);
  return local?.[1] ? { virtual: true, bucket: local[1] } : { virtual: false, bucket: '' };
}

function parseQuery(raw: string): Query {
  return raw
    .split('&')
    .filter((pair) => pair !== '')
    .map((pair) => {
      const equals = pair.indexOf('=');
      return equals === -1 ? [decode(pair), ''] : [decode(pair.slice(0, equals)), decode(pair.slice(equals + 1))];
    });
}

/**
 * Percent-decodes a piece of the target; `+` is a space there
 * (https://www.codesky.me/archives/oss-design-problem.wind).
 * @throws ServiceError InvalidURI for a broken escape; `notUtf8` for bytes that are not UTF-8.
 */
function decode(raw: string, notUtf8: 'InvalidURI' | 'InvalidObjectName' = 'InvalidURI'): string {
  const refusal = (cause: unknown) => refuse(cause === undefined ? 'InvalidURI' : notUtf8, { cause });
  return percentDecode(raw.replaceAll('+', ' '), refusal);
}

/** @throws ServiceError InvalidBucketName unless `name` has 3 to 63 of `a-z 0-9 -` and no hyphen at either end. */
export function checkBucketName(name: string): void {
  if (!/^[a-z0-9][a-z0-9-]{1,61}[a-z0-9]$/.test(name))
    throw refuse('InvalidBucketName', { extra: { BucketName: name } });
}

/** @throws ServiceError InvalidObjectName unless `key` has 1 to 1,023 bytes of UTF-8 and no `/` or `\` in front. */
export function checkKey(key: string): void {
  const length = Buffer.byteLength(key);
  if (length < 1 || length > 1023 || /^[/\\]/.test(key) || !key.isWellFormed()) throw refuse('InvalidObjectName');
}

/** The value of the first parameter of that name; undefined when there is none. */
export function parameter(query: Query, name: string): string | undefined {
  return query.find(([n]) => n === name)?.[1];
}
