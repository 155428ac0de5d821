// Finds the exported function that a handler string such as `index.handler` names.
// Runs inside the instance.

import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { UserFunction } from './call.js';

async function importModule(file: string): Promise<object> {
  // From the code directory, so that the function resolves its own packages, never the project's.
  const require = createRequire(file);
  if (file.endsWith('.mjs')) return (await import(pathToFileURL(file).href)) as object;
  try {
    return require(file) as object;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ERR_REQUIRE_ESM') {
      return (await import(pathToFileURL(file).href)) as object;
    }
    throw error;
  }
}

/**
 * Loads `<codeDir>/<module>.js` (or `.mjs`) and returns the export; the handler is split at its last dot.
 * Throws whatever the module throws while it loads, and an Error when the module or the export is missing.
 */
export async function loadFunction(codeDir: string, handler: string): Promise<UserFunction> {
  const dot = handler.lastIndexOf('.');
  const base = join(codeDir, handler.slice(0, dot));
  const name = handler.slice(dot + 1);
  const file = [`${base}.js`, `${base}.mjs`].find((candidate) => existsSync(candidate));
  if (file === undefined) throw new Error(`Module '${base}.js' is missing.`);
  const loaded = Object(await importModule(file)) as object;
  const exported: unknown = Reflect.get(loaded, name);
  if (typeof exported !== 'function') throw new Error(`Handler '${name}' is missing on module '${base}.js'.`);
  return exported;
}
