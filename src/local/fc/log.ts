// What one invocation prints and answers: the log tail of its answer, and whether its role's credentials are in it. FC
// would let such an invocation succeed; here it fails, so that no test, demo or chaos run overlooks it.

import type { Credentials } from './runtime/context.js';
import type { FunctionError } from './runtime/user-function.js';

/** FC answers with the last 4 KB of an invocation's log. */
const tailBytes = 4096;
/** A shorter secret is found by chance. */
const shortestSecret = 16;

/** Collects lines and keeps the last 4 KB of them. */
export function createLogTail(): { add(line: string): void; bytes(): Buffer } {
  let text = '';
  return {
    add(line) {
      text += `${line}\n`;
      if (text.length > 4 * tailBytes) text = text.slice(-tailBytes);
    },
    bytes: () => {
      const all = Buffer.from(text);
      let start = Math.max(0, all.length - tailBytes);
      // Never begin in the middle of a character.
      while (start > 0 && start < all.length && ((all[start] ?? 0) & 0xc0) === 0x80) start++;
      return all.subarray(start);
    },
  };
}

/** Looks for the secret and the token of the function's role in all that one invocation prints and answers. */
export interface LeakWatch {
  check(text: string): void;
  /** What to answer instead; undefined: nothing was found. */
  error(): FunctionError | undefined;
}

export function watchLeaks(credentials: Credentials | undefined): LeakWatch {
  const leaked = new Set<string>();
  return {
    check(text) {
      for (const name of ['accessKeySecret', 'securityToken'] as const) {
        const secret = credentials?.[name] ?? '';
        if (secret.length < shortestSecret) continue;
        if (text.includes(secret) || text.includes(encodeURIComponent(secret))) leaked.add(name);
      }
    },
    error() {
      if (leaked.size === 0) return undefined;
      const names = [...leaked].join(' and ');
      return { errorType: 'CredentialsLeaked', errorMessage: `the function said the ${names} of its role` };
    },
  };
}
