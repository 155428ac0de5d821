// The environment of a command: its own variables, over those of `.env` beside s.yaml or of the file that ENV_FILE
// names.
import { isUtf8 } from 'node:buffer';
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseEnv } from 'node:util';
import { reasonOf } from './file.js';
import { UserError } from './user-error.js';

const project = fileURLToPath(new URL('../..', import.meta.url));

const maxBytes = 1_000_000;

/**
 * `env` over the variables of the file; without a `.env`, `env`. An empty value counts as unset, as it does for `s`.
 * @param file default: the one that ENV_FILE names, which must exist, or `.env`
 * @throws {UserError} (2) when there is a file that cannot be read, or is no text in UTF-8
 */
export function withEnvironmentFile(env: NodeJS.ProcessEnv = process.env, file?: string): NodeJS.ProcessEnv {
  const named = file === undefined && env['ENV_FILE'] ? `ENV_FILE: ${env['ENV_FILE']}` : undefined;
  const path = file ?? resolve(project, env['ENV_FILE'] || '.env');
  return { ...withoutEmpty(variablesIn(path, named)), ...withoutEmpty(env) };
}

function withoutEmpty(variables: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(variables).filter(([, value]) => value !== undefined && value !== ''));
}

/** @param named the file as the user named it; absent for `.env`, which need not exist */
function variablesIn(path: string, named: string | undefined): NodeJS.ProcessEnv {
  const shown = named ?? path;
  let bytes: Buffer;
  try {
    bytes = readFileSync(path);
  } catch (cause) {
    if (named === undefined && (cause as NodeJS.ErrnoException).code === 'ENOENT') return {};
    throw new UserError(`${shown} cannot be read: ${reasonOf(cause)}`, 2, { cause });
  }
  if (bytes.length > maxBytes) {
    throw new UserError(`${shown} has ${bytes.length} bytes: expected lines of NAME=value, ${maxBytes} at most`, 2);
  }
  const isUtf16 = bytes.includes(0);
  if (isUtf16 || !isUtf8(bytes)) {
    throw new UserError(`${shown} is not in UTF-8${isUtf16 ? ' (in UTF-16?)' : ''}: save it as UTF-8`, 2);
  }
  // TextDecoder drops a byte order mark, which would become part of the first name.
  return parseEnv(new TextDecoder().decode(bytes));
}
