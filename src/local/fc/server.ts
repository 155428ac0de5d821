// The embedded Function Compute 3.0: runs the built function as FC's nodejs20 runtime would.
//
// Imitated, from the public documentation (help.aliyun.com/zh/functioncompute/fc,
// alibabacloud.com/help/en/functioncompute), the behaviour of `@alicloud/fc2` 2.6.6 and what Serverless Devs' local
// runtime answers; state of November 2026:
// - an instance is a process of its own: plain Node.js, FC's environment and nothing else, code directory as working
//   directory, heap limited by the function's memory, one event at a time, reused most recently used first, reclaimed
//   when idle;
// - initializer, `handler(event: Buffer, context, callback)`, first result wins, FC's result and error bodies and error
//   types, time limits, exits, uncaught exceptions, console.* rewriting, FC's start and end lines, the 4 KB log tail;
// - asynchronous invocation: 202, retries with one request id and a rising `retryCount`, age limit, destinations;
// - native OSS triggers with OSS's rules on overlap, timer triggers;
// - InvokeFunction over HTTP with the FC signature verified, `x-fc-*` headers, size limits, errors as `{RequestId,
//   Code, Message}`;
// - of the control plane GetFunction, ListTriggers, DeleteTrigger, GetAsyncInvokeConfig, Get-, Put- and
//   DeleteConcurrencyConfig: reserved concurrency 0 stops the function, and what arrives meanwhile is tried again with
//   back-off for five hours.
//
// Gaps: preinstalled modules and layers, PreStop, versions and aliases (only LATEST), asynchronous tasks, that a nonce
// of ACS3 comes only once, every other API operation (501 by name), CPU quota, memory beyond the JavaScript heap,
// `x-fc-code-checksum`, `x-fc-account-id` is not compared, cron expressions other than every N minutes, instance life
// span. Node.js is the one that runs this process, not FC's.
//
// Deliberate differences:
// - A synchronous call waits a while for an instance (`syncWaitMs`) before 429 ResourceExhausted: here there are two,
//   on FC 300. Asynchronous calls wait without limit for an instance; only the reserved concurrency throttles them.
// - An exception that nobody caught ends the instance once the invocation has failed; what nodejs20 does then is not
//   published.
// - A module that fails to load is an InitializationError when there is an initializer, else an
//   UnhandledInvocationError; either way the instance is discarded, so that a rebuilt bundle gets a new chance.
// - FC does not publish the delays between retries (`retryDelay`), nor the `condition` for an event past its age
//   (`EventExpired` here) or for a success (empty here).
// - An invocation with its role's secret or token in its log or its answer fails with `CredentialsLeaked`.
// - FC freezes an instance between invocations; here only with `freeze`.

import { mkdtempSync, rmSync } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { FcAccessKey } from './authorize.js';
import { createConcurrency } from './concurrency.js';
import { controlOperation } from './control.js';
import { createDelivery, type DestinationBody } from './delivery.js';
import { functionNotFound } from './error.js';
import { type FunctionConfig, type FunctionOptions, functionConfig } from './function.js';
import { createHttpHandler } from './http.js';
import { newRequestId } from './identifier.js';
import { compileBootstrap } from './instance.js';
import type { InvocationReport, LogSource } from './invocation.js';
import { createPool, type InstanceInfo } from './pool.js';
import { startReaper } from './reaper.js';
import type { Clock } from './runtime/clock.js';
import type { Credentials } from './runtime/context.js';
import {
  checkOssTriggers,
  covers,
  ossEventPayload,
  parseTimer,
  type RawRecord,
  type TimerTrigger,
  timerPayload,
} from './triggers.js';

export interface LocalFcOptions {
  functions: readonly FunctionOptions[];
  /** Default `cn-hangzhou`. */
  region?: string | undefined;
  /** Default `1234567890123456`. */
  accountId?: string | undefined;
  /** The keys that may call the HTTP API; default none. */
  accessKey?: ((accessKeyId: string) => FcAccessKey | undefined) | undefined;
  /**
   * Called when an instance starts (for its environment) and at each invocation (for its context). Default: no function
   * role.
   */
  issueCredentials?: ((functionName: string, instanceId: string) => Credentials | undefined) | undefined;
  /** How long a synchronous call waits for an instance; milliseconds, default 10,000. */
  syncWaitMs?: number | undefined;
  /**
   * Milliseconds before the next attempt of an asynchronous call; `failures` counts from 1, separately for failed
   * attempts and for refusals by the reserved concurrency. Default 0.5 s, doubled each time.
   */
  retryDelay?: ((failures: number) => number) | undefined;
  /**
   * When OSS delivers a record that some trigger covers: for each delivery a delay in milliseconds, or what it waits
   * for, which must not reject. Default `[0]`: once, at once.
   */
  ossDelivery?: ((record: RawRecord) => readonly (number | Promise<void>)[]) | undefined;
  /** Whether timers fire by themselves; default true. `tick` fires them in any case. */
  runTimers?: boolean | undefined;
  now?: (() => number) | undefined;
  /** The clock that the function sees, read as each invocation begins; default the machine's. */
  clock?: (() => Clock) | undefined;
  sleep?: ((ms: number, signal: AbortSignal) => Promise<void>) | undefined;
  onLog?: ((line: string, source: LogSource) => void) | undefined;
  onInvocation?: ((report: InvocationReport) => void) | undefined;
  onSuccess?: ((body: DestinationBody, functionName: string) => unknown) | undefined;
  onFailure?: ((body: DestinationBody, functionName: string) => unknown) | undefined;
}

