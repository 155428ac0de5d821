// Signature V4 recomputed from what arrived: canonical request, string to sign, signing key, signature.
// https://help.aliyun.com/en/oss/developer-reference/recommend-to-use-signature-version-4
// It shares no code with the function's signer, so that each checks the other.

import { createHash, createHmac } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import { encode, encodeKey } from '../request/percent.js';
import type { RequestTarget } from '../request/resolve.js';

/** The parts of `ACCESS_KEY/YYYYMMDD/REGION/oss/aliyun_v4_request` that vary. */
export interface Scope {
  date: string;
  region: string;
}

/** The name of the method, in headers, queries and texts to sign. */
export const algorithm = 'OSS4-HMAC-SHA256';
/** Stands for the hash of the body, which OSS does not take into the signature. */
export const unsignedPayload = 'UNSIGNED-PAYLOAD';

/**
 * The canonical request of what arrived. `additional` are the declared additional headers, lower case.
 * Header values are bytes that node:http gives as latin1, so the text is latin1 too.
 */
export function canonicalRequest(
  method: string,
  target: RequestTarget,
  headers: IncomingHttpHeaders,
  additional: readonly string[],
): string {
  const path = target.bucket === undefined ? '/' : `/${target.bucket}/${encodeKey(target.key ?? '')}`;
  const query = target.query
    .filter(([name]) => name !== 'x-oss-signature')
    .map(([name, value]) => [encode(name), encode(value)] as const)
    .sort(([a, x], [b, y]) => compare(a, b) || compare(x, y))
    .map(([name, value]) => (value === '' ? name : `${name}=${value}`));
  const signed = Object.keys(headers)
    .filter((name) => /^(?:content-type|content-md5|x-oss-.*)$/.test(name) || additional.includes(name))
    .sort(compare)
    .map((name) => `${name}:${String(headers[name]).trim()}\n`);
  return [
    method,
    path,
    query.join('&'),
    signed.join(''),
    [...additional].sort(compare).join(';'),
    unsignedPayload,
  ].join('\n');
}

/** The text that is signed; `date` as the request states it. */
export function stringToSign(date: string, scope: Scope, canonical: string): string {
  const digest = createHash('sha256').update(canonical, 'latin1').digest('hex');
  return [algorithm, date, `${scope.date}/${scope.region}/oss/aliyun_v4_request`, digest].join('\n');
}

/** The signature of `text` under `secret`, 64 hexadecimal digits. */
export function signature(secret: string, scope: Scope, text: string): string {
  const signingKey = [scope.date, scope.region, 'oss', 'aliyun_v4_request'].reduce<string | Buffer>(
    (key, part) => createHmac('sha256', key).update(part).digest(),
    `aliyun_v4${secret}`,
  );
  return createHmac('sha256', signingKey).update(text).digest('hex');
}

/** Both sides are ASCII by now, so code unit order is byte order. */
function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
