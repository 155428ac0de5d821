// Recomputes the two signatures that requests of STS carry: RPC's (SignatureVersion 1.0, HMAC-SHA1 over the sorted
// parameters) and ACS3-HMAC-SHA256 (over query, headers and the hash of the body). Shares no code with what signs.
// https://help.aliyun.com/zh/sdk/product-overview/rpc-mechanism
// https://help.aliyun.com/zh/sdk/product-overview/v3-request-structure-and-signature

import { createHash, createHmac } from 'node:crypto';
import { encode } from '../oss/request/percent.js';

type Parameters = ReadonlyMap<string, string>;

/** The text that an RPC signature is over; `parameters` without the signature itself. */
export function rpcStringToSign(method: string, parameters: Parameters): string {
  return [method, encode('/'), encode(canonicalQuery(parameters))].join('&');
}

/** The RPC signature of a text, base64. */
export function rpcSignature(secret: string, stringToSign: string): string {
  return createHmac('sha1', `${secret}&`).update(stringToSign).digest('base64');
}

/** The text that an ACS3 signature is over. `headers` are those that are signed, in the order of their list. */
export function acs3StringToSign(
  method: string,
  query: Parameters,
  headers: readonly (readonly [name: string, value: string])[],
  bodyHash: string,
): string {
  const canonical = [
    method,
    '/',
    canonicalQuery(query),
    headers.map(([name, value]) => `${name}:${value.trim()}\n`).join(''),
    headers.map(([name]) => name).join(';'),
    bodyHash,
  ].join('\n');
  return `ACS3-HMAC-SHA256\n${sha256(canonical)}`;
}

/** The ACS3 signature of a text, 64 hexadecimal digits. */
export function acs3Signature(secret: string, stringToSign: string): string {
  return createHmac('sha256', secret).update(stringToSign).digest('hex');
}

/** The hash of some bytes, 64 hexadecimal digits. */
export function sha256(data: Buffer | string): string {
  return createHash('sha256').update(data).digest('hex');
}

function canonicalQuery(parameters: Parameters): string {
  return [...parameters]
    .map(([name, value]) => [encode(name), encode(value)] as const)
    .sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0))
    .map(([name, value]) => `${name}=${value}`)
    .join('&');
}
