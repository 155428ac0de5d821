// Recomputes the signature of RPC requests (SignatureVersion 1.0): HMAC-SHA1 over the sorted parameters. Shares no code
// with what signs.
// https://help.aliyun.com/zh/sdk/product-overview/rpc-mechanism

import { createHmac } from 'node:crypto';
import { canonicalQuery } from '../acs3.js';
import { encode } from '../oss/request/percent.js';

/** The text that an RPC signature is over; `parameters` without the signature itself. */
export function rpcStringToSign(method: string, parameters: ReadonlyMap<string, string>): string {
  return [method, encode('/'), encode(canonicalQuery(parameters))].join('&');
}

/** The RPC signature of a text, base64. */
export function rpcSignature(secret: string, stringToSign: string): string {
  return createHmac('sha1', `${secret}&`).update(stringToSign).digest('base64');
}
