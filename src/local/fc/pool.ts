// The instances of one function: the most recently used is reused first, more are started on demand up to a limit, and
// idle ones are ended. Each runs one event at a time; requests that find none free wait in the order of their arrival.
// When the function is given other code, what runs ends on the code that it began with, and the rest runs on the new.

import { instanceEnvironment } from './environment.js';
import { FcError } from './error.js';
import type { FunctionConfig } from './function.js';
import { newInstanceId } from './identifier.js';
import { startInstance } from './instance.js';
import {
  type InvocationReport,
  type InvocationRequest,
  type LogSource,
  runInvocation,
  type Slot,
} from './invocation.js';
import { clientClosedRequest, createQueue } from './queue.js';
import type { Reaper } from './reaper.js';
import type { Clock } from './runtime/clock.js';
import type { Credentials } from './runtime/context.js';

export interface PoolOptions {
  fn: FunctionConfig;
  region: string;
  accountId: string;
  bootstrap: string;
  reaper: Reaper;
  now: () => number;
  clock: (() => Clock) | undefined;
  issueCredentials: (functionName: string, instanceId: string) => Credentials | undefined;
  onLog: (line: string, source: LogSource) => void;
  onInvocation: (report: InvocationReport) => void;
}

/** What an instance runs. */
export type FunctionCode = Pick<FunctionConfig, 'codeDir' | 'environmentVariables'>;

/** An instance as seen from outside. */
export interface InstanceInfo {
  functionName: string;
  instanceId: string;
  pid: number | undefined;
  state: 'idle' | 'frozen' | 'busy';
  /** The request it runs, or ran last. */
  requestId: string;
}

export interface Pool {
  /** Runs one request. Waits at most `waitMs` for an instance; then FcError 429. FcError 499 when `signal` fires. */
  run(request: InvocationRequest, waitMs: number, signal?: AbortSignal): Promise<InvocationReport>;
  instances(): InstanceInfo[];
  /** Kills an instance as it stands, in the middle of an invocation too. False: no such instance. */
  kill(instanceId: string): boolean;
  /**
   * Starts instances with this code and these variables from now on. Those that are there run no further event;
   * resolves when they have ended.
   */
  replace(code: FunctionCode): Promise<void>;
  /** Ends all instances; requests that wait are refused. */
  close(): Promise<void>;
}

const closing = () => new FcError(503, 'ServiceUnavailable', 'The embedded Function Compute is closing.');

export function createPool(options: PoolOptions): Pool {
  let { fn } = options;
  const slots = new Set<Slot>();
  /** Those that run nothing, the most recently used last, with the timers that will end them. */
  const idle = new Map<Slot, NodeJS.Timeout>();
  const queue = createQueue<Slot>(fn.functionName);
  let closed = false;
  const fields = {
    name: fn.functionName,
    handler: fn.handler,
    memory: fn.memorySize,
    timeout: fn.timeout,
    region: options.region,
    accountId: options.accountId,
    logProject: fn.logProject,
    logStore: fn.logStore,
    qualifier: 'LATEST',
    versionId: 'LATEST',
  };

  function start(): Slot {
    const instanceId = newInstanceId(options.now());
    const instance = startInstance({
      instanceId,
      bootstrap: options.bootstrap,
      codeDir: fn.codeDir,
      env: instanceEnvironment(fields, { ...fn, instanceId }, options.issueCredentials(fn.functionName, instanceId)),
      memorySize: fn.memorySize,
      nodePath: fn.nodePath,
      reaper: options.reaper,
      onLine: (line, stream) => {
        slot.onLine?.(line);
        options.onLog(line, { functionName: fn.functionName, requestId: slot.requestId, instanceId, stream });
      },
    });
    const slot: Slot = {
      instance,
      fn,
      startedAt: performance.now(),
      initialized: false,
      frozen: false,
      requestId: '-',
      onLine: undefined,
    };
    slots.add(slot);
    void instance.ended.then(() => {
      slots.delete(slot);
      withdraw(slot);
      if (!closed && slots.size < fn.instances) queue.give(start);
    });
    return slot;
  }

  function withdraw(slot: Slot): void {
    clearTimeout(idle.get(slot));
    idle.delete(slot);
  }

  function release(slot: Slot): void {
    // When one that died has ended completely, another is started for the first request that waits.
    if (!slot.instance.usable()) {
      slot.instance.kill();
      return;
    }
    if (slot.fn !== fn) {
      void slot.instance.stop();
      return;
    }
    if (queue.give(() => slot)) return;
    const timer = setTimeout(() => {
      withdraw(slot);
      void slot.instance.stop();
    }, fn.idleMs);
    idle.set(slot, timer.unref());
  }

  async function acquire(waitMs: number, signal: AbortSignal | undefined): Promise<Slot> {
    if (closed) throw closing();
    if (signal?.aborted) throw clientClosedRequest();
    const last = [...idle.keys()].findLast((slot) => slot.instance.usable());
    if (last !== undefined) {
      withdraw(last);
      return last;
    }
    return slots.size < fn.instances ? start() : queue.wait(waitMs, signal);
  }

  async function run(request: InvocationRequest, waitMs: number, signal?: AbortSignal): Promise<InvocationReport> {
    const slot = await acquire(waitMs, signal);
    let report: InvocationReport | undefined;
    try {
      report = await runInvocation(slot, request, {
        fields,
        credentials: options.issueCredentials(fn.functionName, slot.instance.instanceId),
        clock: options.clock?.(),
        onLog: options.onLog,
        signal,
      });
    } finally {
      release(slot);
    }
    if (report === undefined) throw clientClosedRequest();
    if (closed && report.errorType !== undefined) throw closing();
    options.onInvocation(report);
    return report;
  }

  return {
    run,
    instances: () =>
      [...slots].map((slot) => ({
        functionName: fn.functionName,
        instanceId: slot.instance.instanceId,
        pid: slot.instance.pid,
        state: slot.frozen ? 'frozen' : idle.has(slot) ? 'idle' : 'busy',
        requestId: slot.requestId,
      })),
    kill(instanceId) {
      const slot = [...slots].find((candidate) => candidate.instance.instanceId === instanceId);
      slot?.instance.kill();
      return slot !== undefined;
    },
    async replace(code) {
      fn = { ...fn, ...code };
      const former = [...slots];
      for (const slot of idle.keys()) {
        withdraw(slot);
        void slot.instance.stop();
      }
      await Promise.all(former.map(({ instance }) => instance.ended));
    },
    async close() {
      closed = true;
      for (const timer of idle.values()) clearTimeout(timer);
      queue.refuse(closing());
      await Promise.all([...slots].map((slot) => slot.instance.stop()));
    },
  };
}
