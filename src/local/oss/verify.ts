// Step 2: who is asking. Signature V4 in the Authorization header or in the query, checked against the registry of keys.
// Order of the checks: shape, key, token, time, scope, signature; each refusal is OSS's own code.

import { timingSafeEqual } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import { refuse, type ServiceError } from './error.js';
import type { AccessKey, Keys } from './keys.js';
import { parameter, type Target } from './resolve.js';
import { algorithm, canonicalRequest, type Scope, signature, stringToSign, unsignedPayload } from './signature.js';

/** Who signed the request. */
export interface Caller {
  accessKeyId: string;
  key: AccessKey;
}

/** What verify needs of the server: the keys, the region of every scope, the time and how far a request's may be off, in ms (15 minutes). */
export interface Authority {
  keys: Keys;
  region: string;
  now: () => number;
  maxSkew?: number | undefined;
}

/** What a request claims: which key signed it, when, for which scope, and the signature. */
export interface Claim {
  accessKeyId: string;
  scope: Scope;
  timestamp: string;
  securityToken: string | undefined;
  provided: string;
}

const allowedSkew = 15 * 60 * 1000;
const maxExpires = 7 * 24 * 60 * 60;

/**
 * The caller; undefined when the request is anonymous.
 * @throws ServiceError AccessDenied, InvalidArgument, InvalidAccessKeyId, InvalidSecurityToken, SecurityTokenExpired,
 *   RequestTimeTooSkewed or SignatureDoesNotMatch.
 */
export function verify(
  method: string,
  target: Target,
  headers: IncomingHttpHeaders,
  authority: Authority,
): Caller | undefined {
  const { authorization } = headers;
  const presigned = target.query.some(([name]) => name === 'x-oss-signature-version' || name === 'x-oss-signature');
  if (target.query.some(([name]) => name === 'OSSAccessKeyId' || name === 'Signature')) throw onlyV4('query');
  if (authorization === undefined && !presigned) return undefined;
  if (authorization !== undefined && presigned) {
    throw invalid('The request is signed twice: in the Authorization header and in the query.');
  }
  const { claim, additional } =
    authorization === undefined ? claimOfQuery(target, authority.now()) : claimOfHeader(authorization, headers);
  for (const name of additional) {
    if (headers[name] === undefined) throw invalid(`The additional header "${name}" is not in the request.`);
  }
  const caller = identify(claim, authority);
  if (authorization !== undefined) checkSkew(claim.timestamp, authority);
  checkSignature(caller, claim, canonicalRequest(method, target, headers, additional), authority.region);
  return caller;
}

function claimOfHeader(authorization: string, headers: IncomingHttpHeaders): { claim: Claim; additional: string[] } {
  const [scheme = '', rest = ''] = authorization.split(/ (.*)/s, 2);
  if (scheme !== algorithm) throw onlyV4('Authorization header');
  const fields = new Map<string, string>();
  for (const part of rest.split(',')) {
    const equals = part.indexOf('=');
    if (equals === -1) throw invalid('The Authorization header is malformed: expected NAME=VALUE between commas.');
    fields.set(part.slice(0, equals).trim(), part.slice(equals + 1).trim());
  }
  const payload = headers['x-oss-content-sha256'];
  if (payload !== unsignedPayload) throw invalid(`The x-oss-content-sha256 header must be ${unsignedPayload}.`);
  const token = headers['x-oss-security-token'];
  return {
    claim: {
      ...credential(fields.get('Credential'), 'Authorization header'),
      timestamp: timestampOf(headers),
      securityToken: token === undefined ? undefined : String(token),
      provided: fields.get('Signature') ?? '',
    },
    additional: additionalHeaders(fields.get('AdditionalHeaders')),
  };
}

function claimOfQuery(target: Target, now: number): { claim: Claim; additional: string[] } {
  const value = (name: string) => parameter(target.query, name);
  if (value('x-oss-signature-version') !== algorithm) throw onlyV4('x-oss-signature-version parameter');
  const timestamp = value('x-oss-date') ?? '';
  const expires = value('x-oss-expires') ?? '';
  if (!/^[1-9]\d{0,6}$/.test(expires) || Number(expires) > maxExpires) {
    throw invalid(`The x-oss-expires parameter must be a number of seconds from 1 to ${maxExpires}.`);
  }
  const from = parseTimestamp(timestamp);
  if (now < from - allowedSkew)
    throw refuse('AccessDenied', { message: 'Request is not valid yet.', ec: '0002-00000235' });
  if (now > from + Number(expires) * 1000) {
    const extra = {
      Expires: new Date(from + Number(expires) * 1000).toISOString(),
      ServerTime: new Date(now).toISOString(),
    };
    throw refuse('AccessDenied', { message: 'Request has expired.', extra });
  }
  return {
    claim: {
      ...credential(value('x-oss-credential'), 'x-oss-credential parameter'),
      timestamp,
      securityToken: value('x-oss-security-token'),
      provided: value('x-oss-signature') ?? '',
    },
    additional: additionalHeaders(value('x-oss-additional-headers')),
  };
}

