// OSS signature version 4; functions are named as in its specification:
// https://help.aliyun.com/en/oss/developer-reference/recommend-to-use-signature-version-4
import { createHash, createHmac } from 'node:crypto';
import { encodeStrictly } from './endpoint.js';

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

/** The request as OSS rebuilds it: method, URI, query, headers, additional headers, payload hash. */
export function canonicalRequest(request: SignableRequest, headers = request.headers): string {
  const values = lowerCased(headers);
  const additional = additionalNames(request, headers);
  let lines = '';
  for (const name of Object.keys(values).sort()) {
    if (signedByDefault(name) || additional.includes(name)) lines += `${name}:${values[name]}\n`;
  }
  const payload = values['x-oss-content-sha256'] ?? payloadHash;
  return `${request.method}\n${request.uri}\n${canonicalQuery(request.query)}\n${lines}\n${additional.join(';')}\n${payload}`;
}

/** Sorted by encoded name; an empty value leaves the bare name, whether or not an = was sent. */
function canonicalQuery(query: SignableRequest['query'] = []): string {
  const encoded = query.map(([name, value]) => [encodeStrictly(name), encodeStrictly(value)] as const);
  if (encoded.length > 1) encoded.sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));
  return encoded.map(([name, value]) => (value === '' ? name : `${name}=${value}`)).join('&');
}

function lowerCased(headers: SignableRequest['headers']): Record<string, string> {
  const lower: Record<string, string> = {};
  for (const name in headers) lower[name.toLowerCase()] = headers[name]?.trim() ?? '';
  return lower;
}

function signedByDefault(name: string): boolean {
  return name.startsWith('x-oss-') || name === 'content-type' || name === 'content-md5';
}

function additionalNames(
  { additionalHeaders }: SignableRequest,
  headers: SignableRequest['headers'],
): readonly string[] {
  if (additionalHeaders === undefined) return none;
  const present = lowerCased(headers);
  const names = new Set(additionalHeaders.map((name) => name.toLowerCase()));
  return [...names].filter((name) => Object.hasOwn(present, name) && !signedByDefault(name)).sort();
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
  return hmac(key, text).toString('hex');
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
  let second = Number.NaN;
  let timestamp = '';
  let scope: Scope = { date: '', region, product };
  let key: Buffer = Buffer.alloc(0);
  return (request, now) => {
    if (Math.floor(now / 1000) !== second) {
      second = Math.floor(now / 1000);
      timestamp = `${new Date(now).toISOString().slice(0, 19).replace(/[-:]/g, '')}Z`;
      const date = timestamp.slice(0, 8);
      if (date !== scope.date) {
        scope = { date, region, product };
        key = cachedSigningKey(accessKeySecret, scope);
      }
    }
    const headers: Record<string, string> = {
      ...request.headers,
      'x-oss-date': timestamp,
      'x-oss-content-sha256': payloadHash,
    };
    // OSS refuses an empty one.
    if (securityToken) headers['x-oss-security-token'] = securityToken;
    const hex = signature(key, stringToSign(timestamp, scope, canonicalRequest(request, headers)));
    headers['authorization'] = authorization(accessKeyId, scope, additionalNames(request, headers), hex);
    return headers;
  };
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
