// The signature that Function Compute 3.0 documents, ACS3-HMAC-SHA256: over method, path, query, the headers host,
// content-type and x-acs-*, and the hash of the body. transport.ts uses it where the service refuses @alicloud/fc2's.
// https://help.aliyun.com/zh/sdk/product-overview/v3-request-structure-and-signature
import { createHash, createHmac, randomUUID } from 'node:crypto';
import { encodeStrictly } from '../oss/endpoint.js';
import type { Credentials } from '../oss/sign.js';

export interface Acs3Request {
  readonly method: string;
  /** As it is sent, without the query; encoded strictly. */
  readonly path: string;
  readonly query: Readonly<Record<string, string>>;
  /** With `host`, as it is sent; names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer | undefined;
}

/** What the request calls, such as InvokeFunction, and the version of the API. */
export interface Acs3Call {
  readonly action: string;
  readonly version: string;
}

const algorithm = 'ACS3-HMAC-SHA256';

/** The request's headers with those that sign it. @param now epoch milliseconds */
export function signAcs3(
  { method, path, query, headers: given, body = Buffer.alloc(0) }: Acs3Request,
  { action, version }: Acs3Call,
  { accessKeyId, accessKeySecret, securityToken }: Credentials,
  now: number,
): Record<string, string> {
  const bodyHash = sha256(body);
  const headers: Record<string, string> = {
    ...given,
    'x-acs-action': action,
    'x-acs-content-sha256': bodyHash,
    'x-acs-date': new Date(now).toISOString().replace(/\.\d{3}/, ''),
    'x-acs-signature-nonce': randomUUID(),
    'x-acs-version': version,
    ...(securityToken === undefined ? {} : { 'x-acs-security-token': securityToken }),
  };
  const signed = Object.keys(headers)
    .filter((name) => /^(host|content-type|x-acs-.*)$/.test(name))
    .sort();
  const pairs = Object.entries(query)
    .sort(([one], [other]) => (one < other ? -1 : 1))
    .map(([name, value]) => `${encodeStrictly(name)}=${encodeStrictly(value)}`);
  const lines = signed.map((name) => `${name}:${headers[name]?.trim()}\n`).join('');
  const list = signed.join(';');
  const canonical = [method, path, pairs.join('&'), lines, list, bodyHash].join('\n');
  const signature = createHmac('sha256', accessKeySecret)
    .update(`${algorithm}\n${sha256(canonical)}`)
    .digest('hex');
  return {
    ...headers,
    authorization: `${algorithm} Credential=${accessKeyId},SignedHeaders=${list},Signature=${signature}`,
  };
}

function sha256(data: Buffer | string): string {
  return createHash('sha256').update(data).digest('hex');
}
