// The Node.js that Function Compute's nodejs20 was seen to have: its binary, from npm, fetched once into node_modules.
import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

/** As a public project read it in the runtime's own image; FC documents no more than 20. */
export const versionOfFc = '20.10.0';

const cache = fileURLToPath(new URL('../../node_modules/.cache', import.meta.url));

/**
 * Its program.
 * @returns undefined where it cannot be had: without a network, or on a machine that npm has none for
 * @throws {Error} for the same reasons, where `CI` is set: there, no test is skipped
 */
export async function nodeOfFc(): Promise<string | undefined> {
  const name = `node-${process.platform}-${process.arch}`;
  const folder = join(cache, `${name}-${versionOfFc}`);
  const program = join(folder, 'node_modules', name, 'bin/node');
  if (existsSync(program)) return program;
  mkdirSync(cache, { recursive: true });
  const fresh = mkdtempSync(`${folder}-`);
  try {
    const quiet = ['--no-save', '--no-audit', '--no-fund', '--ignore-scripts', '--no-package-lock'];
    await promisify(execFile)('npm', ['install', ...quiet, '--prefix', fresh, `${name}@${versionOfFc}`], {
      cwd: fresh,
    });
    renameSync(fresh, folder);
    return program;
  } catch (cause) {
    rmSync(fresh, { recursive: true, force: true });
    // Another run was faster.
    if (existsSync(program)) return program;
    if (process.env['CI']) throw new Error(`${name}@${versionOfFc} cannot be fetched`, { cause });
    return undefined;
  }
}
