// One invocation on one instance, from thaw to freeze: initializer first if the instance is new, then the handler;
// the runtime's log lines, the log tail, and what FC answers for each way in which it can end.

import type { FunctionConfig } from './function.js';
import type { Instance, Reply } from './instance.js';
import { watchLeaks } from './leak.js';
import { createLogTail } from './log.js';
import type { OutputStream } from './output.js';
import type { Clock } from './runtime/clock.js';
import type { Credentials, FunctionFields } from './runtime/context.js';
import type { FunctionError } from './runtime/result.js';

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
  /** Absent: the function succeeded. */
  errorType?: ErrorType;
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

/** Who said a log line: a stream of the function, or the runtime around it. */
export interface LogSource {
  functionName: string;
  requestId: string;
  instanceId: string;
  stream: OutputStream | 'runtime';
}

/** An instance with what its invocations leave behind. */
export interface Slot {
  instance: Instance;
  startedAt: number;
  initialized: boolean;
  frozen: boolean;
  /** Whose lines the instance is writing. */
  requestId: string;
  /** Hears the lines of the invocation that is under way. */
  onLine: ((line: string) => void) | undefined;
}

export interface InvocationOptions {
  fn: FunctionConfig;
  fields: FunctionFields;
  credentials: Credentials | undefined;
  clock?: Clock | undefined;
  onLog: (line: string, source: LogSource) => void;
  signal: AbortSignal | undefined;
}

const megabytes = (value: number): string => value.toFixed(2);

/** What FC reports when there is no answer of the function. */
function lostError(kind: 'exit' | 'timeout', reply: Reply, timeoutSeconds: number): FunctionError {
  const memory = `maxMemoryUsage: ${megabytes(reply.maxMemoryMB)}MB`;
  return kind === 'timeout'
    ? { errorMessage: `Function timed out after ${timeoutSeconds} seconds (${memory})` }
    : {
        errorMessage: `Process exited unexpectedly before completing request (duration: ${Math.ceil(reply.durationMs)}ms, ${memory})`,
      };
}

/** Runs one request on an instance that nothing else uses. Resolves to undefined when `signal` gave it up. */
export async function runInvocation(
  slot: Slot,
  request: InvocationRequest,
  options: InvocationOptions,
): Promise<InvocationReport | undefined> {
  const { fn, fields, credentials, clock, signal } = options;
  const { instance } = slot;
  const tail = createLogTail();
  const runtimeLine = (line: string) => {
    tail.add(line);
    options.onLog(line, {
      functionName: fn.functionName,
      requestId: request.requestId,
      instanceId: instance.instanceId,
      stream: 'runtime',
    });
  };
  slot.requestId = request.requestId;
  const leaks = watchLeaks(credentials);
  slot.onLine = (line) => {
    tail.add(line);
    leaks.see(line);
  };
  if (slot.frozen) instance.thaw();
  slot.frozen = false;

  const fieldsOfRequest = { requestId: request.requestId, credentials, retryCount: request.retryCount, clock };
  const coldStart = !slot.initialized;
  const phase = async (
    name: 'Initialize' | 'Invoke',
    command: Parameters<Instance['run']>[0],
    seconds: number,
    errorType: ErrorType,
  ) => {
    const logged = name === 'Invoke' || fn.initializer !== undefined;
    if (logged) runtimeLine(`FC ${name} Start RequestId: ${request.requestId}`);
    const reply = await instance.run(command, seconds * 1000, signal);
    const failed = reply.kind !== 'answer' || !reply.outcome.ok;
    if (logged) {
      const reason = name === 'Invoke' ? 'Unhandled function error' : 'Function initialization error';
      runtimeLine(`FC ${name} End RequestId: ${request.requestId}${failed ? `, Error: ${reason}` : ''}`);
    }
    if (reply.kind === 'aborted') return undefined;
    if (reply.kind !== 'answer') {
      return { reply, errorType, result: Buffer.from(JSON.stringify(lostError(reply.kind, reply, seconds))) };
    }
    if (reply.outcome.ok) return { reply, result: Buffer.from(reply.outcome.body) };
    return {
      reply,
      errorType: reply.outcome.handled && name === 'Invoke' ? ('HandledInvocationError' as const) : errorType,
      result: Buffer.from(JSON.stringify(reply.outcome.error)),
    };
  };

  let coldStartMs = 0;
  let ended: Awaited<ReturnType<typeof phase>>;
  try {
    if (coldStart) {
      // Without an initializer this only loads the module, which FC counts as part of the invocation when it fails.
      const initialized = await phase(
        'Initialize',
        { type: 'initialize', request: fieldsOfRequest, fn: fields, codeDir: fn.codeDir, initializer: fn.initializer },
        fn.initializer === undefined ? fn.timeout : fn.initializerTimeout,
        fn.initializer === undefined ? 'UnhandledInvocationError' : 'InitializationError',
      );
      coldStartMs = performance.now() - slot.startedAt;
      ended = initialized;
      slot.initialized = initialized !== undefined && initialized.errorType === undefined;
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

  leaks.see(ended.result.toString());
  const leaked = leaks.error();
  if (leaked !== undefined) {
    ended = { ...ended, errorType: 'UnhandledInvocationError', result: Buffer.from(JSON.stringify(leaked)) };
  }

  const durationMs = ended.reply.durationMs;
  const billedDurationMs = Math.ceil(durationMs);
  runtimeLine('');
  runtimeLine(
    `Duration: ${durationMs.toFixed(2)} ms, Billed Duration: ${billedDurationMs} ms, Memory Size: ${fn.memorySize} MB, Max Memory Used: ${megabytes(ended.reply.maxMemoryMB)} MB`,
  );
  if (fn.freeze && instance.usable()) {
    instance.freeze();
    slot.frozen = true;
  }
  return {
    ...request,
    functionName: fn.functionName,
    instanceId: instance.instanceId,
    result: ended.result,
    ...(ended.errorType === undefined ? {} : { errorType: ended.errorType }),
    coldStart,
    coldStartMs: coldStart ? coldStartMs : 0,
    durationMs,
    billedDurationMs,
    maxMemoryMB: ended.reply.maxMemoryMB,
    logTail: tail.bytes(),
  };
}
