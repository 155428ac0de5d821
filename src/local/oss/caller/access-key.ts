// What header, query and form share of step 3, who sent a request: the access keys, the credential that names one, its
// token, time and scope.

import { timingSafeEqual } from 'node:crypto';
import { invalidArgument, refuse } from '../error.js';
import type { Scope } from './signature.js';

/**
 * One access key, as RAM or STS would have issued it. One with a `securityToken` is temporary: requests must carry
 * exactly that token, until `expiresAt` (ms).
 */
export interface AccessKey {
  secret: string;
  securityToken?: string;
  expiresAt?: number;
  /** Id of the user or role, as events name it; default: the account. */
  principalId?: string;
  /** Whether the key may do this RAM action (`oss:PutObject`) there; absent: everything. */
  may?: (action: string, bucket: string | undefined, key: string | undefined) => boolean;
}

/** The access keys that the server knows, by their ids. */
export type AccessKeys = Map<string, AccessKey>;

/** Who signed the request. */
export interface Caller {
  accessKeyId: string;
  key: AccessKey;
}

/**
 * What verify needs of the server. `region` is that of every scope; `maxSkew`: how far the signing time may be off, in
 * ms.
 */
export interface VerifyOptions {
  keys: AccessKeys;
  region: string;
  now: () => number;
  maxSkew?: number | undefined;
}

/**
 * What a request states of its signature: which key signed it, when (`YYYYMMDDTHHMMSSZ`), for which scope, and the
 * signature itself.
 */
export interface SignatureFields {
  accessKeyId: string;
  scope: Scope;
  timestamp: string;
  securityToken: string | undefined;
  provided: string;
}

/** Reads `ACCESS_KEY/YYYYMMDD/REGION/oss/aliyun_v4_request`. @throws ServiceError InvalidArgument */
export function credential(text: string | undefined, where: string): Pick<SignatureFields, 'accessKeyId' | 'scope'> {
  const [accessKeyId = '', date = '', region = '', product, request, ...more] = (text ?? '').split('/');
  if (!/^[\w.-]{1,128}$/.test(accessKeyId))
    throw invalidArgument(`Invalid AccessKeyId in ${where}.`, { ec: '0002-00000206' });
  if (!/^\d{8}$/.test(date)) throw invalidArgument(`Invalid signing date in ${where}.`, { ec: '0002-00000223' });
  if (product !== 'oss') throw invalidArgument(`Invalid signing product in ${where}: expected oss.`);
  if (request !== 'aliyun_v4_request' || more.length > 0)
    throw invalidArgument(`Invalid credential in ${where}.`, { ec: '0002-00000213' });
  return { accessKeyId, scope: { date, region } };
}

/** The time of `YYYYMMDDTHHMMSSZ` in ms. @throws ServiceError InvalidArgument */
export function parseTimestamp(text: string): number {
  const form = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/;
  const time = form.test(text) ? Date.parse(text.replace(form, '$1-$2-$3T$4:$5:$6Z')) : Number.NaN;
  if (Number.isNaN(time)) throw invalidArgument('x-oss-date must be like 20231216T162057Z.', { ec: '0002-00000505' });
  return time;
}

/**
 * The caller whose key was used, if it is known and current. @throws ServiceError InvalidAccessKeyId,
 * InvalidSecurityToken, SecurityTokenExpired
 */
export function identify(signed: SignatureFields, options: VerifyOptions): Caller {
  const key = options.keys.get(signed.accessKeyId);
  const extra = { OSSAccessKeyId: signed.accessKeyId };
  if (!key) throw refuse('InvalidAccessKeyId', { extra });
  // A temporary key without its token, and a plain key with one, are looked up where they do not exist:
  // https://help.aliyun.com/zh/oss/support/0002-00000002
  if ((key.securityToken === undefined) !== (signed.securityToken === undefined)) {
    const ec = signed.securityToken === undefined ? '0002-00000902' : '0002-00000002';
    throw refuse('InvalidAccessKeyId', { extra, ec });
  }
  if (key.securityToken !== undefined && !same(key.securityToken, signed.securityToken ?? '')) {
    throw refuse('InvalidSecurityToken');
  }
  if (key.expiresAt !== undefined && options.now() >= key.expiresAt) throw refuse('SecurityTokenExpired');
  return { accessKeyId: signed.accessKeyId, key };
}

/** @throws ServiceError InvalidArgument when the scope names another region or another day than the request. */
export function checkScope(signed: SignatureFields, region: string): void {
  if (signed.scope.region !== region) {
    const near = signed.scope.region === `oss-${region}` ? ` (it is ${region}, without "oss-")` : '';
    throw invalidArgument(`Invalid signing region in Authorization header.${near}`, { ec: '0002-00000226' });
  }
  if (signed.timestamp.slice(0, 8) !== signed.scope.date)
    throw invalidArgument('The signing date and the date of the request are different days.');
}

/** Whether two texts are equal, in a time that shows nothing of the first but its length. */
export function same(expected: string, given: string): boolean {
  const [a, b] = [Buffer.from(expected), Buffer.from(given)];
  return a.length === b.length && timingSafeEqual(a, b);
}
