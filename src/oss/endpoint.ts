// Where OSS is, and how a request names a bucket and a key: the endpoint, the origin of a bucket, the path of a key.
import { isIPv4, isIPv6 } from 'node:net';
import { bucketName, hasDotSegment, isTooLongForKey, maxKeyBytes, startsWithSlash } from '../rules/oss-limits.js';
import { notSent, type OssError } from './error.js';

export interface Endpoint {
  readonly protocol: 'http' | 'https';
  /** Host, with the port where it is not the protocol's own. */
  readonly host: string;
  /** True: `/bucket/key` at the host. False: `/key` at `bucket.host`, the only style that OSS itself takes. */
  readonly pathStyle: boolean;
}

/**
 * The endpoint to use: the internal one of `region` (no charge for traffic from Function Compute), or `override`.
 * An override without a scheme means https, except on the loopback address, where nothing leaves the machine.
 * https://help.aliyun.com/en/oss/user-guide/regions-and-endpoints
 *
 * @throws OssError kind `setup`, code `InvalidEndpoint` or `InvalidRegion`
 */
export function resolveEndpoint({ region, override }: { region: string; override?: string | undefined }): Endpoint {
  checkRegion(region);
  if (override !== undefined) return parseEndpoint(override);
  return { protocol: 'https', host: `oss-${region}-internal.aliyuncs.com`, pathStyle: false };
}

function checkRegion(region: string): void {
  if (/^(?!oss-)[a-z0-9]{1,32}(?:-[a-z0-9]{1,32}){1,6}$/.test(region)) return;
  const why = `${shown(region)} is no region id: expected e.g. cn-hangzhou (no oss- before it)`;
  throw notSent('setup', 'InvalidRegion', why);
}

