// Verifies the FC signature of a request: `Authorization: FC <access key id>:<base64 of HMAC-SHA256>` over method,
// Content-MD5, Content-Type, Date, the sorted x-fc-* headers and the path. The query is not signed, the body only
// through Content-MD5. Order and wording of the refusals follow the service.
// https://www.alibabacloud.com/help/en/functioncompute/fc-2-0/developer-reference/signature-authentication

import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
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
  headers: IncomingHttpHeaders;
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
  const { headers } = request;
  const authorization = headers.authorization ?? '';
  if (authorization.startsWith('ACS3-')) {
    const message = 'ACS3-HMAC-SHA256 signatures are not implemented here; sign with FC, as @alicloud/fc2 does';
    throw notImplemented(message);
  }
  const date = header(headers, 'date');
  if (date === undefined)
    throw new FcError(400, 'MissingRequiredHeader', 'required HTTP header Date was not specified');
  const [, accessKeyId, signature] = /^FC ([^:\s]{1,128}):([A-Za-z0-9+/]{43}=)$/.exec(authorization) ?? [];
  // The value itself is not repeated: it may hold a signature or a secret pasted in the wrong place.
  if (accessKeyId === undefined || signature === undefined) {
    throw invalidArgument(`invalid authorization${authorization === '' ? " ''" : ''}`);
  }
  const time = Date.parse(date);
  if (Number.isNaN(time) || Math.abs(now - time) > maxSkewMs) {
    const current = new Date(now).toUTCString();
    const message = `the difference between the request time '${date}' and the current time '${current}' is too large`;
    throw new FcError(403, 'AccessDenied', message);
  }
  const key = accessKey(accessKeyId);
  if (key === undefined) throw new FcError(403, 'InvalidAccessKeyID', `invalid access key ID '${accessKeyId}'`);
  const expected = createHmac('sha256', key.accessKeySecret).update(stringToSign(request)).digest('base64');
  if (!equal(expected, signature)) {
    const message =
      'The request signature we calculated does not match the signature you provided. Check your access key and signing method';
    throw new FcError(403, 'SignatureNotMatch', message);
  }
  if (!equal(key.securityToken ?? '', header(headers, 'x-fc-security-token') ?? '')) {
    throw new FcError(403, 'AccessDenied', 'the security token does not belong to the access key');
  }
}

/**
 * Throws FcError when Content-MD5 is there and does not fit the body; base64(MD5) and fc2's base64(hex MD5) both fit.
 */
export function checkContentMd5(contentMd5: string | undefined, body: Buffer): void {
  if (contentMd5 === undefined) return;
  const digest = createHash('md5').update(body).digest();
  const accepted = [digest.toString('base64'), Buffer.from(digest.toString('hex')).toString('base64')];
  if (!accepted.includes(contentMd5)) throw invalidArgument('Content-MD5 does not match the body');
}
