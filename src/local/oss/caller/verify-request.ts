// Step 3: who sent the request. Checks signature V4, in the Authorization header or in the query, against the known
// keys. Order of the checks: form, key, token, time, scope, signature; each refusal is OSS's own code.

import type { IncomingHttpHeaders } from 'node:http';
import { invalidArgument, refuse, type ServiceError } from '../error.js';
import { parameter, type RequestTarget } from '../request/resolve.js';
import {
  type Caller,
  checkScope,
  credential,
  identify,
  parseTimestamp,
  type SignatureFields,
  same,
  type VerifyOptions,
} from './access-key.js';
import { refuseOldSignature } from './old-signature.js';
import { algorithm, canonicalRequest, signature, stringToSign, unsignedPayload } from './signature.js';

/** The fields of a request, the names of its additional headers, and the date as the string to sign has it. */
interface SignedRequest {
  signed: SignatureFields;
  additional: string[];
  date: string;
}

const defaultSkew = 15 * 60 * 1000;
const maxExpires = 7 * 24 * 60 * 60;

/**
 * The caller; undefined when the request is anonymous.
 * @throws ServiceError AccessDenied, InvalidArgument, InvalidAccessKeyId, InvalidSecurityToken, SecurityTokenExpired,
 *   RequestTimeTooSkewed or SignatureDoesNotMatch.
 */
export function verify(
  method: string,
  target: RequestTarget,
  headers: IncomingHttpHeaders,
  options: VerifyOptions,
): Caller | undefined {
  const { authorization } = headers;
  const has = (...names: string[]) => target.query.some(([name]) => names.includes(name));
  const presigned = has('x-oss-signature-version', 'x-oss-signature');
  if (has('OSSAccessKeyId', 'Signature')) throw refuseOldSignature('V1');
  if (authorization === undefined && !presigned) return undefined;
  if (authorization !== undefined && presigned) {
    throw invalidArgument('The request is signed twice: in the Authorization header and in the query.');
  }
  const { signed, additional, date } =
    authorization === undefined ? fieldsOfQuery(target, options.now()) : fieldsOfHeader(authorization, headers);
  for (const name of additional) {
    if (headers[name] === undefined) throw invalidArgument(`The additional header "${name}" is not in the request.`);
  }
  const caller = identify(signed, options);
  if (authorization !== undefined) checkSkew(signed.timestamp, options);
  checkScope(signed, options.region);
  checkSignature(caller, signed, date, canonicalRequest(method, target, headers, additional));
  return caller;
}

function fieldsOfHeader(authorization: string, headers: IncomingHttpHeaders): SignedRequest {
  const [scheme = '', rest = ''] = authorization.split(/ (.*)/s, 2);
  if (scheme === 'OSS') throw refuseOldSignature('V1');
  if (scheme === 'OSS2') throw refuseOldSignature('V2');
  if (scheme !== algorithm) throw onlyV4('Authorization header');
  const fields = new Map<string, string>();
  for (const part of rest.split(',')) {
    const equals = part.indexOf('=');
    if (equals === -1)
      throw invalidArgument('The Authorization header is malformed: expected NAME=VALUE between commas.');
    fields.set(part.slice(0, equals).trim(), part.slice(equals + 1).trim());
  }
  const payload = headers['x-oss-content-sha256'];
  if (payload !== unsignedPayload) throw invalidArgument(`The x-oss-content-sha256 header must be ${unsignedPayload}.`);
  const token = headers['x-oss-security-token'];
  const { timestamp, date } = signingTime(headers);
  return {
    signed: {
      ...credential(fields.get('Credential'), 'Authorization header'),
      timestamp,
      securityToken: token === undefined ? undefined : String(token),
      provided: fields.get('Signature') ?? '',
    },
    additional: additionalHeaders(fields.get('AdditionalHeaders')),
    date,
  };
}

