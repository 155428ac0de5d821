// Temporary access keys, as STS issues them: to an instance of the function, or to whoever assumes a role.

import { randomUUID } from 'node:crypto';
import type { AccessKey, AccessKeys } from './oss/caller/access-key.js';

/** What a temporary key is used with, as its owner gets it. */
export interface TemporaryCredentials {
  accessKeyId: string;
  accessKeySecret: string;
  securityToken: string;
}

/** Puts a new key into `keys`, valid at once and until `expiresAt` (ms). */
export type IssueKey = (
  keys: AccessKeys,
  rest: Required<Pick<AccessKey, 'expiresAt' | 'principalId'>> & Pick<AccessKey, 'may'>,
) => { credentials: TemporaryCredentials; key: AccessKey };

const kept = 1_000;

/** An issuer. Of the keys that it has issued, the newest thousand stay known. */
export function keyIssuer(): IssueKey {
  const issued: string[] = [];
  return (keys, rest) => {
    const credentials = {
      accessKeyId: `STS.${randomUUID().replaceAll('-', '').slice(0, 24)}`,
      accessKeySecret: randomUUID(),
      securityToken: `local-${randomUUID()}`,
    };
    const { accessKeyId, accessKeySecret: secret, securityToken } = credentials;
    const key = { secret, securityToken, ...rest };
    keys.set(accessKeyId, key);
    issued.push(accessKeyId);
    if (issued.length > kept) keys.delete(issued.shift() ?? '');
    return { credentials, key };
  };
}
