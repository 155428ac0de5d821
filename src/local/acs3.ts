// Verifies ACS3-HMAC-SHA256, the signature of Alibaba Cloud's OpenAPI, for the embedded STS and Function Compute.
// Shares no code with what signs.
// https://help.aliyun.com/zh/sdk/product-overview/v3-request-structure-and-signature

import { createHash, createHmac } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import { encode } from './oss/request/percent.js';

export interface Acs3Request {
  readonly method: string;
  /** As it was sent, without the query. */
  readonly path: string;
  readonly query: ReadonlyMap<string, string>;
  readonly headers: IncomingHttpHeaders;
}

/** What a request says of itself. */
export interface Acs3Signed {
  readonly action: string;
  readonly version: string;
  readonly accessKeyId: string;
  /** As it was sent. */
  readonly timestamp: string;
  readonly nonce: string;
  readonly bodyHash: string;
  readonly stringToSign: string;
  readonly provided: string;
}

/** The errors that a service has for a request that is not signed as a whole. */
export interface Acs3Refusals {
  /** A header, or a part of Authorization, is not there. */
  readonly missing: (name: string) => Error;
  /** A header that has to be signed is not. */
  readonly unsigned: (header: string) => Error;
  /** Authorization is of another algorithm. */
  readonly algorithm: () => Error;
}

/** Whether a request is signed in this way. */
export function isAcs3({ authorization }: IncomingHttpHeaders): boolean {
  return authorization?.startsWith('ACS3-') ?? false;
}

/** @throws what `refusals` make */
export function readAcs3({ method, path, query, headers }: Acs3Request, refusals: Acs3Refusals): Acs3Signed {
  const required = (name: string, value: string | undefined) => {
    if (value === undefined || value === '') throw refusals.missing(name);
    return value;
  };
  const header = (name: string) => required(name, headers[name] === undefined ? undefined : String(headers[name]));
  const [scheme = '', rest = ''] = header('authorization').split(/ (.*)/s);
  if (scheme !== 'ACS3-HMAC-SHA256') throw refusals.algorithm();
  const fields = new Map(rest.split(',').map((part) => part.trim().split(/=(.*)/s, 2) as [string, string]));
  const names = required('SignedHeaders', fields.get('SignedHeaders')).toLowerCase().split(';');
  const unsigned = ['host', ...Object.keys(headers)].find(
    (name) => (name === 'host' || name.startsWith('x-acs-')) && !names.includes(name),
  );
  if (unsigned !== undefined) throw refusals.unsigned(unsigned);
  const bodyHash = header('x-acs-content-sha256');
  const signed = names.map((name) => [name, header(name)] as const);
  return {
    action: header('x-acs-action'),
    version: header('x-acs-version'),
    accessKeyId: required('Credential', fields.get('Credential')),
    timestamp: header('x-acs-date'),
    nonce: header('x-acs-signature-nonce'),
    bodyHash,
    stringToSign: acs3StringToSign({ method, path, query }, signed, bodyHash),
    provided: required('Signature', fields.get('Signature')),
  };
}

/** The text that a signature is over. `headers` are those that are signed, in the order of their list. */
export function acs3StringToSign(
  { method, path, query }: Omit<Acs3Request, 'headers'>,
  headers: readonly (readonly [name: string, value: string])[],
  bodyHash: string,
): string {
  const canonical = [
    method,
    path,
    canonicalQuery(query),
    headers.map(([name, value]) => `${name}:${value.trim()}\n`).join(''),
    headers.map(([name]) => name).join(';'),
    bodyHash,
  ].join('\n');
  return `ACS3-HMAC-SHA256\n${sha256(canonical)}`;
}

/** The signature of a text, 64 hexadecimal digits. */
export function acs3Signature(secret: string, stringToSign: string): string {
  return createHmac('sha256', secret).update(stringToSign).digest('hex');
}

/** The hash of some bytes, 64 hexadecimal digits. */
export function sha256(data: Buffer | string): string {
  return createHash('sha256').update(data).digest('hex');
}

/** Parameters, sorted, as both signatures of the OpenAPI are over them. */
export function canonicalQuery(parameters: ReadonlyMap<string, string>): string {
  return [...parameters]
    .map(([name, value]) => [encode(name), encode(value)] as const)
    .sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0))
    .map(([name, value]) => `${name}=${value}`)
    .join('&');
}
