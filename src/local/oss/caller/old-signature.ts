// Signatures V1 and V2 are refused, as live OSS refuses V1 to accounts that are newer than March 2025. The page gives
// status and EC; the code is not documented. https://help.aliyun.com/zh/oss/user-guide/0002-00000080

import { refuse, type ServiceError } from '../error.js';

/** The refusal of a request or form that is signed with an older version; it says how to sign instead. */
export function refuseOldSignature(version: 'V1' | 'V2'): ServiceError {
  const message =
    `Signature ${version} is not accepted; sign with V4. In ali-oss: authorizationV4: true in the options of the ` +
    'client, signatureUrlV4 for URLs, signPostObjectPolicyV4 for forms.';
  return refuse('AccessDenied', { message, ec: '0002-00000080' });
}
