// The variables that s.yaml reads by env('NAME') or env('NAME', 'default'): found in its text, and made safe for `s`.
import { isScalar, parseAllDocuments, visit } from 'yaml';
import type { Mistake } from './s-schema/mistakes.js';

/** One variable of s.yaml. */
export interface DeployVariable {
  readonly name: string;
  /** No default: the user must set it. */
  readonly required: boolean;
}

/** `env('NAME'` and whether a default follows. */
const call = /\benv\(\s*(?:'([^']*)'|"([^"]*)")\s*([,)])/g;

/** The variables that the values of a YAML text name, in order; what stands in comments does not count. */
export function deployVariables(yaml: string): DeployVariable[] {
  const required = new Map<string, boolean>();
  for (const document of parseAllDocuments(yaml)) {
    visit(document, (_key, node) => {
      if (!isScalar(node) || typeof node.value !== 'string' || !node.value.includes('${')) return;
      for (const [, single, double, next] of node.value.matchAll(call)) {
        const name = single ?? double ?? '';
        required.set(name, (required.get(name) ?? false) || next === ')');
      }
    });
  }
  return [...required].map(([name, isRequired]) => ({ name, required: isRequired }));
}

/** The environment that `s` may see: every variable of s.yaml has a value or is empty, so that no other `.env` fills it in. */
export interface Resolvable {
  readonly env: NodeJS.ProcessEnv;
  readonly unset: readonly string[];
  readonly mistakes: readonly Mistake[];
}

/** Stands in for values that are required and missing, and for those that must not reach `s`. */
export function resolvable(
  variables: readonly DeployVariable[],
  env: NodeJS.ProcessEnv,
  standIn: (name: string) => string,
): Resolvable {
  const values: Record<string, string> = {};
  const unset: string[] = [];
  const mistakes: Mistake[] = [];
  for (const { name, required } of variables) {
    const value = env[name] ?? '';
    const refusal = refusalOf(value);
    if (refusal !== undefined) mistakes.push({ path: `env(${JSON.stringify(name)})`, message: refusal });
    if (value === '' && required) unset.push(name);
    values[name] = refusal !== undefined || (value === '' && required) ? standIn(name) : value;
  }
  return { env: { ...env, ...values }, unset, mistakes };
}

/** `s` runs what it finds in a value as code, and expands $NAME when there is a `.env`. The value is not repeated. */
function refusalOf(value: string): string | undefined {
  if (/[$]|<%/.test(value)) return 'the value holds $ or <%, which Serverless Devs would evaluate: expected plain text';
  if (/\p{Cc}/u.test(value)) return 'the value holds a control character: expected one line of plain text';
  return value.length > 1_024 ? `the value has ${value.length} characters: expected at most 1,024` : undefined;
}