/** Reads `ACCESS_KEY/YYYYMMDD/REGION/oss/aliyun_v4_request`. @throws ServiceError InvalidArgument */
export function credential(text: string | undefined, where: string): Pick<Claim, 'accessKeyId' | 'scope'> {
  const [accessKeyId = '', date = '', region = '', product, request, ...more] = (text ?? '').split('/');
  if (!/^[\w.-]{1,128}$/.test(accessKeyId)) throw invalid(`Invalid AccessKeyId in ${where}.`, '0002-00000206');
  if (!/^\d{8}$/.test(date)) throw invalid(`Invalid signing date in ${where}.`, '0002-00000223');
  if (product !== 'oss') throw invalid(`Invalid signing product in ${where}: expected oss.`);
  if (request !== 'aliyun_v4_request' || more.length > 0)
    throw invalid(`Invalid credential in ${where}.`, '0002-00000213');
  return { accessKeyId, scope: { date, region } };
}

function additionalHeaders(text: string | undefined): string[] {
  if (text === undefined) return [];
  if (text === '') throw invalid('The AdditionalHeaders are empty.', '0002-00000209');
  return [...new Set(text.toLowerCase().split(';'))].filter(
    (name) => !/^(?:content-type|content-md5|x-oss-.*)$/.test(name),
  );
}

function timestampOf(headers: IncomingHttpHeaders): string {
  const given = headers['x-oss-date'];
  if (given !== undefined) return String(given);
  const date = Date.parse(headers.date ?? '');
  if (Number.isNaN(date)) {
    throw refuse('AccessDenied', { message: 'OSS authentication requires a valid Date.', ec: '0002-00000503' });
  }
  return new Date(date).toISOString().replace(/[-:]|\.\d{3}/g, '');
}

/** The time of `YYYYMMDDTHHMMSSZ` in ms. @throws ServiceError InvalidArgument */
export function parseTimestamp(text: string): number {
  const parts = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/.exec(text);
  const time = parts
    ? Date.parse(`${parts[1]}-${parts[2]}-${parts[3]}T${parts[4]}:${parts[5]}:${parts[6]}Z`)
    : Number.NaN;
  if (Number.isNaN(time)) throw invalid('x-oss-date must be like 20231216T162057Z.', '0002-00000505');
  return time;
}

/** The known, current key that a claim names. @throws ServiceError InvalidAccessKeyId, InvalidSecurityToken, SecurityTokenExpired */
export function identify(claim: Claim, authority: Authority): Caller {
  const key = authority.keys.find(claim.accessKeyId);
  const unknown = { extra: { OSSAccessKeyId: claim.accessKeyId } };
  if (!key) throw refuse('InvalidAccessKeyId', unknown);
  // A temporary key without its token, and a plain key with one, are looked up where they do not exist:
  // https://help.aliyun.com/zh/oss/support/0002-00000002
  if ((key.securityToken === undefined) !== (claim.securityToken === undefined)) {
    throw refuse('InvalidAccessKeyId', {
      ...unknown,
      ec: claim.securityToken === undefined ? '0002-00000902' : '0002-00000002',
    });
  }
  if (key.securityToken !== undefined && !same(key.securityToken, claim.securityToken ?? '')) {
    throw refuse('InvalidSecurityToken');
  }
  if (key.expiresAt !== undefined && authority.now() >= key.expiresAt) throw refuse('SecurityTokenExpired');
  return { accessKeyId: claim.accessKeyId, key };
}

function checkSkew(timestamp: string, { now: clock, maxSkew = allowedSkew }: Authority): void {
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

function checkSignature(caller: Caller, claim: Claim, canonical: string, region: string): void {
  checkScope(claim, region);
  const text = stringToSign(claim.timestamp, claim.scope, canonical);
  if (same(signature(caller.key.secret, claim.scope, text), claim.provided)) return;
  throw refuse('SignatureDoesNotMatch', {
    extra: {
      OSSAccessKeyId: caller.accessKeyId,
      SignatureProvided: claim.provided,
      StringToSign: text,
      StringToSignBytes: (Buffer.from(text).toString('hex').toUpperCase().match(/../g) ?? []).join(' '),
      CanonicalRequest: Buffer.from(canonical, 'latin1').toString(),
      CanonicalRequestBytes: (Buffer.from(canonical, 'latin1').toString('hex').toUpperCase().match(/../g) ?? []).join(
        ' ',
      ),
    },
  });
}

/** @throws ServiceError InvalidArgument when the scope names another region or another day than the request. */
export function checkScope(claim: Claim, region: string): void {
  if (claim.scope.region !== region) {
    const near = claim.scope.region === `oss-${region}` ? ` (it is ${region}, without "oss-")` : '';
    throw invalid(`Invalid signing region in Authorization header.${near}`, '0002-00000226');
  }
  if (claim.timestamp.slice(0, 8) !== claim.scope.date)
    throw invalid('The signing date and x-oss-date are different days.');
}

/** Whether two texts are equal, in time that depends on the second one's length alone. */
export function same(expected: string, given: string): boolean {
  const [a, b] = [Buffer.from(expected), Buffer.from(given)];
  return a.length === b.length && timingSafeEqual(a, b);
}

function onlyV4(where: string): ServiceError {
  return invalid(`The ${where} does not hold a V4 signature; this server accepts ${algorithm} and nothing older.`);
}

function invalid(message: string, ec?: string): ServiceError {
  return refuse('InvalidArgument', { message, ...(ec && { ec }) });
}
