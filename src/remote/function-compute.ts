// Function Compute 3.0 as the commands need it: read a function and its triggers, stop and resume it, invoke it.
// https://www.alibabacloud.com/help/en/functioncompute/developer-reference/api-fc-2023-03-30-overview
import * as v from 'valibot';
import type { WireAnswer } from '../oss/connection.js';
import { encodeStrictly } from '../oss/endpoint.js';
import { FunctionComputeError } from './error.js';
import {
  type Call,
  createTransport,
  headerOf,
  jsonOf,
  requestIdOf,
  type TransportOptions,
  unexpected,
} from './transport.js';

/** What is not set is absent, or null. */
const optionalText = v.nullish(v.string(), '');

const logConfig = v.object({
  project: optionalText,
  logstore: optionalText,
  /** `None`, or `DefaultRegex`: an entry ends where the next line begins with a date. */
  logBeginRule: optionalText,
});

const remoteFunction = v.object({
  functionName: v.string(),
  runtime: optionalText,
  handler: optionalText,
  /** A full ARN; empty: the function has no role, and so no credentials. */
  role: optionalText,
  /** Seconds. */
  timeout: v.nullish(v.number()),
  /** MB. */
  memorySize: v.nullish(v.number()),
  cpu: v.nullish(v.number()),
  environmentVariables: v.nullish(v.record(v.string(), v.string()), {}),
  instanceLifecycleConfig: v.nullish(
    v.object({ initializer: v.nullish(v.object({ handler: optionalText, timeout: v.nullish(v.number()) })) }),
  ),
  logConfig: v.nullish(logConfig, {}),
  /** `Active`, `Pending`, `Inactive`, `Failed`. */
  state: optionalText,
  stateReason: optionalText,
  /** `Successful`, `InProgress`, `Failed`. */
  lastUpdateStatus: optionalText,
  lastUpdateStatusReason: optionalText,
});

const remoteTrigger = v.object({
  triggerName: v.string(),
  /** `oss`, `timer`, … */
  triggerType: v.string(),
  description: optionalText,
  qualifier: optionalText,
  sourceArn: optionalText,
  invocationRole: optionalText,
  /** JSON in a string on the wire. */
  triggerConfig: v.optional(v.unknown()),
});

const triggerPage = v.object({
  triggers: v.nullish(v.array(remoteTrigger), []),
  nextToken: optionalText,
});
const concurrency = v.object({ reservedConcurrency: v.nullish(v.number()) });

const destination = v.nullish(v.object({ destination: optionalText }));
/** https://www.alibabacloud.com/help/en/functioncompute/api-fc-2023-03-30-struct-asyncconfig */
const asyncConfig = v.object({
  maxAsyncRetryAttempts: v.nullish(v.number()),
  maxAsyncEventAgeInSeconds: v.nullish(v.number()),
  destinationConfig: v.nullish(v.object({ onSuccess: destination, onFailure: destination })),
});

export type RemoteFunction = Readonly<v.InferOutput<typeof remoteFunction>>;
export type RemoteTrigger = Readonly<v.InferOutput<typeof remoteTrigger>>;

/** What FC does with an asynchronous call that fails. */
export interface RemoteAsyncConfig {
  readonly maxAsyncRetryAttempts: number | undefined;
  readonly maxAsyncEventAgeInSeconds: number | undefined;
  /** ARNs; undefined: nowhere. */
  readonly onSuccess: string | undefined;
  readonly onFailure: string | undefined;
}

/** How an invocation ended. A function that threw has `errorType`, and the HTTP status 200. */
export interface RemoteInvocation {
  /** 200; 202 when it was asynchronous. */
  readonly status: number;
  readonly requestId: string | undefined;
  /** `x-fc-error-type`: HandledInvocationError, UnhandledInvocationError, InitializationError, … */
  readonly errorType: string | undefined;
  /** What the handler returned, or the error as JSON; empty when it was asynchronous. */
  readonly result: Buffer;
  /** The last 4 KB of the invocation's log, when they were requested. */
  readonly log: string | undefined;
}

export interface InvokeOptions {
  /** FC queues the event and answers 202 at once. */
  readonly async?: boolean | undefined;
  /** Request the end of the log; not with `async`. */
  readonly log?: boolean | undefined;
  /** A version or alias; default LATEST. */
  readonly qualifier?: string | undefined;
  /** ms; default 5.5 minutes, or 30 s with `async`. */
  readonly timeout?: number | undefined;
}

/** All throw FunctionComputeError. */
export interface FunctionCompute {
  /** Undefined: there is none. */
  getFunction(name: string): Promise<RemoteFunction | undefined>;
  listTriggers(name: string): Promise<RemoteTrigger[]>;
  /** Succeeds also when there is no such trigger. */
  deleteTrigger(name: string, triggerName: string): Promise<void>;
  /** The most instances at one time; 0: the function is stopped; undefined: none is set. */
  getReservedConcurrency(name: string): Promise<number | undefined>;
  putReservedConcurrency(name: string, value: number): Promise<void>;
  /** Succeeds also when none was set. */
  deleteReservedConcurrency(name: string): Promise<void>;
  /** Undefined: none is set, and FC's defaults hold: 3 retries, a day, no destination. */
  getAsyncConfig(name: string): Promise<RemoteAsyncConfig | undefined>;
  /** An answer without FC's request id, or with another status than the call asks for, is an `UnexpectedAnswer`. */
  invoke(name: string, event: Buffer, options: InvokeOptions): Promise<RemoteInvocation>;
}

export interface FunctionComputeOptions extends TransportOptions {
  /** ms a call of the control plane may take; default 15,000. */
  readonly timeout?: number | undefined;
}

const pages = 100;

