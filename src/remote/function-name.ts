// The function's name, read from s.yaml as text: `npm run stop` must work at once, and where `s` does not. Only the two
// forms that need no evaluation are understood: a name, and ${env('VARIABLE', 'name')}.
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parse } from 'yaml';

/** s.yaml of the project. Not from deploy/project.ts, which loads the rules: they may be what is broken. */
const projectFile = fileURLToPath(new URL('../../s.yaml', import.meta.url));
const maxBytes = 1_000_000;

/**
 * The name that `s` would find in s.yaml.
 * @returns the name, or why it is not known
 */
export function nameInProject(
  env: NodeJS.ProcessEnv,
  file: string = projectFile,
): { readonly name: string } | { readonly unknown: string } {
  let values: string[];
  try {
    values = [...new Set(functionNames(file))];
  } catch (error) {
    return { unknown: `s.yaml cannot be read: ${(error as Error).message.split('\n')[0]}` };
  }
  const [value, ...others] = values;
  if (value === undefined) return { unknown: 's.yaml has no functionName' };
  if (others.length > 0) return { unknown: `s.yaml has ${values.length} of them` };
  if (!/\$\{|<%/.test(value)) return { name: value };
  const call = /^\$\{ *env\( *(['"])(\w{1,128})\1 *(?:, *(['"])([^'"$]{0,128})\3 *)?\) *\}$/.exec(value.trim());
  if (call === null) return { unknown: `s.yaml says ${value}, which only \`s\` can evaluate` };
  const [, , variable = '', , fallback] = call;
  // An empty value counts as unset, as it does for `s`.
  const name = (Object.hasOwn(env, variable) && env[variable]) || fallback;
  return name ? { name } : { unknown: `s.yaml takes it from ${variable}, which is not set` };
}

/** The names of all resources, as they are written. @throws {Error} when the file cannot be read */
function functionNames(file: string): string[] {
  const bytes = readFileSync(file);
  if (bytes.length > maxBytes) throw new Error(`it has ${bytes.length} bytes; expected at most ${maxBytes}`);
  const { resources } = Object(parse(bytes.toString('utf8'), { logLevel: 'error' })) as { resources?: unknown };
  return Object.values(Object(resources)).flatMap((resource: unknown) => {
    const { functionName } = Object(Object(resource).props) as { functionName?: unknown };
    return typeof functionName === 'string' || typeof functionName === 'number' ? [String(functionName)] : [];
  });
}
