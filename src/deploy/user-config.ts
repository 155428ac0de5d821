// src/config.ts as commands read it: a mistake for which it cannot even be run, such as a method that the builder does
// not have, is told with its line and what was meant, not with a stack.
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { ConfigInput } from '../rules/schema.js';
import { image } from '../style/builder.js';
import { nearest } from '../style/lint/nearest.js';
import { UserError } from '../terminal/user-error.js';

/** The file with the user's rules. */
export const userConfigFile = fileURLToPath(new URL('../config.ts', import.meta.url));

const loaded = await import('../config.js').then(
  ({ default: config }) => ({ config }),
  (cause: unknown) => ({ cause }),
);

/**
 * The user's rules, as they are written.
 * @throws {UserError} (1) when the file cannot be run
 */
export function userConfig(): ConfigInput {
  if ('config' in loaded) return loaded.config;
  const { cause } = loaded;
  throw new UserError(whyNotRun(cause, readFileSync(userConfigFile, 'utf8')), 1, { cause });
}

/**
 * What a person needs to know of an error that running src/config.ts has ended in.
 * @param source the text of the file
 */
export function whyNotRun(error: unknown, source: string): string {
  const { message, stack = '' } = error instanceof Error ? error : { message: String(error) };
  const [, line, column] = /[\\/]src[\\/]config\.ts:(\d+):(\d+)\)?$/m.exec(stack) ?? [];
  // What a compiler has found names file and line itself.
  if (line === undefined) return `src/config.ts cannot be run: ${message}`;
  const text = source.split('\n')[Number(line) - 1] ?? '';
  const name = /^[\w$]+/.exec(text.slice(Number(column) - 1))?.[0];
  const isMethod = error instanceof TypeError && text[Number(column) - 2] === '.';
  const meant = isMethod && name !== undefined && !methods.includes(name) ? nearest(name, methods) : undefined;
  const hint = meant === undefined ? '' : `; is ${meant} meant?`;
  return `src/config.ts:${line}: ${message}${hint}\n    ${text.trim()}`;
}

const methods = Object.keys(Object.getPrototypeOf(image()));
