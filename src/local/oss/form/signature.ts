// Who signed a form: its policy carries a V4 signature.
// https://help.aliyun.com/en/oss/developer-reference/signature-version-4-recommend

import {
  type Caller,
  checkScope,
  credential,
  identify,
  parseTimestamp,
  same,
  type VerifyOptions,
} from '../caller/access-key.js';
import { refuseOldSignature } from '../caller/old-signature.js';
import { algorithm, signature } from '../caller/signature.js';
import { invalidArgument, refuse } from '../error.js';
import type { FormFields } from './collect.js';

/** Each of them needs the others. */
export const signatureFields = [
  'policy',
  'x-oss-signature-version',
  'x-oss-credential',
  'x-oss-date',
  'x-oss-signature',
];

/** From x-oss-date on, in ms. */
const validity = 7 * 24 * 60 * 60 * 1000;
/** How far x-oss-date may be ahead, in ms. */
const skew = 15 * 60 * 1000;

/** @throws ServiceError AccessDenied for a form with the fields of V1 and no signature V4 */
export function refuseV1(fields: FormFields): void {
  if (fields.has('x-oss-signature') || !(fields.has('ossaccesskeyid') || fields.has('signature'))) return;
  throw refuseOldSignature('V1');
}

/**
 * Who signed the policy; undefined for a form without any field of a signature.
 * @throws ServiceError InvalidArgument, AccessDenied, InvalidAccessKeyId, InvalidSecurityToken, SecurityTokenExpired,
 *   SignatureDoesNotMatch
 */
export function formSigner(fields: FormFields, options: VerifyOptions): Caller | undefined {
  if (!signatureFields.some((name) => fields.has(name))) return undefined;
  const missing = signatureFields.find((name) => !fields.has(name));
  if (missing !== undefined) {
    const ec = missing === 'policy' ? '0002-00000702' : undefined;
    throw invalidArgument(`The form has no field ${missing}.`, { ec });
  }
  if (fields.get('x-oss-signature-version') !== algorithm) {
    throw invalidArgument(`The form field x-oss-signature-version must be ${algorithm}.`);
  }
  const timestamp = fields.get('x-oss-date') ?? '';
  const age = options.now() - parseTimestamp(timestamp);
  const signed = {
    ...credential(fields.get('x-oss-credential'), 'form field x-oss-credential'),
    timestamp,
    securityToken: fields.get('x-oss-security-token'),
    provided: fields.get('x-oss-signature') ?? '',
  };
  const caller = identify(signed, options);
  checkScope(signed, options.region);
  if (age < -skew) throw refuse('AccessDenied', { message: 'Request is not valid yet.' });
  if (age > validity) throw refuse('AccessDenied', { message: 'Request has expired.' });
  const policy = fields.get('policy') ?? '';
  if (!same(signature(caller.key.secret, signed.scope, policy), signed.provided)) {
    throw refuse('SignatureDoesNotMatch', { extra: { SignatureProvided: signed.provided, StringToSign: policy } });
  }
  return caller;
}