/** @throws FunctionComputeError for a temporary access key without its token */
export function createFunctionCompute(options: FunctionComputeOptions): FunctionCompute {
  const { timeout = 15_000 } = options;
  const send = createTransport(options);
  const control = async (action: string, method: Call['method'], path: string, more: Partial<Call> = {}) => {
    const answer = await send({ action, method, path, timeout, ...more });
    // Some answers are not read further, and a captive portal answers 200 with a page of its own.
    if (answer.body.length > 0 && jsonOf(answer) === undefined) throw unexpected(answer, 'an answer that is no JSON');
    return answer;
  };
  const concurrencyPath = (name: string) => `${functionPath(name)}/concurrency`;

  return {
    async getFunction(name) {
      const answer = await unless(hasCode('FunctionNotFound'), control('GetFunction', 'GET', functionPath(name)));
      return answer && read(answer, remoteFunction, 'a function');
    },
    async listTriggers(name) {
      const triggers: RemoteTrigger[] = [];
      let query: Record<string, string> = { limit: '100' };
      for (let page = 0; page < pages; page++) {
        const answer = await control('ListTriggers', 'GET', `${functionPath(name)}/triggers`, { query });
        const found = read(answer, triggerPage, 'triggers');
        triggers.push(...found.triggers.map(triggerOf));
        if (!found.nextToken) break;
        query = { limit: '100', nextToken: found.nextToken };
      }
      return triggers;
    },
    async deleteTrigger(name, triggerName) {
      const path = `${functionPath(name)}/triggers/${encodeStrictly(triggerName)}`;
      await unless(hasCode('TriggerNotFound'), control('DeleteTrigger', 'DELETE', path));
    },
    async getReservedConcurrency(name) {
      const answer = await unless(isUnset, control('GetConcurrencyConfig', 'GET', concurrencyPath(name)));
      return answer && (read(answer, concurrency, 'a concurrency').reservedConcurrency ?? undefined);
    },
    async putReservedConcurrency(name, value) {
      await control('PutConcurrencyConfig', 'PUT', concurrencyPath(name), { body: { reservedConcurrency: value } });
    },
    async deleteReservedConcurrency(name) {
      await unless(isUnset, control('DeleteConcurrencyConfig', 'DELETE', concurrencyPath(name)));
    },
    async getAsyncConfig(name) {
      const path = `${functionPath(name)}/async-invoke-config`;
      const answer = await unless(hasCode('AsyncConfigNotExists'), control('GetAsyncInvokeConfig', 'GET', path));
      if (answer === undefined) return undefined;
      const config = read(answer, asyncConfig, 'an asynchronous invocation configuration');
      const { onSuccess, onFailure } = config.destinationConfig ?? {};
      return {
        maxAsyncRetryAttempts: config.maxAsyncRetryAttempts ?? undefined,
        maxAsyncEventAgeInSeconds: config.maxAsyncEventAgeInSeconds ?? undefined,
        onSuccess: onSuccess?.destination || undefined,
        onFailure: onFailure?.destination || undefined,
      };
    },
    async invoke(name, event, { async = false, log = false, qualifier, timeout: limit }) {
      const answer = await send({
        action: 'InvokeFunction',
        method: 'POST',
        path: `${functionPath(name)}/invocations`,
        query: qualifier === undefined ? {} : { qualifier },
        headers: {
          'x-fc-invocation-type': async ? 'Async' : 'Sync',
          'x-fc-log-type': log && !async ? 'Tail' : 'None',
        },
        body: event,
        timeout: limit ?? (async ? 30_000 : 330_000),
      });
      const expected = async ? 202 : 200;
      if (requestIdOf(answer) === undefined || answer.status !== expected) {
        const what = `an answer that is not from Function Compute: expected HTTP ${expected} with x-fc-request-id`;
        throw unexpected(answer, what);
      }
      const tail = headerOf(answer, 'x-fc-log-result');
      return {
        status: answer.status,
        requestId: requestIdOf(answer),
        errorType: headerOf(answer, 'x-fc-error-type'),
        result: answer.body,
        log: tail === undefined ? undefined : Buffer.from(tail, 'base64').toString('utf8'),
      };
    },
  };
}

function functionPath(name: string): string {
  return `/functions/${encodeStrictly(name)}`;
}

function read<S extends v.GenericSchema>(answer: WireAnswer, schema: S, what: string): v.InferOutput<S> {
  const result = v.safeParse(schema, jsonOf(answer));
  if (!result.success) throw unexpected(answer, `an answer that does not describe ${what}`);
  return result.output;
}

function triggerOf(trigger: RemoteTrigger): RemoteTrigger {
  const { triggerConfig } = trigger;
  if (typeof triggerConfig !== 'string') return trigger;
  try {
    return { ...trigger, triggerConfig: JSON.parse(triggerConfig) as unknown };
  } catch {
    return trigger;
  }
}

/** The answer; undefined where FC answers that there is no such thing. */
async function unless(
  isAbsence: (error: FunctionComputeError) => boolean,
  call: Promise<WireAnswer>,
): Promise<WireAnswer | undefined> {
  try {
    return await call;
  } catch (error) {
    if (error instanceof FunctionComputeError && isAbsence(error)) return undefined;
    throw error;
  }
}

function hasCode(expected: string) {
  return ({ code }: FunctionComputeError): boolean => code === expected;
}

/**
 * FC does not document the code of the error for a function without a concurrency of its own; it does for a function
 * that does not exist. A 404 of a proxy in between says nothing about either.
 */
function isUnset({ status, code }: FunctionComputeError): boolean {
  return status === 404 && code !== 'FunctionNotFound' && code !== 'UnexpectedAnswer';
}
