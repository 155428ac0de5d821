// What the embedded cloud reports of itself, as entries of the studio's activity.
import type { DestinationBody } from '../fc/delivery.js';
import type { InvocationReport, LogSource } from '../fc/invocation.js';
import type { EventRecord } from '../oss/object/event.js';
import type { Activity, ObjectEntry } from './activity.js';

export interface Watch {
  /** @param requests the invocations that were begun for it */
  object(record: EventRecord, requests: readonly string[], more?: Pick<ObjectEntry, 'again'>): void;
  log(line: string, source: LogSource): void;
  invocation(report: InvocationReport): void;
  givenUp(body: DestinationBody): void;
}

/** @param functionName the caller, as OSS's events name the function */
export function watchInto(activity: Activity, functionName: string): Watch {
  return {
    object({ eventName, oss: { bucket, object }, userIdentity }, requests, more = {}) {
      const { key, size, eTag } = object;
      activity.add({
        kind: 'object',
        event: eventName,
        bucket: bucket.name,
        key,
        size,
        etag: eTag,
        requests,
        byFunction: userIdentity.principalId === functionName ? true : undefined,
        ...more,
      });
    },
    log(line, { requestId, stream }) {
      activity.add({ kind: 'log', request: requestId, stream, line });
    },
    invocation({ requestId, retryCount, durationMs, coldStart, maxMemoryMB, errorType, result }) {
      activity.add({
        kind: 'invocation',
        request: requestId,
        attempt: retryCount + 1,
        ms: durationMs,
        coldStart,
        memoryMB: maxMemoryMB,
        error: errorType === undefined ? undefined : `${errorType}: ${result.subarray(0, 2_000).toString('utf8')}`,
      });
    },
    givenUp({ requestContext: { requestId, condition } }) {
      activity.add({ kind: 'given-up', request: requestId, condition });
    },
  };
}
