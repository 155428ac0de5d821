// Who sent a request and what it asks for: common parameters, access key, time, signature, nonce, in this order. Codes
// and statuses as the gateway's: https://help.aliyun.com/document_detail/48054.html

import { type Acs3Refusals, acs3Signature, isAcs3, readAcs3, sha256 } from '../acs3.js';
import { type AccessKey, type AccessKeys, same } from '../oss/caller/access-key.js';
import { notImplemented, StsError } from './error.js';
import type { StsRequest } from './request.js';
import { rpcSignature, rpcStringToSign } from './signature.js';

/** What a request asks for, once it is known who asks. `parameters` are all, the common ones included. */
export interface Authenticated {
  action: string;
  parameters: ReadonlyMap<string, string>;
  key: AccessKey;
}

/** The nonces that were used, with the time (ms) until which they may not be used again, oldest first. */
export type Nonces = Map<string, number>;

/** What a request states of itself; `sign` makes of a secret the signature that it should have. */
interface SignedRequest {
  action: string;
  version: string;
  accessKeyId: string;
  timestamp: string;
  nonce: string;
  stringToSign: string;
  provided: string;
  sign: (secret: string, stringToSign: string) => string;
}

const maxSkew = 15 * 60 * 1000;
const maxNonces = 10_000;

/** @throws StsError when the request does not prove that it comes, now and for the first time, from a known key */
export function authenticate(request: StsRequest, keys: AccessKeys, nonces: Nonces, now: number): Authenticated {
  const parameters = new Map([...request.query, ...request.form]);
  // Clients that sign with RPC's signature send x-acs-action too.
  const signed = isAcs3(request.headers) ? signedByAcs3(request) : signedByRpc(request, parameters);
  const { action, version, accessKeyId, timestamp, nonce, stringToSign, provided, sign } = signed;
  if (version !== '2015-04-01') throw new StsError(400, 'InvalidVersion', 'Specified parameter Version is not valid.');
  const time = timeOf(timestamp);
  if (Math.abs(now - time) > maxSkew) {
    throw new StsError(400, 'InvalidTimeStamp.Expired', 'Specified time stamp or date value is expired.');
  }
  const key = keys.get(accessKeyId);
  if (!key) throw new StsError(404, 'InvalidAccessKeyId.NotFound', 'Specified access key is not found.');
  if (!same(sign(key.secret, stringToSign), provided)) {
    const message = 'Specified signature is not matched with our calculation. server string to sign is:';
    throw new StsError(400, 'SignatureDoesNotMatch', `${message}${stringToSign}`);
  }
  // Hashed, since a nonce may be as long as a request.
  useNonce(nonces, sha256(`${accessKeyId} ${nonce}`), time + maxSkew, now);
  return { action, parameters, key };
}

function signedByRpc({ method }: StsRequest, parameters: ReadonlyMap<string, string>): SignedRequest {
  const value = (name: string) => required(name, parameters.get(name));
  const action = value('Action');
  const signed = new Map([...parameters].filter(([name]) => name !== 'Signature'));
  if (value('SignatureMethod') !== 'HMAC-SHA1') throw notImplemented('a SignatureMethod other than HMAC-SHA1');
  if (value('SignatureVersion') !== '1.0') throw notImplemented('a SignatureVersion other than 1.0');
  return {
    action,
    version: value('Version'),
    accessKeyId: value('AccessKeyId'),
    timestamp: value('Timestamp'),
    nonce: value('SignatureNonce'),
    stringToSign: rpcStringToSign(method, signed),
    provided: value('Signature'),
    sign: rpcSignature,
  };
}

function signedByAcs3({ method, headers, query, body }: StsRequest): SignedRequest {
  const { bodyHash, ...signed } = readAcs3({ method, path: '/', headers, query }, acs3Refusals);
  if (bodyHash !== sha256(body)) {
    throw new StsError(400, 'IncompleteSignature', 'The header x-acs-content-sha256 is not the hash of the body.');
  }
  return { ...signed, sign: acs3Signature };
}

const acs3Refusals: Acs3Refusals = {
  missing,
  unsigned: (header) => new StsError(400, 'IncompleteSignature', `The header ${header} is not signed.`),
  algorithm: () => notImplemented('a signature other than ACS3-HMAC-SHA256 in the header'),
};

function required(name: string, value: string | undefined): string {
  if (value === undefined || value === '') throw missing(name);
  return value;
}

function missing(name: string): StsError {
  return new StsError(400, `Missing${name}`, `${name} is mandatory for this action.`);
}

/** The time in ms of `YYYY-MM-DDThh:mm:ssZ`; ali-oss adds milliseconds. */
function timeOf(timestamp: string): number {
  const time = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,9})?Z$/.test(timestamp) ? Date.parse(timestamp) : Number.NaN;
  if (!Number.isNaN(time)) return time;
  throw new StsError(400, 'InvalidTimeStamp.Format', 'Specified time stamp or date value is not well formatted.');
}

/** Remembers a nonce. Those whose requests are too old by now, and the oldest beyond a number, are forgotten. */
function useNonce(nonces: Nonces, nonce: string, until: number, now: number): void {
  if (nonces.has(nonce)) throw new StsError(400, 'SignatureNonceUsed', 'Specified signature nonce was used already.');
  nonces.set(nonce, until);
  for (const [one, its] of nonces) {
    if (its >= now && nonces.size <= maxNonces) break;
    nonces.delete(one);
  }
}
