// The requests that wait for an instance of a function, in the order of their arrival.

import { FcError } from './error.js';

export interface Queue<T> {
  /** Waits for `give`. FcError 429 after `waitMs` milliseconds, 499 when `signal` fires. */
  wait(waitMs: number, signal: AbortSignal | undefined): Promise<T>;
  /** Gives `make()` to the first request that waits; false, without making anything, when none waits. */
  give(make: () => T): boolean;
  /** Rejects all requests that wait. */
  refuse(error: FcError): void;
}

/** The error of a request whose client aborted it. */
export function clientClosedRequest(): FcError {
  return new FcError(499, 'ClientClosedRequest', 'The client closed the request before it was finished.');
}

export function createQueue<T>(functionName: string): Queue<T> {
  // A Set keeps the order of arrival.
  const waiting = new Set<{ resolve(value: T): void; reject(error: unknown): void }>();
  return {
    wait: (waitMs, signal) =>
      new Promise((resolve, reject) => {
        let timer: NodeJS.Timeout | undefined;
        const leave = () => {
          clearTimeout(timer);
          signal?.removeEventListener('abort', onAbort);
          waiting.delete(place);
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
        waiting.add(place);
        signal?.addEventListener('abort', onAbort, { once: true });
        if (signal?.aborted) onAbort();
        else if (Number.isFinite(waitMs)) {
          const busy = `all instances of function '${functionName}' are busy`;
          timer = setTimeout(() => place.reject(new FcError(429, 'ResourceExhausted', busy)), waitMs);
        }
      }),
    give(make) {
      const [first] = waiting;
      if (first === undefined) return false;
      try {
        first.resolve(make());
      } catch (error) {
        first.reject(error);
      }
      return true;
    },
    refuse(error) {
      for (const place of [...waiting]) place.reject(error);
    },
  };
}
