// Limits how many requests of a function run at one time: its reserved concurrency. 0 stops it.
// https://www.alibabacloud.com/help/en/functioncompute/fc/user-guide/overview-of-configuring-the-maximum-number-of-on-demand-instances

import { FcError } from './error.js';

export interface Concurrency {
  /** Undefined: nothing is set. */
  reserved(): number | undefined;
  reserve(value: number | undefined): void;
  /** Runs `work`, or refuses it with FcError 429 when the limit is reached. */
  run<T>(work: () => Promise<T>): Promise<T>;
}

/**
 * `instances`: how many there can be anyway. A request that finds none of them free waits for one; only a limit below
 * that number refuses.
 */
export function createConcurrency(functionName: string, instances: number, reserved: number | undefined): Concurrency {
  let limit = reserved;
  let running = 0;
  return {
    reserved: () => limit,
    reserve(value) {
      limit = value;
    },
    async run(work) {
      if (limit !== undefined && limit < instances && running >= limit) {
        const message = `the reserved concurrency of function '${functionName}', ${limit}, is exhausted`;
        throw new FcError(429, 'ResourceExhausted', message);
      }
      running++;
      try {
        return await work();
      } finally {
        running--;
      }
    },
  };
}
