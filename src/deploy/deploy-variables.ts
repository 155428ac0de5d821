// The variables that s.yaml reads by env('NAME') or env('NAME', 'default'): found in its text, and made safe for `s`.
import { isScalar, parseAllDocuments, visit } from 'yaml';
import { showText } from '../rules/issue.js';
import { bucketName } from '../rules/oss-limits.js';
import type { Mistake } from './s-schema/mistakes.js';

/** One variable of s.yaml. */
export interface DeployVariable {
  readonly name: string;
  /** No default: the user must set it. */
  readonly required: boolean;
}

/** `env('NAME'` and whether a default follows; `s` also takes a name without quotes. */
const call = /\benv\(\s*(?:'([^']*)'|"([^"]*)"|([\w.-]+))\s*([,)])/g;

/** The variables that the values of a YAML text name, in order; what stands in comments does not count. */
export function deployVariables(yaml: string): DeployVariable[] {
  const required = new Map<string, boolean>();
  for (const document of parseAllDocuments(yaml)) {
    visit(document, (_key, node) => {
      if (!isScalar(node) || typeof node.value !== 'string' || !node.value.includes('${')) return;
      for (const [, single, double, bare, next] of node.value.matchAll(call)) {
        const name = single ?? double ?? bare ?? '';
        required.set(name, (required.get(name) ?? false) || next === ')');
      }
    });
  }
  return [...required].map(([name, isRequired]) => ({ name, required: isRequired }));
}

/**
 * The environment that `s` may see: every variable of s.yaml has a value or is empty, so that no other `.env` fills it
 * in.
 */
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
    const problem = problemOf(name, value);
    if (problem !== undefined) mistakes.push({ path: name, message: problem });
    if (value === '' && required) unset.push(name);
    const usable = problem === undefined && (value !== '' || !required);
    values[name] = usable ? value : required ? standIn(name) : '';
  }
  return { env: { ...env, ...values }, unset, mistakes };
}

type Form = readonly [pattern: RegExp, expected: string];
const bucketForm: Form = [bucketName, 'the name of a bucket'];
const roleForm: Form = [/^[\w.-]{1,64}$/, "a role's name, not its ARN"];

/**
 * The form of the variables of the shipped s.yaml: one mistake for the variable, instead of one for each of its uses.
 */
const forms: Readonly<Record<string, Form>> = {
  ACCOUNT_ID: [/^\d{5,20}$/, "the account's number, 16 digits"],
  SOURCE_BUCKET: bucketForm,
  TARGET_BUCKET: bucketForm,
  JOURNAL_BUCKET: bucketForm,
  FUNCTION_ROLE: roleForm,
  TRIGGER_ROLE: roleForm,
  // s.yaml compares with `none` exactly: NONE would be a queue of that name.
  FAILURE_QUEUE: [
    /^(?:none|(?![Nn][Oo][Nn][Ee]$)[A-Za-z0-9][\w-]{0,119})$/,
    'the name of an SMQ queue, or none in small letters',
  ],
  CONCURRENCY: [/^([1-9]\d?|100)$/, 'a whole number from 1 to 100'],
  RESERVED_CONCURRENCY: [/^\d{1,5}$/, 'a whole number from 0'],
};

function problemOf(name: string, value: string): string | undefined {
  if (value === '') return undefined;
  // `s` runs what it finds in a value as code, and expands $NAME when there is a `.env`. The value is not repeated.
  if (/[$]|<%/.test(value)) return 'the value holds $ or <%, which Serverless Devs would evaluate: expected plain text';
  if (/\p{Cc}/u.test(value)) return 'the value holds a control character: expected one line of plain text';
  if (value.length > 1_024) return `the value has ${value.length} characters: expected at most 1,024`;
  const [form, expected] = (Object.hasOwn(forms, name) ? forms[name] : undefined) ?? [];
  return form === undefined || form.test(value) ? undefined : `expected ${expected}, got ${showText(value)}`;
}