// The two forms of https://help.aliyun.com/en/oss/user-guide/regions-and-endpoints with something before them.
const bucketEndpoint = /^[^.]+\.(?:oss-[a-z0-9-]+|[a-z]+-[a-z0-9-]+\.oss)\.aliyuncs\.com$/;
const hostLabel = /^[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?$/;

function parseEndpoint(text: string): Endpoint {
  // An endpoint with an @ is not shown: what stands before the @ may be a password.
  const name = text.includes('@') ? 'endpoint' : `endpoint ${shown(text)}`;
  const fail = (why: string): OssError =>
    notSent('setup', 'InvalidEndpoint', `${name} ${why}: expected [http://|https://]host[:port]`);
  if (text.includes('@')) throw fail('holds user information');
  const [, scheme, rest = ''] = /^(?:([a-z][a-z0-9+.-]{0,15}):\/\/)?(.*)$/is.exec(text.slice(0, 300)) ?? [];
  const protocol = scheme?.toLowerCase();
  if (protocol !== undefined && protocol !== 'http' && protocol !== 'https') throw fail('is neither http nor https');
  if (/[?#]/.test(rest)) throw fail('holds a query or a fragment');
  if (/[/\\]./.test(rest)) throw fail('holds a path');
  const bare = isIPv6Address(rest) ? `[${rest}]` : rest.replace(/\/$/, '');
  const [, hostname, port] = /^(\[[0-9a-f:.]{2,45}\]|[a-z0-9._-]{1,253})(?::(\d{1,5}))?$/i.exec(bare) ?? [];
  if (hostname === undefined) throw fail('has no valid host and port');
  if (port !== undefined && (Number(port) < 1 || Number(port) > 65_535)) throw fail('has no valid port');

  const host = hostname.toLowerCase();
  const address = host.replace(/^\[|\]$/g, '');
  const ip = isIPv4(address) || isIPv6Address(address);
  if (
    !ip &&
    (/^[\d.]+$/.test(host) || host.startsWith('[') || !host.split('.').every((label) => hostLabel.test(label)))
  ) {
    throw fail('has no valid host');
  }
  if (bucketEndpoint.test(host)) throw fail('names a bucket, as each request does by itself');
  const local = host === 'localhost' || host === '[::1]' || (ip && host.startsWith('127.'));
  const chosen = protocol ?? (local ? 'http' : 'https');
  const ownPort = chosen === 'https' ? 443 : 80;
  return {
    protocol: chosen,
    host: port === undefined || Number(port) === ownPort ? host : `${host}:${Number(port)}`,
    pathStyle: ip || host === 'localhost',
  };
}

// Node takes 10 ms to compile its expression for IPv6: only what has two colons needs it, host:port has one.
function isIPv6Address(text: string): boolean {
  return /:.*:/.test(text) && isIPv6(text);
}

/** Where a request goes, as it is sent and as it is signed. Nothing may normalise it on the way. */
export interface Address {
  /** Scheme, host and port. */
  readonly origin: string;
  /** Of the key, or of the bucket itself when there is no key. */
  readonly path: string;
  /** Bucket and key, as they are signed whatever the style. */
  readonly uri: string;
}

/**
 * The address of an object, or of a bucket.
 *
 * @throws OssError kind `permanent`, code `InvalidBucketName` (the name would lead to another host) or
 *   `InvalidObjectName`
 */
export function addressOf({ protocol, host, pathStyle }: Endpoint, bucket: string, key?: string): Address {
  checkBucket(bucket);
  if (key !== undefined) checkKey(key);
  const path = `/${encodeKey(key ?? '')}`;
  const uri = `/${bucket}${path}`;
  return pathStyle
    ? { origin: `${protocol}://${host}`, path: uri, uri }
    : { origin: `${protocol}://${bucket}.${host}`, path, uri };
}

/** The query as it stands on the wire. */
export function wireQuery(query: readonly (readonly [name: string, value: string])[]): string {
  return query.length === 0 ? '' : `?${encodedQuery(query)}`;
}

/** The parameters in their order; one without a value stands bare. */
export function encodedQuery(query: readonly (readonly [name: string, value: string])[]): string {
  let text = '';
  for (const [name, value] of query) {
    if (text !== '') text += '&';
    text += value === '' ? encodeStrictly(name) : `${encodeStrictly(name)}=${encodeStrictly(value)}`;
  }
  return text;
}

/** Every byte percent-encoded but `A-Z a-z 0-9 - . _ ~` and `/`: the form in which OSS signs a key. */
export function encodeKey(key: string): string {
  return unreservedKey.test(key) ? key : encodeStrictly(key).replaceAll('%2F', '/');
}

/** Every byte percent-encoded but `A-Z a-z 0-9 - . _ ~`; encodeURIComponent alone leaves `! ' ( ) *`. */
export function encodeStrictly(text: string): string {
  if (unreserved.test(text)) return text;
  return encodeURIComponent(text).replace(
    /[!'()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}

const unreserved = /^[\w\-.~]*$/;
const unreservedKey = /^[\w\-.~/]*$/;

/**
 * Takes an underscore too: old buckets have it in their names.
 *
 * @throws OssError kind `permanent`, code `InvalidBucketName`
 */
export function checkBucket(bucket: string): void {
  if (bucketName.test(bucket) || bucketName.test(bucket.replaceAll('_', '-'))) return;
  throw notSent('permanent', 'InvalidBucketName', `${shown(bucket)} is no bucket name`);
}

/**
 * Refuses a key that OSS refuses, and one that would arrive as another key: a lone surrogate becomes U+FFFD in UTF-8,
 * and clients and proxies resolve `.` and `..` segments.
 *
 * @throws OssError kind `permanent`, code `InvalidObjectName`
 */
export function checkKey(key: string): void {
  const problem = keyProblem(key);
  if (problem !== undefined) throw notSent('permanent', 'InvalidObjectName', `key ${shown(key)} ${problem}`);
}

function keyProblem(key: string): string | undefined {
  if (key === '') return 'is empty';
  if (isTooLongForKey(key)) return `is longer than ${maxKeyBytes} bytes`;
  if (!key.isWellFormed()) return 'holds half of a surrogate pair';
  if (startsWithSlash(key)) return 'starts with a slash';
  if (hasDotSegment(key)) return 'has a segment . or ..';
  return undefined;
}

function shown(text: string): string {
  return JSON.stringify(text.length > 200 ? `${text.slice(0, 200)}…` : text);
}
