// What a chaos run saw happen, with its times: what the checks go by, and the history that a violation is shown with.
import type { FaultReport } from '../../src/local/faults/faults.js';
import type { DestinationBody } from '../../src/local/fc/delivery.js';
import type { InvocationReport } from '../../src/local/fc/invocation.js';
import type { OssCall } from '../../src/local/oss/call.js';
import { parameter } from '../../src/local/oss/request/resolve.js';
import type { Version } from './script.js';

/** Something that was done to a source, and what is there since: `put`, or nothing. */
export interface Operation {
  readonly at: number;
  readonly key: string;
  readonly put?: Version;
  /** The version or delete marker that was deleted, and whether it was the newest; `put` was stored before. */
  readonly versionDeleted?: { readonly id: string; readonly newest: boolean };
  /** OSS's, which the event carries. */
  readonly requestId: string;
  /** The function is not told of it. */
  readonly unheard?: true | undefined;
}

export interface SeenCall {
  readonly at: number;
  readonly operation: string;
  readonly bucket: string;
  readonly key: string;
  /** Of a ProcessObject. */
  readonly target?: string;
  /** Of a GetObject that processes. */
  readonly style?: string;
}

export interface SeenFault extends SeenCall {
  /** Its text, such as `process:403:0.01`. */
  readonly fault: string;
}

export interface SeenInvocation {
  readonly at: number;
  readonly requestId: string;
  readonly retryCount: number;
  readonly event: string;
  readonly result: string;
  readonly errorType: string | undefined;
}

export interface Observed {
  readonly operations: Operation[];
  readonly calls: SeenCall[];
  readonly faults: SeenFault[];
  readonly invocations: SeenInvocation[];
  /** ProcessObject calls, and PUTs of what was relayed, that write long after they have read. */
  readonly drags: { readonly at: number; readonly key: string }[];
  /** GETs whose If-Match OSS refused. */
  readonly unmet: { readonly at: number; readonly key: string }[];
  readonly failures: (DestinationBody & { readonly at: number })[];
  /** The function's own. */
  readonly lines: string[];
}

export interface Observer extends Observed {
  readonly call: (call: OssCall) => void;
  readonly fault: (happened: FaultReport) => void;
  readonly invocation: (report: InvocationReport) => void;
  readonly failure: (body: DestinationBody) => void;
}

export function createObserver(now: () => number): Observer {
  const observed: Observed = {
    operations: [],
    calls: [],
    faults: [],
    drags: [],
    unmet: [],
    invocations: [],
    failures: [],
    lines: [],
  };
  return {
    ...observed,
    call(call) {
      const { operation, bucketName: bucket, key } = call;
      const style = parameter(call.query, 'x-oss-process');
      const seen = { at: now(), operation, bucket, key, ...(operation === 'GetObject' && style && { style }) };
      if (operation !== 'ProcessObject') {
        observed.calls.push(seen);
        return;
      }
      const read = call.body;
      call.body = async (limit) => {
        const body = await read(limit);
        observed.calls.push({ ...seen, ...targetIn(body.toString('latin1')) });
        return body;
      };
    },
    fault({ fault, what, bucket, key, body }) {
      const style = what === 'GetObject' && body !== undefined ? { style: body } : {};
      observed.faults.push({ at: now(), fault, operation: what, bucket, key, ...targetIn(body), ...style });
    },
    invocation({ requestId, retryCount, event, result, errorType }) {
      const texts = { event: event.toString(), result: result.toString() };
      observed.invocations.push({ at: now(), requestId, retryCount, ...texts, errorType });
    },
    failure: (body) => observed.failures.push({ ...body, at: now() }),
  };
}

function targetIn(body: string | undefined): { target?: string } {
  const [, encoded] = /,o_([\w-]+)/.exec(body ?? '') ?? [];
  return encoded === undefined ? {} : { target: Buffer.from(encoded, 'base64url').toString() };
}

/** All that concerns a source or one of its derivatives, in the order of time, a line each. */
export function historyOf(key: string, observed: Observed): string[] {
  const entries: { at: number; text: string }[] = [];
  const concerns = (text: string | undefined) => text?.includes(key) ?? false;
  for (const operation of observed.operations) {
    if (operation.key === key) entries.push({ at: operation.at, text: `${named(operation)} (${operation.requestId})` });
  }
  const nameOf = ({ operation, bucket, key: of, target, style }: SeenCall) =>
    `${operation} ${bucket}/${of}${target ? ` → ${target}` : ''}${style ? ` by ${style}` : ''}`;
  for (const call of observed.calls) {
    if (concerns(call.key)) entries.push({ at: call.at, text: `  ${nameOf(call)}` });
  }
  for (const fault of observed.faults) {
    if (concerns(fault.key)) entries.push({ at: fault.at, text: `  fault ${fault.fault} struck ${nameOf(fault)}` });
  }
  for (const { at, key: of } of observed.drags) {
    if (concerns(of)) entries.push({ at, text: `  what is to be stored has been read, and will be later: ${of}` });
  }
  for (const { at, key: of } of observed.unmet) {
    if (of === key) entries.push({ at, text: '  a GET was refused by If-Match' });
  }
  for (const { at, requestId, retryCount, event, result, errorType } of observed.invocations) {
    if (!concerns(event) && !concerns(result)) continue;
    const ended = `${errorType ?? 'ended'}: ${result.slice(0, 1_500)}`;
    entries.push({ at, text: `invocation ${requestId}, attempt ${retryCount + 1}, ${event.slice(0, 900)} ${ended}` });
  }
  for (const { at, requestPayload, requestContext } of observed.failures) {
    if (concerns(requestPayload)) entries.push({ at, text: `onFailure ${requestContext.requestId}` });
  }
  return entries
    .sort((one, other) => one.at - other.at)
    .map(({ at, text }) => `${new Date(at).toISOString().slice(11, 23)} ${text}`);
}

function named({ put, versionDeleted, unheard }: Operation): string {
  if (unheard) return `PUT ${put?.name}, of which the function is not told`;
  if (versionDeleted !== undefined)
    return `DELETE version ${versionDeleted.id}, which leaves ${put?.name ?? 'nothing'}`;
  return put === undefined ? 'DELETE' : `PUT ${put.name}`;
}

/** The keys that an event names. */
export function keysIn(event: string): string[] {
  return [...event.matchAll(/"key":("(?:[^"\\]|\\.)*")/g)].map(([, text = '""']) => JSON.parse(text) as string);
}
