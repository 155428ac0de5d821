// Whether a function says what it must keep: the secret or the token of its role, in its log, its result or its errors. FC
// would deliver it; here such an invocation fails, so that no test, demo or chaos run passes over it.
import type { Credentials } from './runtime/context.js';
import type { FunctionError } from './runtime/result.js';

/** Watches all that one invocation says. */
export interface LeakWatch {
  see(text: string): void;
  /** What to answer instead; undefined: nothing was said. */
  error(): FunctionError | undefined;
}

/** What is shorter is found by chance. */
const shortest = 16;

export function watchLeaks(credentials: Credentials | undefined): LeakWatch {
  const { accessKeySecret, securityToken } = credentials ?? {};
  const secrets = [
    ['accessKeySecret', accessKeySecret],
    ['securityToken', securityToken],
  ] as const;
  const said = new Set<string>();
  return {
    see(text) {
      for (const [name, secret] of secrets) {
        if (secret && secret.length >= shortest && (text.includes(secret) || text.includes(encodeURIComponent(secret))))
          said.add(name);
      }
    },
    error() {
      if (said.size === 0) return undefined;
      const names = [...said].join(' and ');
      return { errorType: 'CredentialsLeaked', errorMessage: `the function said the ${names} of its role` };
    },
  };
}
