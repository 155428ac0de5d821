/**
 * Small functions in temporary directories and embedded Function Computes that end with their test.
 */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { onTestFinished } from 'vitest';
import type { FunctionOptions } from '../../../src/local/fc/function.js';
import { createLocalFc, type LocalFc, type LocalFcOptions } from '../../../src/local/fc/server.js';

/** A temporary directory that is removed after the test. */
export function temporaryDirectory(): string {
  const directory = mkdtempSync(join(tmpdir(), 'autostyle-fc-test-'));
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }));
  return directory;
}

/** A code directory that holds `index.js` with the given CommonJS source, and other files. */
export function codeDirectory(source: string, files: Record<string, string> = {}): string {
  const directory = temporaryDirectory();
  for (const [name, text] of Object.entries({ 'index.js': source, ...files })) {
    writeFileSync(join(directory, name), text);
  }
  return directory;
}

/** An embedded FC with one function `fn` of the given source; closed after the test. */
export function startFc(
  source: string,
  fn: Partial<FunctionOptions> = {},
  options: Partial<LocalFcOptions> = {},
): LocalFc {
  const fc = createLocalFc({
    functions: [{ functionName: 'fn', codeDir: codeDirectory(source), ...fn }],
    ...options,
  });
  onTestFinished(() => fc.close());
  return fc;
}

/** Whether a process is there and not merely waiting to be reaped by whoever inherited it. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
  } catch {
    return false;
  }
  try {
    return !/^\d+ \(.*\) [ZX]/s.test(readFileSync(`/proc/${pid}/stat`, 'latin1'));
  } catch {
    return process.platform !== 'linux';
  }
}

/** Waits until something holds; throws after two minutes. */
export async function until(holds: () => boolean): Promise<void> {
  const end = performance.now() + 120_000;
  while (!holds()) {
    if (performance.now() > end) throw new Error('it never came true');
    await delay(10);
  }
}
