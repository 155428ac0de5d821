// The function's role: issues temporary credentials for each invocation, as FC's AssumeRole does, and knows whose they
// are.

import { randomUUID } from 'node:crypto';
import type { OssCall } from './oss/call.js';
import type { AccessKeys } from './oss/verify.js';

export interface Role {
  /** New credentials for an instance, valid at once. */
  issue(keys: AccessKeys, instanceId: string): { accessKeyId: string; accessKeySecret: string; securityToken: string };
  /** The instance that makes a call, if it is one. */
  instanceOf(call: OssCall): string | undefined;
}

/** How long a temporary key is valid, as on FC. */
const tokenLifeMs = 36 * 3_600_000;
const tokensKept = 1_000;

/** The role of a function, whose name is the caller's in OSS's events. */
export function createRole(functionName: string, now: () => number): Role {
  /** Instances by access key, oldest first. */
  const issued = new Map<string, string>();
  return {
    issue(keys, instanceId) {
      const credentials = {
        accessKeyId: `STS.${randomUUID().replaceAll('-', '').slice(0, 24)}`,
        accessKeySecret: randomUUID(),
        securityToken: `local-${randomUUID()}`,
      };
      keys.set(credentials.accessKeyId, {
        secret: credentials.accessKeySecret,
        securityToken: credentials.securityToken,
        expiresAt: now() + tokenLifeMs,
        principalId: functionName,
      });
      issued.set(credentials.accessKeyId, instanceId);
      const [oldest] = issued.keys();
      if (issued.size > tokensKept && oldest !== undefined) {
        issued.delete(oldest);
        keys.delete(oldest);
      }
      return credentials;
    },
    instanceOf: ({ caller }) => issued.get(caller?.accessKeyId ?? ''),
  };
}
