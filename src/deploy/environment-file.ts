// The environment that our commands work with: `.env` beside s.yaml, or the file that ENV_FILE names, under what is
// really set.
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseEnv } from 'node:util';

const project = fileURLToPath(new URL('../..', import.meta.url));

/**
 * `env` over the variables of `file`; without such a file, `env`. An empty value counts as unset, as it does for `s`.
 * @throws {Error} of the file system when there is a file that cannot be read
 */
export function withEnvironmentFile(
  env: NodeJS.ProcessEnv = process.env,
  file: string = resolve(project, env['ENV_FILE'] || '.env'),
): NodeJS.ProcessEnv {
  const set = Object.entries(env).filter(([, value]) => value !== undefined && value !== '');
  return { ...variablesOf(file), ...Object.fromEntries(set) };
}

function variablesOf(file: string): Record<string, string> {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return {};
    throw error;
  }
  const variables: Record<string, string> = {};
  // Node's types say that a value can be missing; its parser never leaves one out.
  for (const [name, value = ''] of Object.entries(parseEnv(text))) if (value !== '') variables[name] = value;
  return variables;
}
