// The program of an instance: loads the function, initializes it, then answers one event at a time.
// It is compiled to one CommonJS file when the server starts, run by plain Node.js, and talks to its parent over IPC.

import { setClock } from './clock.js';
import { createContext, createLogger, type FunctionFields, type RequestFields } from './context.js';
import { type CallResult, callFunction, describeError, loadFunction, type UserFunction } from './user-function.js';

/** What the parent sends. Every command is answered once, with its own sequence number, before the next is sent. */
export type InstanceCommand =
  | {
      type: 'initialize';
      sequence: number;
      request: RequestFields;
      fn: FunctionFields;
      codeDir: string;
      initializer: string | undefined;
      /** Written to both output streams when a command ends, so that the parent knows whose lines it has read. */
      endOfOutput: string;
    }
  | { type: 'invoke'; sequence: number; request: RequestFields; event: Uint8Array };

/** What an instance answers. After a `fatal` answer the process ends. */
export interface InstanceAnswer {
  sequence: number;
  result: CallResult;
  maxMemoryMB: number;
  fatal: boolean;
}

const send = process.send?.bind(process);
if (send === undefined) throw new Error('bootstrap runs only as the child of an embedded Function Compute');
const writeOut = process.stdout.write.bind(process.stdout);
const writeErr = process.stderr.write.bind(process.stderr);
// A function on FC has no parent to talk to.
Reflect.deleteProperty(process, 'send');
Reflect.deleteProperty(process, 'disconnect');

/** The command that is being run; undefined between invocations. */
let current: number | undefined;
let requestId = '-';
let loaded: { fn: FunctionFields; handler: UserFunction } | undefined;
let endOfOutput = '';

const sinks = {
  stdout: (text: string) => void process.stdout.write(text),
  stderr: (text: string) => void process.stderr.write(text),
};
const threshold = process.env['ALIYUN_FC_LOG_LEVEL'];
const requestLogger = createLogger(() => requestId, threshold, sinks);
Object.assign(console, requestLogger);

function answer(sequence: number, result: CallResult, fatal: boolean): void {
  if (current !== sequence) return;
  current = undefined;
  if (!result.ok) requestLogger.error(result.error.stackTrace?.join('\n') || result.error.errorMessage);
  const mark = `\u0000${endOfOutput}:${sequence}\u0000`;
  writeOut(mark);
  writeErr(mark);
  const message: InstanceAnswer = { sequence, result, maxMemoryMB: process.resourceUsage().maxRSS / 1024, fatal };
  send?.(message, undefined, undefined, () => {
    if (fatal) process.exit(1);
  });
}

function contextOf(fn: FunctionFields, request: RequestFields): object {
  const logger = createLogger(() => request.requestId, threshold, sinks);
  return createContext(fn, request, logger);
}

async function initialize(command: InstanceCommand & { type: 'initialize' }): Promise<CallResult> {
  endOfOutput = command.endOfOutput;
  try {
    const handler = await loadFunction(command.codeDir, command.fn.handler);
    loaded = { fn: command.fn, handler };
    if (command.initializer === undefined) return { ok: true, body: Buffer.alloc(0) };
    const initializer = await loadFunction(command.codeDir, command.initializer);
    return await callFunction(initializer, [contextOf(command.fn, command.request)]);
  } catch (error) {
    return { ok: false, handled: false, error: describeError(error) };
  }
}

async function run(command: InstanceCommand): Promise<void> {
  current = command.sequence;
  requestId = command.request.requestId;
  const { clock } = command.request;
  if (clock !== undefined) setClock(clock);
  if (command.type === 'initialize') {
    const result = await initialize(command);
    answer(command.sequence, result, !result.ok);
  } else if (loaded !== undefined) {
    // A Buffer crosses IPC as one; what the handler gets must be a Buffer whatever the serializer does.
    const { buffer, byteOffset, byteLength } = command.event;
    const event = Buffer.from(buffer, byteOffset, byteLength);
    answer(command.sequence, await callFunction(loaded.handler, [event, contextOf(loaded.fn, command.request)]), false);
  }
}

process.on('message', (command: InstanceCommand) => void run(command));
process.on('disconnect', () => process.kill(process.pid, 'SIGKILL'));
process.on('uncaughtException', (error: unknown) => {
  if (current !== undefined) {
    answer(current, { ok: false, handled: false, error: describeError(error) }, true);
    return;
  }
  requestLogger.error(describeError(error).stackTrace?.join('\n'));
  process.exit(1);
});
