// The environment that our commands work with: `.env` beside s.yaml, or the file that ENV_FILE names, under what is
// really set.
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseEnv } from 'node:util';
import { UserError } from './user-error.js';

const project = fileURLToPath(new URL('../..', import.meta.url));

const maxBytes = 1_000_000;

/**
 * `env` over the variables of the file; without a `.env`, `env`. An empty value counts as unset, as it does for `s`.
 * @param file default: the one that ENV_FILE names, which must be there, or `.env`
 * @throws {UserError} (2) when there is a file that cannot be read, or is no text in UTF-8
 */
export function withEnvironmentFile(env: NodeJS.ProcessEnv = process.env, file?: string): NodeJS.ProcessEnv {
  const named = file === undefined && env['ENV_FILE'] ? `ENV_FILE: ${env['ENV_FILE']}` : undefined;
  const path = file ?? resolve(project, env['ENV_FILE'] || '.env');
  const set = Object.entries(env).filter(([, value]) => value !== undefined && value !== '');
  return { ...variablesOf(path, named), ...Object.fromEntries(set) };
}

function variablesOf(path: string, named: string | undefined): Record<string, string> {
  const refuse = (why: string, cause?: unknown): never => {
    throw new UserError(`${named ?? path} ${why}`, 2, { cause });
  };
  let bytes: Buffer;
  try {
    bytes = readFileSync(path);
  } catch (cause) {
    const { code, message } = cause as NodeJS.ErrnoException;
    if (code === 'ENOENT' && named === undefined) return {};
    return refuse(`cannot be read: ${reasons.get(code) ?? message}`, cause);
  }
  if (bytes.length > maxBytes)
    return refuse(`has ${bytes.length} bytes: expected lines of NAME=value, ${maxBytes} at most`);
  const text = textOf(bytes);
  if (text === undefined) return refuse(`is not in UTF-8${bytes.includes(0) ? ' (in UTF-16?)' : ''}: save it as UTF-8`);
  const variables: Record<string, string> = {};
  // Node's types say that a value can be missing; its parser never leaves one out.
  for (const [name, value = ''] of Object.entries(parseEnv(text))) if (value !== '') variables[name] = value;
  return variables;
}

const reasons: ReadonlyMap<string | undefined, string> = new Map([
  ['ENOENT', 'there is no such file'],
  ['EISDIR', 'it is a directory; expected a file with lines of NAME=value'],
  ['EACCES', 'no permission'],
]);

/** Without a byte order mark, which would become part of the first name. Undefined: no text in UTF-8. */
function textOf(bytes: Buffer): string | undefined {
  if (bytes.includes(0)) return undefined;
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return undefined;
  }
}
