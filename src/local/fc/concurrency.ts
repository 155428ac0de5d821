// Reserved concurrency: the most requests of a function that run at one time. 0 stops it.
// https://www.alibabacloud.com/help/en/functioncompute/fc/user-guide/overview-of-configuring-the-maximum-number-of-on-demand-instances

import { FcError } from './error.js';

export interface Concurrency {
  /** Undefined: nothing is set. */
  reserved(): number | undefined;
  reserve(value: number | undefined): void;
  /** Runs `work`, or refuses it. FcError 429: as many run as may. */
  run<T>(work: () => Promise<T>): Promise<T>;
}

/** `instances`: how many there can be anyway; who finds none of those free waits for one, and is not refused here. */
export function createConcurrency(functionName: string, instances: number, reserved: number | undefined): Concurrency {
  let most = reserved;
  let running = 0;
  return {
    reserved: () => most,
    reserve(value) {
      most = value;
    },
    async run(work) {
      if (most !== undefined && most < instances && running >= most) {
        const message = `the reserved concurrency of function '${functionName}', ${most}, is exhausted`;
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
