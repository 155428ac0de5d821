// OSS signature version 4; functions are named as in its specification:
// https://help.aliyun.com/en/oss/developer-reference/recommend-to-use-signature-version-4
import { createHash, createHmac } from 'node:crypto';
import { encodedQuery, encodeStrictly } from './endpoint.js';

export interface Credentials {
  readonly accessKeyId: string;
  readonly accessKeySecret: string;
  /** With the temporary keys of a role. */
  readonly securityToken?: string | undefined;
}

/** What a signing key is valid for. `region` is `cn-hangzhou`, never `oss-cn-hangzhou`. */
export interface Scope {
  /** UTC, YYYYMMDD */
  readonly date: string;
  readonly region: string;
  /** `oss`, or `oss-cloudbox` */
  readonly product: string;
}

export interface SignableRequest {
  readonly method: string;
  /** Bucket and key, encoded, also where the request names the bucket in the host: `uri` of endpoint.ts. */
  readonly uri: string;
  /** Names and values as they are, not encoded. */
  readonly query?: readonly (readonly [name: string, value: string])[] | undefined;
  readonly headers?: Readonly<Record<string, string>> | undefined;
  /** Headers to sign beyond content-type, content-md5 and x-oss-*. */
  readonly additionalHeaders?: readonly string[];
}

const algorithm = 'OSS4-HMAC-SHA256';
const payloadHash = 'UNSIGNED-PAYLOAD';

/**
 * The request as OSS rebuilds it: method, URI, query, headers, additional headers, payload hash. The headers that OSS
 * wants for the signature stand beside those of the request.
 */
export function canonicalRequest(request: SignableRequest, timestamp: string, securityToken?: string): string {
  const additional = additionalNames(request);
  const lines = [`x-oss-content-sha256:${payloadHash}`, `x-oss-date:${timestamp}`];
  if (securityToken) lines.push(`x-oss-security-token:${securityToken.trim()}`);
  if (request.headers !== undefined) {
    for (const [name, value] of Object.entries(request.headers)) {
      const lower = name.toLowerCase();
      if (signedByDefault(lower) || additional.includes(lower)) lines.push(`${lower}:${value.trim()}`);
    }
    lines.sort((one, other) => inOrder(nameOf(one), nameOf(other)));
  }
  const { method, uri, query } = request;
  return `${method}\n${uri}\n${canonicalQuery(query)}\n${lines.join('\n')}\n\n${additional.join(';')}\n${payloadHash}`;
}

/** Of a line `name:value`. Whole lines would stand in another order where one name begins with another. */
function nameOf(line: string): string {
  return line.slice(0, line.indexOf(':'));
}

function inOrder(one: string, other: string): number {
  return one < other ? -1 : one > other ? 1 : 0;
}

/** Sorted by encoded name; an empty value leaves the bare name, whether or not an = was sent. */
function canonicalQuery(query: SignableRequest['query']): string {
  if (query === undefined) return '';
  if (query.length < 2) return encodedQuery(query);
  return encodedQuery(query.toSorted(([a], [b]) => inOrder(encodeStrictly(a), encodeStrictly(b))));
}

function signedByDefault(name: string): boolean {
  return name.startsWith('x-oss-') || name === 'content-type' || name === 'content-md5';
}

function additionalNames({ headers = {}, additionalHeaders = none }: SignableRequest): readonly string[] {
  if (additionalHeaders.length === 0) return none;
  const present = new Set(Object.keys(headers).map((name) => name.toLowerCase()));
  const names = new Set(additionalHeaders.map((name) => name.toLowerCase()));
  return [...names].filter((name) => present.has(name) && !signedByDefault(name)).sort();
}

const none: readonly string[] = [];

function scopeText({ date, region, product }: Scope): string {
  return `${date}/${region}/${product}/aliyun_v4_request`;
}

/** `timestamp` is the x-oss-date header, YYYYMMDDTHHMMSSZ. */
export function stringToSign(timestamp: string, scope: Scope, canonical: string): string {
  const hash = createHash('sha256').update(canonical).digest('hex');
  return `${algorithm}\n${timestamp}\n${scopeText(scope)}\n${hash}`;
}

/** The key that a secret gives for one day, region and product. */
export function signingKey(secret: string, { date, region, product }: Scope): Buffer {
  return hmac(hmac(hmac(hmac(`aliyun_v4${secret}`, date), region), product), 'aliyun_v4_request');
}

function hmac(key: string | Buffer, text: string): Buffer {
  return createHmac('sha256', key).update(text).digest();
}

/** Lower-case hex. */
export function signature(key: Buffer, text: string): string {
  return createHmac('sha256', key).update(text).digest('hex');
}

/** The Authorization header. OSS wants no AdditionalHeaders where there are none (EC 0002-00000209). */
export function authorization(
  accessKeyId: string,
  scope: Scope,
  additionalHeaders: readonly string[],
  signatureHex: string,
): string {
  const additional = additionalHeaders.length === 0 ? '' : `,AdditionalHeaders=${additionalHeaders.join(';')}`;
  return `${algorithm} Credential=${accessKeyId}/${scopeText(scope)}${additional},Signature=${signatureHex}`;
}

/** The headers to send: those of the request, those that OSS wants for the signature, and Authorization. */
export type Signer = (request: SignableRequest, now: number) => Record<string, string>;

/** Signs requests with these credentials, each by its time (`now`, epoch ms). */
export function createSigner(
  { accessKeyId, accessKeySecret, securityToken }: Credentials,
  { region, product = 'oss' }: { region: string; product?: string },
): Signer {
  // What all requests of one day have in common.
  let day: { readonly scope: Scope; readonly key: Buffer } | undefined;
  return (request, now) => {
    const timestamp = timestampOf(Math.floor(now / 1000));
    const date = timestamp.slice(0, 8);
    if (day?.scope.date !== date) {
      const scope = { date, region, product };
      day = { scope, key: cachedSigningKey(accessKeySecret, scope) };
    }
    const { scope, key } = day;
    const headers: Record<string, string> = {
      ...request.headers,
      'x-oss-date': timestamp,
      'x-oss-content-sha256': payloadHash,
    };
    // OSS refuses an empty one.
    if (securityToken) headers['x-oss-security-token'] = securityToken;
    const text = stringToSign(timestamp, scope, canonicalRequest(request, timestamp, securityToken));
    headers['authorization'] = authorization(accessKeyId, scope, additionalNames(request), signature(key, text));
    return headers;
  };
}

// The second that was asked for last: signers come one after another, each for a few requests.
let last = { second: 0, timestamp: '19700101T000000Z' };

function timestampOf(second: number): string {
  if (last.second === second) return last.timestamp;
  last = { second, timestamp: `${new Date(second * 1000).toISOString().slice(0, 19).replace(/[-:]/g, '')}Z` };
  return last.timestamp;
}

// The signing keys of the last few secrets and days, by a digest of both: no secret is kept, and no secret finds the
// key of another.
const keys = new Map<string, Buffer>();
const keysKept = 8;

function cachedSigningKey(secret: string, scope: Scope): Buffer {
  const id = createHash('sha256')
    .update(`${secret}\n${scopeText(scope)}`)
    .digest('base64');
  const known = keys.get(id);
  if (known !== undefined) return known;
  const key = signingKey(secret, scope);
  const [oldest] = keys.keys();
  if (keys.size >= keysKept && oldest !== undefined) keys.delete(oldest);
  keys.set(id, key);
  return key;
}