/** What of a function can be replaced while it runs. */
export type FunctionChange = Pick<FunctionOptions, 'environmentVariables' | 'ossTriggers'> &
  Partial<Pick<FunctionOptions, 'codeDir'>>;

export interface LocalFc {
  /** Answers requests of FC's API and returns true; false, untouched, for all others. */
  handle(req: IncomingMessage, res: ServerResponse): boolean;
  /**
   * Invokes synchronously. A function error is in the report; FcError: no such function, throttled, aborted. `signal`
   * aborts the invocation, and its instance is ended.
   */
  invoke(
    functionName: string,
    event: Uint8Array | string | object,
    options?: { requestId?: string; signal?: AbortSignal },
  ): Promise<InvocationReport>;
  /** Invokes asynchronously; returns the request id. FcError: no such function. */
  deliver(
    functionName: string,
    event: Uint8Array | string | object,
    options?: { requestId?: string; delayMs?: number; after?: Promise<void> },
  ): string;
  /** Gives a record from OSS to every trigger that covers it; returns the request ids of the deliveries. */
  ossEvent(record: RawRecord): string[];
  /** Fires the timers now, or only the one named; returns the request ids. */
  tick(triggerName?: string): string[];
  /**
   * Gives a function other code, variables or OSS triggers, as UpdateFunction and UpdateTrigger do: in force when this
   * returns. What runs is not disturbed; what waits, or is tried again, runs on new instances. Resolves when the former
   * instances have ended.
   * @throws {RangeError} for settings that FC refuses; then nothing has changed
   */
  update(functionName: string, change: FunctionChange): Promise<void>;
  instances(): InstanceInfo[];
  /** Kills an instance, in the middle of an invocation too. False: no such instance. */
  kill(instanceId: string): boolean;
  /** Resolves when nothing is queued, running, or waiting to be retried. */
  idle(): Promise<void>;
  /** Ends all instances and removes temporary files; running and waiting invocations fail. */
  close(): Promise<void>;
}

function eventBytes(event: Uint8Array | string | object): Buffer {
  if (event instanceof Uint8Array) return Buffer.from(event.buffer, event.byteOffset, event.byteLength);
  return Buffer.from(typeof event === 'string' ? event : JSON.stringify(event));
}

/**
 * Starts the embedded Function Compute. No instance runs until it is needed. Throws RangeError for settings that FC
 * refuses.
 */
