// Where a suite runs: a copy of its checkout in a temporary folder, beside what is written for it, and processes that
// reach nothing but this machine.
import { spawn } from 'node:child_process';
import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';

export interface Finished {
  /** Undefined where the process was ended for its time. */
  exitCode: number | undefined;
  /** Both streams, as they came. */
  output: string;
}

/** Runs `work` with a new temporary folder, which is removed afterwards. */
export async function withFolder<T>(work: (folder: string) => Promise<T>): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), 'vendor-suite-'));
  try {
    return await work(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Copies a checkout to `folder`, without its history. Links in it lead to the copy, so that nothing reaches it. */
export async function copyCheckout(checkout: string, folder: string): Promise<void> {
  const filter = (source: string) => basename(source) !== '.git';
  await cp(checkout, folder, { recursive: true, verbatimSymlinks: true, filter });
}

/** Whoever takes a proxy from the environment finds none for hosts other than this machine. */
const loopbackOnly = Object.fromEntries(
  ['http_proxy', 'https_proxy', 'all_proxy'].flatMap((name) =>
    [name, name.toUpperCase()].map((spelling) => [spelling, 'http://127.0.0.1:9']),
  ),
);
const here = '127.0.0.1,localhost,.localhost';
const notProxied = { no_proxy: here, NO_PROXY: here };

/** Runs a program to its end, or for `timeout` ms. @throws Error when there is no such program */
export function run(
  program: string,
  args: readonly string[],
  options: { cwd: string; env?: Readonly<Record<string, string>>; timeout?: number },
): Promise<Finished> {
  const { cwd, env = {}, timeout = 1_200_000 } = options;
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, {
      cwd,
      env: { ...process.env, ...loopbackOnly, ...notProxied, ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
      timeout,
      killSignal: 'SIGKILL',
    });
    let output = '';
    const add = (chunk: string) => {
      output += chunk;
    };
    child.stdout.setEncoding('utf8').on('data', add);
    child.stderr.setEncoding('utf8').on('data', add);
    child.on('error', reject);
    child.on('close', (code) => resolve({ exitCode: code ?? undefined, output }));
  });
}
