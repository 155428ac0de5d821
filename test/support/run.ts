// Commands as a user runs them: processes of their own, in a project whose rules and s.yaml are the shipped ones.
import { type ChildProcess, spawn } from 'node:child_process';
import { type Command, execute, type Options } from '../../src/cli/support/command.js';
import { shippedProject } from './shipped.js';

/** Runs a command in this process: for what it says before it starts anything. */
export async function runHere<O extends Options>(command: Command<O>, argv: readonly string[]): Promise<Ran> {
  let out = '';
  let error = '';
  const code = await execute(command, argv, { out: (text) => (out += text), error: (text) => (error += text) });
  return { code, out, error };
}

export interface Ran {
  readonly code: number | null;
  readonly out: string;
  readonly error: string;
}

/** Starts `src/cli/NAME.ts` with these arguments; in `folder`, if not in the project as shipped. */
export function spawnCommand(
  name: string,
  argv: readonly string[],
  env: Record<string, string> = {},
  folder = shippedProject(),
): ChildProcess {
  const child = spawn(process.execPath, ['--import', 'tsx', `src/cli/${name}.ts`, ...argv], {
    cwd: folder,
    env: { ...process.env, NO_COLOR: '1', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  // A test that fails must not leave it behind.
  const kill = (): boolean => child.kill('SIGKILL');
  process.once('exit', kill);
  child.once('close', () => process.off('exit', kill));
  return child;
}

/** Runs it to its end. */
export async function runCommand(
  name: string,
  argv: readonly string[],
  env?: Record<string, string>,
  folder?: string,
): Promise<Ran> {
  const child = spawnCommand(name, argv, env, folder);
  let out = '';
  let error = '';
  child.stdout?.setEncoding('utf8').on('data', (text) => (out += text));
  child.stderr?.setEncoding('utf8').on('data', (text) => (error += text));
  const code = await new Promise<number | null>((resolve) => child.once('close', resolve));
  return { code, out, error };
}

/** Reads stdout until `wanted` has been seen, and gives back all of it. */
export function seen(child: ChildProcess, wanted: RegExp): Promise<string> {
  return new Promise((resolve, reject) => {
    let out = '';
    child.stdout?.setEncoding('utf8').on('data', (text) => {
      out += text;
      if (wanted.test(out)) resolve(out);
    });
    child.once('close', (code) => reject(new Error(`ended with ${code} before ${wanted}: ${out}`)));
  });
}

/** Resolves to the exit code. */
export function ended(child: ChildProcess): Promise<number | null> {
  if (child.exitCode !== null) return Promise.resolve(child.exitCode);
  return new Promise((resolve) => child.once('close', resolve));
}

/** The address that `npm start` prints first. */
export function urlOf(out: string): string {
  return /^ready (http:\/\/127\.0\.0\.1:\d+)\n/.exec(out)?.[1] ?? 'no url';
}