export function createLocalFc(options: LocalFcOptions): LocalFc {
  const { region = 'cn-hangzhou', accountId = '1234567890123456', now = Date.now } = options;
  const configs = options.functions.map((given) => ({ given, fn: functionConfig(given) }));
  if (new Set(configs.map(({ fn }) => fn.functionName)).size < configs.length) {
    throw new RangeError('functions: two have the same functionName');
  }
  checkOssTriggers(configs.flatMap(({ fn }) => fn.ossTriggers));

  const directory = mkdtempSync(join(tmpdir(), 'autostyle-fc-'));
  const bootstrap = join(directory, 'bootstrap.cjs');
  compileBootstrap(bootstrap);
  const reaper = startReaper(directory);

  const running = new Set<Promise<unknown>>();
  const track = <T>(work: Promise<T>): Promise<T> => {
    const tracked = work.finally(() => running.delete(tracked));
    running.add(tracked);
    return tracked;
  };

  const deploy = ({ given, fn }: { given: FunctionOptions; fn: FunctionConfig }) => {
    const pool = createPool({
      fn,
      region,
      accountId,
      bootstrap,
      reaper,
      now,
      clock: options.clock,
      issueCredentials: options.issueCredentials ?? (() => undefined),
      onLog: options.onLog ?? (() => {}),
      onInvocation: options.onInvocation ?? (() => {}),
    });
    const concurrency = createConcurrency(fn.functionName, fn.instances, fn.reservedConcurrency);
    const delivery = createDelivery({
      functionArn: `acs:fc:${region}:${accountId}:functions/${fn.functionName}`,
      maxAsyncRetryAttempts: fn.maxAsyncRetryAttempts,
      maxAsyncEventAgeInSeconds: fn.maxAsyncEventAgeInSeconds,
      retryDelay: options.retryDelay ?? ((failures) => 500 * 2 ** (failures - 1)),
      now,
      sleep: options.sleep ?? ((ms, signal) => delay(ms, undefined, { signal })),
      run: (request) => concurrency.run(() => pool.run(request, Number.POSITIVE_INFINITY)),
      onSuccess: (body) => options.onSuccess?.(body, fn.functionName),
      onFailure: (body) => options.onFailure?.(body, fn.functionName),
    });
    return { given, fn, pool, delivery, concurrency, triggers: { oss: fn.ossTriggers, timers: fn.timers } };
  };
  const functions = new Map(configs.map((one) => [one.fn.functionName, deploy(one)]));
  const all = [...functions.values()];
  const named = (functionName: string) => {
    const found = functions.get(functionName);
    if (found === undefined) throw functionNotFound(functionName);
    return found;
  };

  const deliver: LocalFc['deliver'] = (functionName, event, options = {}) => {
    const { requestId = newRequestId(now()), delayMs = 0, after } = options;
    const { delivery } = named(functionName);
    const begin = () => delivery.deliver(requestId, eventBytes(event), delayMs);
    void track(after === undefined ? begin() : after.then(begin));
    return requestId;
  };
  const invoke: LocalFc['invoke'] = async (functionName, event, { requestId = newRequestId(now()), signal } = {}) => {
    const { concurrency, pool } = named(functionName);
    const request = { requestId, invocationType: 'Sync', event: eventBytes(event), retryCount: 0 } as const;
    return track(concurrency.run(() => pool.run(request, options.syncWaitMs ?? 10_000, signal)));
  };
  const update: LocalFc['update'] = (functionName, change) => {
    const deployed = named(functionName);
    const given = { ...deployed.given, ...change };
    const fn = functionConfig(given);
    const others = all.filter((one) => one !== deployed).flatMap(({ triggers }) => triggers.oss);
    checkOssTriggers([...others, ...fn.ossTriggers]);
    Object.assign(deployed, { given, fn });
    if (change.ossTriggers !== undefined) deployed.triggers.oss = fn.ossTriggers;
    const { codeDir, environmentVariables } = fn;
    return track(deployed.pool.replace({ codeDir, environmentVariables }));
  };
  const timers = () =>
    all.flatMap(({ fn, triggers }) => triggers.timers.map((timer) => ({ functionName: fn.functionName, timer })));
  /** Fires timers that are still there: a timer can be deleted. */
  const fire = (chosen: (timer: TimerTrigger) => boolean) =>
    timers()
      .filter(({ timer }) => chosen(timer))
      .map(({ functionName, timer }) => deliver(functionName, timerPayload(timer, now())));
  const intervals = (options.runTimers === false ? [] : timers()).map(({ timer }) =>
    setInterval(() => fire((one) => one === timer), parseTimer(timer)).unref(),
  );

  return {
    handle: createHttpHandler({
      accessKey: options.accessKey ?? (() => undefined),
      now,
      newRequestId: () => newRequestId(now()),
      hasFunction: (functionName) => functions.has(functionName),
      control: (method, path) =>
        controlOperation(method, path, (functionName) => functions.get(functionName), { region, accountId }),
      invoke,
      deliver,
    }),
    invoke,
    deliver,
    ossEvent: (record) => {
      const covering = all.flatMap(({ fn, triggers }) =>
        triggers.oss.filter((trigger) => covers(trigger, record)).map((trigger) => ({ fn, trigger })),
      );
      if (covering.length === 0) return [];
      const times = (options.ossDelivery?.(record) ?? [0]).map((time) =>
        typeof time === 'number' ? { delayMs: time } : { after: time },
      );
      return covering.flatMap(({ fn, trigger }) =>
        times.map((time) => deliver(fn.functionName, ossEventPayload(trigger, record), time)),
      );
    },
    update,
    tick: (name) => fire(({ triggerName }) => name === undefined || name === triggerName),
    instances: () => all.flatMap(({ pool }) => pool.instances()),
    kill: (instanceId) => all.some(({ pool }) => pool.kill(instanceId)),
    async idle() {
      while (running.size > 0) await Promise.allSettled([...running]);
    },
    async close() {
      for (const interval of intervals) clearInterval(interval);
      for (const { delivery } of all) delivery.close();
      await Promise.all(all.map(({ pool }) => pool.close()));
      reaper.close();
      rmSync(directory, { recursive: true, force: true });
    },
  };
}