function fieldsOfQuery(target: RequestTarget, now: number): SignedRequest {
  const value = (name: string) => parameter(target.query, name);
  const version = value('x-oss-signature-version');
  if (version === 'OSS2') throw refuseOldSignature('V2');
  if (version !== algorithm) throw onlyV4('x-oss-signature-version parameter');
  const timestamp = value('x-oss-date') ?? '';
  const expires = value('x-oss-expires') ?? '';
  if (!/^[1-9]\d{0,6}$/.test(expires) || Number(expires) > maxExpires) {
    throw invalidArgument(`The x-oss-expires parameter must be a number of seconds from 1 to ${maxExpires}.`);
  }
  const from = parseTimestamp(timestamp);
  const until = from + Number(expires) * 1000;
  if (now < from - defaultSkew)
    throw refuse('AccessDenied', { message: 'Request is not valid yet.', ec: '0002-00000235' });
  if (now > until) {
    const extra = { Expires: new Date(until).toISOString(), ServerTime: new Date(now).toISOString() };
    throw refuse('AccessDenied', { message: 'Request has expired.', extra });
  }
  return {
    signed: {
      ...credential(value('x-oss-credential'), 'x-oss-credential parameter'),
      timestamp,
      securityToken: value('x-oss-security-token'),
      provided: value('x-oss-signature') ?? '',
    },
    additional: additionalHeaders(value('x-oss-additional-headers')),
    date: timestamp,
  };
}

function additionalHeaders(text: string | undefined): string[] {
  if (text === undefined) return [];
  if (text === '') throw invalidArgument('The AdditionalHeaders are empty.', { ec: '0002-00000209' });
  return [...new Set(text.toLowerCase().split(';'))].filter(
    (name) => !/^(?:content-type|content-md5|x-oss-.*)$/.test(name),
  );
}

/**
 * When a request was signed, and the text that stands for it in the string to sign: x-oss-date, else Date as it was
 * sent, which is what Go SDK 3 and ossutil 1 sign
 * (https://github.com/aliyun/aliyun-oss-go-sdk/blob/master/oss/auth.go). Formats:
 * https://help.aliyun.com/en/oss/user-guide/0002-00000502
 * @throws ServiceError AccessDenied unless there is an x-oss-date or a Date like `Tue, 20 Dec 2022 08:48:18 GMT`
 */
function signingTime(headers: IncomingHttpHeaders): { timestamp: string; date: string } {
  const given = headers['x-oss-date'];
  if (given !== undefined) return { timestamp: String(given), date: String(given) };
  const { date } = headers;
  const time = new Date(date ?? '');
  if (date === undefined || Number.isNaN(time.getTime()) || time.toUTCString() !== date) {
    const ec = date === undefined ? '0002-00000503' : '0002-00000502';
    throw refuse('AccessDenied', { message: 'OSS authentication requires a valid Date.', ec });
  }
  return { timestamp: time.toISOString().replace(/[-:]|\.\d{3}/g, ''), date };
}

function checkSkew(timestamp: string, { now: clock, maxSkew = defaultSkew }: VerifyOptions): void {
  const now = clock();
  if (Math.abs(now - parseTimestamp(timestamp)) <= maxSkew) return;
  throw refuse('RequestTimeTooSkewed', {
    extra: {
      MaxAllowedSkewMilliseconds: String(maxSkew),
      RequestTime: new Date(parseTimestamp(timestamp)).toISOString(),
      ServerTime: new Date(now).toISOString(),
    },
  });
}

function checkSignature(caller: Caller, signed: SignatureFields, date: string, canonical: string): void {
  const text = stringToSign(date, signed.scope, canonical);
  if (same(signature(caller.key.secret, signed.scope, text), signed.provided)) return;
  throw refuse('SignatureDoesNotMatch', {
    extra: {
      OSSAccessKeyId: caller.accessKeyId,
      SignatureProvided: signed.provided,
      StringToSign: text,
      StringToSignBytes: spacedHex(Buffer.from(text)),
      CanonicalRequest: Buffer.from(canonical, 'latin1').toString(),
      CanonicalRequestBytes: spacedHex(Buffer.from(canonical, 'latin1')),
    },
  });
}

function spacedHex(bytes: Buffer): string {
  return bytes
    .toString('hex')
    .toUpperCase()
    .replace(/..(?=.)/g, '$& ');
}

function onlyV4(where: string): ServiceError {
  return invalidArgument(
    `The ${where} does not hold a V4 signature; this server accepts ${algorithm} and nothing older.`,
  );
}
