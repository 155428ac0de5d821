// Plays cases in an instance of its own: builds the function, compiles the instance's program, and reads what it
// recorded.

import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { buildSync } from 'esbuild';
import { shippedFunction } from '../support/shipped.js';
import type { Case } from './case.js';
import type { Order } from './instance.js';
import { recorderRules } from './rules.js';

/** When each case begins: five seconds after the sources of most were stored. */
const began = Date.UTC(2026, 10, 22, 8, 30, 5);

/** A machine that has much else to do takes a few minutes, ms. */
const patience = 900_000;

/**
 * The recording of these cases: a line of JSON for each.
 * @param node the program of Node.js that the instance runs on
 */
export async function play(cases: readonly Case[], node = process.execPath): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'autostyle-recorder-'));
  const keep = (name: string, value: unknown): string => {
    const file = join(folder, `${name}.json`);
    writeFileSync(file, typeof value === 'string' ? value : JSON.stringify(value));
    return file;
  };
  const rules = (name: keyof typeof recorderRules) => pathToFileURL(keep(name, recorderRules[name])).href;
  const recording = keep('recording', '');
  try {
    const order: Order = {
      built: join(shippedFunction().codeDir, 'index.js'),
      cases,
      configUris: { rich: rules('rich'), throw: rules('throw'), published: 'oss://photos-config/rules.json' },
      began,
      recording,
    };
    const program = compileInto(folder);
    // Nothing of whoever runs the tests but the time zone, which must not matter.
    const env = { PATH: process.env['PATH'], TZ: process.env['TZ'] };
    await promisify(execFile)(node, [program, keep('order', order)], { env, timeout: patience });
    return readFileSync(recording, 'utf8');
  } catch (cause) {
    const done = readFileSync(recording, 'utf8').split('\n').length - 1;
    throw new Error(`the instance did not come to the end of the case "${cases[done]?.name}"`, { cause });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function compileInto(folder: string): string {
  const instance = fileURLToPath(new URL('instance.ts', import.meta.url));
  const outfile = join(folder, 'instance.mjs');
  buildSync({ entryPoints: [instance], outfile, bundle: true, platform: 'node', format: 'esm', target: 'node20' });
  return outfile;
}
