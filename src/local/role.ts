// The function's role: issues temporary credentials for each invocation, as FC's AssumeRole does, and knows whose they
// are.

import type { OssCall } from './oss/call.js';
import type { AccessKey, AccessKeys } from './oss/caller/access-key.js';
import { keyIssuer, type TemporaryCredentials } from './temporary-keys.js';

/** The role of a function. */
export interface Role {
  /** New credentials for an instance, valid at once. */
  issue(keys: AccessKeys, instanceId: string): TemporaryCredentials;
  /** The instance that makes a call, if it is one. */
  instanceOf(call: OssCall): string | undefined;
}

/** How long a temporary key is valid, as on FC. */
const tokenLifeMs = 36 * 3_600_000;

/** The role of a function, whose name is the caller's in OSS's events. */
export function createRole(functionName: string, now: () => number): Role {
  const issueKey = keyIssuer();
  const instances = new WeakMap<AccessKey, string>();
  return {
    issue(keys, instanceId) {
      const rest = { expiresAt: now() + tokenLifeMs, principalId: functionName };
      const { credentials, key } = issueKey(keys, rest);
      instances.set(key, instanceId);
      return credentials;
    },
    instanceOf: ({ caller }) => caller && instances.get(caller.key),
  };
}
