// Delivers the asynchronous invocations of one function: the queue, retries with the same request id, and the
// destinations. What the reserved concurrency refuses does not count as an attempt: it is tried again, with back-off,
// for five hours.
// https://www.alibabacloud.com/help/en/functioncompute/asynchronous-invocation

import { setMaxListeners } from 'node:events';
import { FcError } from './error.js';
import type { InvocationReport, InvocationRequest } from './invocation.js';

/** What FC sends to an onSuccess or onFailure destination. */
export interface DestinationBody {
  timestamp: string;
  requestContext: {
    requestId: string;
    functionArn: string;
    /**
     * Empty on success; `InvocationError` when all attempts failed, `EventExpired` when the event grew too old,
     * `FunctionResourceExhausted` when it was refused for too long.
     */
    condition: string;
    approximateInvokeCount: number;
  };
  requestPayload: string;
  responseContext: { statusCode: number; functionError: string };
  responsePayload: string;
}

export interface DeliveryOptions {
  functionArn: string;
  maxAsyncRetryAttempts: number;
  maxAsyncEventAgeInSeconds: number;
  /** Milliseconds to wait before the next attempt; `failures` counts those that failed, from 1. */
  retryDelay: (failures: number) => number;
  now: () => number;
  sleep: (ms: number, signal: AbortSignal) => Promise<void>;
  /** Rejects with FcError 429 when the function may not run now. */
  run: (request: InvocationRequest) => Promise<InvocationReport>;
  onSuccess: (body: DestinationBody) => unknown;
  onFailure: (body: DestinationBody) => unknown;
}

export interface AsyncDelivery {
  /**
   * Queues an event; it is invoked after `delayMs` and, when it fails, again. Resolves when it needs no further
   * attempt, never rejects.
   */
  deliver(requestId: string, event: Buffer, delayMs: number): Promise<void>;
  /** Ends all waiting; what waits is not invoked any more. */
  close(): void;
}

/** https://help.aliyun.com/zh/fc/user-guide/error-handling */
const throttledMs = 5 * 3_600_000;

export function createDelivery(options: DeliveryOptions): AsyncDelivery {
  const closing = new AbortController();
  const { signal } = closing;
  // Each event that waits listens to it.
  setMaxListeners(0, signal);

  /** Undefined: the function may not run now. */
  async function attempt(request: InvocationRequest): Promise<InvocationReport | undefined> {
    try {
      return await options.run(request);
    } catch (error) {
      if (error instanceof FcError && error.status === 429) return undefined;
      throw error;
    }
  }

  async function attempts(requestId: string, event: Buffer, delayMs: number): Promise<void> {
    const acceptedAt = options.now();
    const age = () => options.now() - acceptedAt;
    if (delayMs > 0) await options.sleep(delayMs, signal);
    let last: InvocationReport | undefined;
    let count = 0;
    let refusals = 0;
    const destinationBody = (condition: string): DestinationBody => ({
      timestamp: new Date(options.now()).toISOString(),
      requestContext: { requestId, functionArn: options.functionArn, condition, approximateInvokeCount: count },
      requestPayload: event.toString(),
      responseContext: { statusCode: 200, functionError: last?.errorType ?? '' },
      responsePayload: last?.result.toString() ?? '',
    });
    let condition = 'InvocationError';
    while (count <= options.maxAsyncRetryAttempts) {
      if (age() > options.maxAsyncEventAgeInSeconds * 1000) {
        condition = 'EventExpired';
        break;
      }
      const report = await attempt({ requestId, invocationType: 'Async', event, retryCount: count });
      if (report === undefined) {
        if (age() > throttledMs) {
          condition = 'FunctionResourceExhausted';
          break;
        }
        refusals++;
        await options.sleep(options.retryDelay(refusals), signal);
        continue;
      }
      last = report;
      count++;
      if (last.errorType === undefined) {
        await options.onSuccess(destinationBody(''));
        return;
      }
      if (count <= options.maxAsyncRetryAttempts) await options.sleep(options.retryDelay(count), signal);
    }
    await options.onFailure(destinationBody(condition));
  }

  return {
    async deliver(requestId, event, delayMs) {
      try {
        await attempts(requestId, event, delayMs);
      } catch (error) {
        // After close an attempt cannot be finished, and nobody waits for it. Before, it is an error of a hook.
        if (!signal.aborted) process.emitWarning(error instanceof Error ? error : String(error));
      }
    },
    close: () => closing.abort(),
  };
}
