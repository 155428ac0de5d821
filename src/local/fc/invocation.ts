// One invocation on one instance, from thaw to freeze: initializer first if the instance is new, then the handler;
// the runtime's log lines, the log tail, and what FC answers for each way in which it can end.

import type { FunctionConfig } from './function.js';
import type { CommandResult, Instance } from './instance.js';
import { createLogTail, watchLeaks } from './log.js';
import type { OutputStream } from './output.js';
import type { Clock } from './runtime/clock.js';
import type { Credentials, FunctionFields } from './runtime/context.js';
import type { FunctionError } from './runtime/user-function.js';

/** FC's `x-fc-error-type`. */
export type ErrorType = 'UnhandledInvocationError' | 'HandledInvocationError' | 'InitializationError';

export interface InvocationRequest {
  requestId: string;
  invocationType: 'Sync' | 'Async';
  event: Buffer;
  /** 0 on the first attempt; repeated asynchronous attempts keep the request id. */
  retryCount: number;
}

/** All that is known of an invocation once it has ended. */
export interface InvocationReport extends InvocationRequest {
  functionName: string;
  instanceId: string;
  /** The answer's body: the handler's result, or the error as JSON. */
  result: Buffer;
  /** Undefined: the function succeeded. */
  errorType: ErrorType | undefined;
  /** True when this invocation started the instance. */
  coldStart: boolean;
  /** From the start of the process to the end of the initializer; 0 unless `coldStart`. */
  coldStartMs: number;
  /** The handler's time; the initializer's, if that failed. */
  durationMs: number;
  billedDurationMs: number;
  maxMemoryMB: number;
  /** The last 4 KB of the invocation's log. */
  logTail: Buffer;
}

/** Where a log line comes from: a stream of the function, or the runtime around it. */
export interface LogSource {
  functionName: string;
  requestId: string;
  instanceId: string;
  stream: OutputStream | 'runtime';
}

/** An instance in the pool, with the state that one invocation leaves to the next. */
export interface Slot {
  instance: Instance;
  /** The function as it was when the instance was started. */
  fn: FunctionConfig;
  startedAt: number;
  initialized: boolean;
  frozen: boolean;
  /** The request whose lines the instance is writing. */
  requestId: string;
  /** Called with the lines of the running invocation. */
  onLine: ((line: string) => void) | undefined;
}

export interface InvocationOptions {
  fields: FunctionFields;
  credentials: Credentials | undefined;
  clock: Clock | undefined;
  onLog: (line: string, source: LogSource) => void;
  signal: AbortSignal | undefined;
}

/** What FC reports when there is no answer of the function. */
function lostError(end: CommandResult, timeoutSeconds: number): FunctionError {
  const memory = `maxMemoryUsage: ${end.maxMemoryMB.toFixed(2)}MB`;
  const errorMessage =
    end.kind === 'timeout'
      ? `Function timed out after ${timeoutSeconds} seconds (${memory})`
      : `Process exited unexpectedly before completing request (duration: ${Math.ceil(end.durationMs)}ms, ${memory})`;
  return { errorMessage };
}

/** Runs one request on an instance that nothing else uses. Resolves to undefined when `signal` aborted it. */
export async function runInvocation(
  slot: Slot,
  request: InvocationRequest,
  options: InvocationOptions,
): Promise<InvocationReport | undefined> {
  const { fields, credentials, clock, signal } = options;
  const { fn, instance } = slot;
  const { functionName } = fn;
  const { instanceId } = instance;
  const { requestId } = request;
  const tail = createLogTail();
  const runtimeLine = (line: string) => {
    tail.add(line);
    options.onLog(line, { functionName, requestId, instanceId, stream: 'runtime' });
  };
  slot.requestId = requestId;
  const leaks = watchLeaks(credentials);
  slot.onLine = (line) => {
    tail.add(line);
    leaks.check(line);
  };
  if (slot.frozen) instance.thaw();
  slot.frozen = false;

  const fieldsOfRequest = { requestId, credentials, retryCount: request.retryCount, clock };
  const coldStart = !slot.initialized;
  const phase = async (
    name: 'Initialize' | 'Invoke',
    command: Parameters<Instance['run']>[0],
    seconds: number,
    errorType: ErrorType,
  ) => {
    const logged = name === 'Invoke' || fn.initializer !== undefined;
    if (logged) runtimeLine(`FC ${name} Start RequestId: ${requestId}`);
    const end = await instance.run(command, seconds * 1000, signal);
    const failed = end.kind !== 'answer' || !end.result.ok;
    if (logged) {
      const reason = name === 'Invoke' ? 'Unhandled function error' : 'Function initialization error';
      runtimeLine(`FC ${name} End RequestId: ${requestId}${failed ? `, Error: ${reason}` : ''}`);
    }
    const { durationMs, maxMemoryMB } = end;
    if (end.kind === 'aborted') return undefined;
    if (end.kind !== 'answer') {
      return { durationMs, maxMemoryMB, errorType, result: Buffer.from(JSON.stringify(lostError(end, seconds))) };
    }
    if (end.result.ok) return { durationMs, maxMemoryMB, errorType: undefined, result: Buffer.from(end.result.body) };
    const handled = end.result.handled && name === 'Invoke';
    return {
      durationMs,
      maxMemoryMB,
      errorType: handled ? ('HandledInvocationError' as const) : errorType,
      result: Buffer.from(JSON.stringify(end.result.error)),
    };
  };

  let coldStartMs = 0;
  let ended: Awaited<ReturnType<typeof phase>>;
  try {
    if (coldStart) {
      // Without an initializer this only loads the module, which FC counts as part of the invocation when it fails.
      ended = await phase(
        'Initialize',
        { type: 'initialize', request: fieldsOfRequest, fn: fields, codeDir: fn.codeDir, initializer: fn.initializer },
        fn.initializer === undefined ? fn.timeout : fn.initializerTimeout,
        fn.initializer === undefined ? 'UnhandledInvocationError' : 'InitializationError',
      );
      coldStartMs = performance.now() - slot.startedAt;
      slot.initialized = ended !== undefined && ended.errorType === undefined;
      if (!slot.initialized) instance.kill();
    }
    if (slot.initialized) {
      ended = await phase(
        'Invoke',
        { type: 'invoke', request: fieldsOfRequest, event: request.event },
        fn.timeout,
        'UnhandledInvocationError',
      );
    }
  } finally {
    slot.onLine = undefined;
  }
  if (ended === undefined) return undefined;

  leaks.check(ended.result.toString());
  const leaked = leaks.error();
  if (leaked !== undefined) {
    ended = { ...ended, errorType: 'UnhandledInvocationError', result: Buffer.from(JSON.stringify(leaked)) };
  }

  const { durationMs, maxMemoryMB } = ended;
  const billedDurationMs = Math.ceil(durationMs);
  runtimeLine('');
  runtimeLine(
    `Duration: ${durationMs.toFixed(2)} ms, Billed Duration: ${billedDurationMs} ms, Memory Size: ${fn.memorySize} MB, Max Memory Used: ${maxMemoryMB.toFixed(2)} MB`,
  );
  if (fn.freeze && instance.usable()) {
    instance.freeze();
    slot.frozen = true;
  }
  return {
    ...request,
    functionName,
    instanceId,
    result: ended.result,
    errorType: ended.errorType,
    coldStart,
    coldStartMs: coldStart ? coldStartMs : 0,
    durationMs,
    billedDurationMs,
    maxMemoryMB,
    logTail: tail.bytes(),
  };
}
