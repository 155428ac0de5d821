// Who waits for an instance of a function, first come first served.

import { FcError } from './error.js';

export interface Queue<T> {
  /** Waits for `give`. FcError 429 after `waitMs` milliseconds, 499 when `signal` fires. */
  wait(waitMs: number, signal: AbortSignal | undefined): Promise<T>;
  /** Hands `make()` to the first in line; false, without making anything, when nobody waits. */
  give(make: () => T): boolean;
  /** Sends everybody away. */
  refuse(error: FcError): void;
}

/** What a caller gets who gave up. */
export function clientClosedRequest(): FcError {
  return new FcError(499, 'ClientClosedRequest', 'The client closed the request before it was finished.');
}

export function createQueue<T>(functionName: string): Queue<T> {
  // A Set keeps the order of arrival.
  const line = new Set<{ resolve(value: T): void; reject(error: unknown): void }>();
  return {
    wait: (waitMs, signal) =>
      new Promise((resolve, reject) => {
        let timer: NodeJS.Timeout | undefined;
        const leave = () => {
          clearTimeout(timer);
          signal?.removeEventListener('abort', onAbort);
          line.delete(place);
        };
        const place = {
          resolve(value: T) {
            leave();
            resolve(value);
          },
          reject(error: unknown) {
            leave();
            reject(error);
          },
        };
        const onAbort = () => place.reject(clientClosedRequest());
        line.add(place);
        signal?.addEventListener('abort', onAbort, { once: true });
        if (signal?.aborted) onAbort();
        else if (Number.isFinite(waitMs)) {
          const busy = `all instances of function '${functionName}' are busy`;
          timer = setTimeout(() => place.reject(new FcError(429, 'ResourceExhausted', busy)), waitMs);
        }
      }),
    give(make) {
      const [first] = line;
      if (first === undefined) return false;
      try {
        first.resolve(make());
      } catch (error) {
        first.reject(error);
      }
      return true;
    },
    refuse(error) {
      for (const place of [...line]) place.reject(error);
    },
  };
}
