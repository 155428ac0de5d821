// Verifies who has sent a request, by either signature that FC takes. That of FC 2.0, which @alicloud/fc2 makes:
// `Authorization: FC <access key id>:<base64 of HMAC-SHA256>` over method, Content-MD5, Content-Type, Date, the sorted
// x-fc-* headers and the path; the query is not signed, the body only through Content-MD5. And that of Alibaba Cloud's
// OpenAPI, ACS3-HMAC-SHA256; a nonce may come twice here. Order and wording of the refusals follow the service; those
// of ACS3 are not documented, and are the same here.
// https://www.alibabacloud.com/help/en/functioncompute/fc-2-0/developer-reference/signature-authentication

import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import { type Acs3Refusals, acs3Signature, isAcs3, readAcs3, sha256 } from '../acs3.js';
import { FcError, invalidArgument, notImplemented } from './error.js';

/** What belongs to an access key id. A key that was issued with a token is valid only with it. */
export interface FcAccessKey {
  accessKeySecret: string;
  securityToken?: string;
}

export interface SignedRequest {
  method: string;
  /** The path as sent, without the query. */
  path: string;
  query: URLSearchParams;
  headers: IncomingHttpHeaders;
}

/** What a request states of itself; `sign` makes of a secret the signature that it should have. */
interface Signed {
  accessKeyId: string;
  date: string;
  provided: string;
  token: string | undefined;
  sign: (secret: string) => string;
}

const maxSkewMs = 15 * 60_000;

function header(headers: IncomingHttpHeaders, name: string): string | undefined {
  const value = headers[name];
  return Array.isArray(value) ? value.join(', ') : value;
}

function equal(a: string, b: string): boolean {
  const digest = (text: string) => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(a), digest(b));
}

function stringToSign({ method, path, headers }: SignedRequest): string {
  const fcHeaders = Object.keys(headers)
    .filter((name) => name.startsWith('x-fc-'))
    .sort()
    .map((name) => `${name}:${header(headers, name)}\n`);
  return [
    method,
    header(headers, 'content-md5') ?? '',
    header(headers, 'content-type') ?? '',
    header(headers, 'date') ?? '',
    `${fcHeaders.join('')}${path}`,
  ].join('\n');
}

/** Throws FcError when the request is not signed by a known key within 15 minutes of `now` (milliseconds). */
export function authorize(
  request: SignedRequest,
  accessKey: (accessKeyId: string) => FcAccessKey | undefined,
  now: number,
): void {
  const { accessKeyId, date, provided, token, sign } = isAcs3(request.headers) ? byAcs3(request) : byFc(request);
  const time = Date.parse(date);
  if (Number.isNaN(time) || Math.abs(now - time) > maxSkewMs) {
    const current = new Date(now).toUTCString();
    const message = `the difference between the request time '${date}' and the current time '${current}' is too large`;
    throw new FcError(403, 'AccessDenied', message);
  }
  const key = accessKey(accessKeyId);
  if (key === undefined) throw new FcError(403, 'InvalidAccessKeyID', `invalid access key ID '${accessKeyId}'`);
  if (!equal(sign(key.accessKeySecret), provided)) {
    const message =
      'The request signature we calculated does not match the signature you provided. Check your access key and signing method';
    throw new FcError(403, 'SignatureNotMatch', message);
  }
  if (!equal(key.securityToken ?? '', token ?? '')) {
    throw new FcError(403, 'AccessDenied', 'the security token does not belong to the access key');
  }
}

function byFc(request: SignedRequest): Signed {
  const { headers } = request;
  const authorization = headers.authorization ?? '';
  const date = header(headers, 'date');
  if (date === undefined) throw missingHeader('Date');
  const [, accessKeyId, provided] = /^FC ([^:\s]{1,128}):([A-Za-z0-9+/]{43}=)$/.exec(authorization) ?? [];
  // The value itself is not repeated: it may hold a signature or a secret pasted in the wrong place.
  if (accessKeyId === undefined || provided === undefined) {
    throw invalidArgument(`invalid authorization${authorization === '' ? " ''" : ''}`);
  }
  const sign = (secret: string) => createHmac('sha256', secret).update(stringToSign(request)).digest('base64');
  return { accessKeyId, date, provided, token: header(headers, 'x-fc-security-token'), sign };
}

function byAcs3({ method, path, query, headers }: SignedRequest): Signed {
  const { accessKeyId, timestamp, provided, stringToSign } = readAcs3(
    { method, path, query: new Map(query), headers },
    acs3Refusals,
  );
  const sign = (secret: string) => acs3Signature(secret, stringToSign);
  return { accessKeyId, date: timestamp, provided, token: header(headers, 'x-acs-security-token'), sign };
}

const acs3Refusals: Acs3Refusals = {
  missing: missingHeader,
  unsigned: (name) => invalidArgument(`the header ${name} is not signed`),
  algorithm: () => notImplemented('a signature of ACS3 other than ACS3-HMAC-SHA256'),
};

function missingHeader(name: string): FcError {
  return new FcError(400, 'MissingRequiredHeader', `required HTTP header ${name} was not specified`);
}

/** Throws FcError when the body is not the one that the headers name. */
export function checkBody(
  { 'content-md5': md5, 'x-acs-content-sha256': hash }: IncomingHttpHeaders,
  body: Buffer,
): void {
  checkContentMd5(md5?.toString(), body);
  if (hash !== undefined && hash !== sha256(body))
    throw invalidArgument('x-acs-content-sha256 does not match the body');
}

/**
 * Throws FcError when Content-MD5 is there and does not fit the body; base64(MD5) and fc2's base64(hex MD5) both fit.
 */
function checkContentMd5(contentMd5: string | undefined, body: Buffer): void {
  if (contentMd5 === undefined) return;
  const digest = createHash('md5').update(body).digest();
  const accepted = [digest.toString('base64'), Buffer.from(digest.toString('hex')).toString('base64')];
  if (!accepted.includes(contentMd5)) throw invalidArgument('Content-MD5 does not match the body');
}
