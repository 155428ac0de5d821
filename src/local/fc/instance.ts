// One instance: a process of its own that runs the function. Compiles its program, starts it, sends it one command at a
// time, reads its output and ends it.

import { fork } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { buildSync } from 'esbuild';
import { type OutputStream, watchOutput } from './output.js';
import type { Reaper } from './reaper.js';
import type { InstanceAnswer, InstanceCommand } from './runtime/bootstrap.js';
import type { CallResult } from './runtime/user-function.js';

/**
 * How a command ended: with the function's answer, with the end of the process, at the time limit, or aborted by its
 * caller.
 */
export type CommandResult = { maxMemoryMB: number; durationMs: number } & (
  | { kind: 'answer'; result: CallResult }
  | { kind: 'exit' | 'timeout' | 'aborted' }
);

export interface InstanceOptions {
  instanceId: string;
  bootstrap: string;
  codeDir: string;
  env: Record<string, string>;
  memorySize: number;
  nodePath: string;
  reaper: Reaper;
  onLine: (line: string, stream: OutputStream) => void;
}

type Unsent<T> = T extends InstanceCommand ? Omit<T, 'sequence' | 'endOfOutput'> : never;

export interface Instance {
  readonly instanceId: string;
  readonly pid: number | undefined;
  /** False once the process has ended or is about to end. */
  usable(): boolean;
  /** Sends one command and waits for its end; past `timeoutMs`, or when `signal` fires, the process is killed. */
  run(command: Unsent<InstanceCommand>, timeoutMs: number, signal?: AbortSignal): Promise<CommandResult>;
  /** Stops the process until `thaw`, as FC does between invocations. */
  freeze(): void;
  thaw(): void;
  kill(): void;
  /** SIGTERM, and SIGKILL when that does not end it within a second. */
  stop(): Promise<void>;
  readonly ended: Promise<void>;
}

/**
 * Peak memory of a process, from /proc; 0 where there is none. The number that Linux gives to the process itself
 * (maxRSS) begins with the memory that its parent had at the fork.
 */
function peakMemoryMB(pid: number | undefined): number {
  try {
    return Number(/^VmHWM:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, 'latin1'))?.[1] ?? 0) / 1024;
  } catch {
    return 0;
  }
}

/**
 * Writes the program of all instances to `outfile`, as one CommonJS file that plain Node.js runs: without a TypeScript
 * loader a cold start costs what it costs on FC. Synchronous: esbuild's asynchronous API would leave a service process
 * running.
 */
export function compileBootstrap(outfile: string): void {
  buildSync({
    entryPoints: [fileURLToPath(new URL('./runtime/bootstrap.ts', import.meta.url))],
    outfile,
    bundle: true,
    platform: 'node',
    format: 'cjs',
    target: 'node20',
    logLevel: 'silent',
  });
}

/** Starts the process. It is leader of a process group, so that what it spawns ends with it. */
export function startInstance(options: InstanceOptions): Instance {
  const endOfOutput = randomBytes(16).toString('hex');
  const child = fork(options.bootstrap, [], {
    cwd: options.codeDir,
    execPath: options.nodePath,
    env: options.env,
    // Not inherited: this process may run under a TypeScript loader or a debugger. The heap limit is FC's share of
    // memory.
    execArgv: [`--max-old-space-size=${Math.floor(options.memorySize * 0.9)}`],
    serialization: 'advanced',
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    detached: process.platform !== 'win32',
  });
  const { pid } = child;
  if (pid !== undefined) options.reaper.watch(pid);

  let usable = pid !== undefined;
  let sequence = 0;
  let maxMemoryMB = 0;
  let hasEnded = false;
  let resolveCommand: ((end: InstanceAnswer | 'exit') => void) | undefined;
  const output = watchOutput(child, endOfOutput, options.onLine);

  const signalGroup = (signal: NodeJS.Signals): void => {
    if (pid === undefined || hasEnded) return;
    try {
      if (process.platform === 'win32') child.kill(signal);
      else process.kill(-pid, signal);
    } catch (error) {
      // The process has ended already.
      if (!(error instanceof Error && 'code' in error && error.code === 'ESRCH')) throw error;
    }
  };
  const exited = new Promise<void>((resolve) => {
    const end = () => {
      usable = false;
      // Processes that the function started and left running.
      signalGroup('SIGKILL');
      hasEnded = true;
      if (pid !== undefined) options.reaper.forget(pid);
      resolveCommand?.('exit');
      resolve();
    };
    child.once('exit', end);
    child.once('error', end);
  });
  const ended = exited.then(() => output.readUpTo(Number.POSITIVE_INFINITY));

  child.on('message', (answer: InstanceAnswer) => {
    if (answer.sequence === sequence) resolveCommand?.(answer);
  });

  const kill = (): void => {
    usable = false;
    signalGroup('SIGKILL');
  };

  async function run(
    command: Unsent<InstanceCommand>,
    timeoutMs: number,
    signal?: AbortSignal,
  ): Promise<CommandResult> {
    const started = performance.now();
    sequence++;
    const ending = new AbortController();
    const end = await new Promise<InstanceAnswer | 'exit' | 'timeout' | 'aborted'>((resolve) => {
      resolveCommand = resolve;
      const timer = setTimeout(resolve, timeoutMs, 'timeout');
      ending.signal.addEventListener('abort', () => clearTimeout(timer));
      signal?.addEventListener('abort', () => resolve('aborted'), { signal: ending.signal });
      if (signal?.aborted) resolve('aborted');
      if (!usable) resolve('exit');
      else child.send({ ...command, sequence, endOfOutput }, () => {});
    });
    ending.abort();
    resolveCommand = undefined;
    const durationMs = performance.now() - started;

    if (typeof end === 'object') {
      maxMemoryMB = Math.max(maxMemoryMB, peakMemoryMB(pid) || end.maxMemoryMB);
      if (end.fatal) usable = false;
      await output.readUpTo(sequence);
      return { kind: 'answer', result: end.result, durationMs, maxMemoryMB };
    }
    maxMemoryMB = Math.max(maxMemoryMB, peakMemoryMB(pid));
    kill();
    await ended;
    return { kind: end, durationMs, maxMemoryMB };
  }

  return {
    instanceId: options.instanceId,
    pid,
    usable: () => usable,
    run,
    freeze: () => signalGroup('SIGSTOP'),
    thaw: () => signalGroup('SIGCONT'),
    kill,
    async stop() {
      if (!usable) signalGroup('SIGKILL');
      usable = false;
      signalGroup('SIGTERM');
      signalGroup('SIGCONT');
      const timer = setTimeout(signalGroup, 1000, 'SIGKILL');
      await exited;
      clearTimeout(timer);
      return ended;
    },
    ended,
  };
}
