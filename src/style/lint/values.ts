// Lint of each step by itself: its name, keys and values, all read by the catalogue's own readers.
import { decodeText, encodeText } from '../base64url.js';
import { catalogue, definitionOf, type ImageOperationName, isOperationName } from '../catalogue.js';
import { type Argument, clip, type StyleStep } from '../grammar.js';
import type { Parameter } from '../parameter.js';
import { inspectStep, type Problem } from '../read.js';
import { meantBase64 } from './base64.js';
import { finding, type LintFinding, type ReadStep } from './finding.js';
import { nearest } from './nearest.js';

/** What is wrong in the steps one by one, and those of them that could be read. */
export function lintValues(
  steps: readonly StyleStep[],
  preprocess = false,
): { readonly findings: readonly LintFinding[]; readonly read: readonly ReadStep[] } {
  const findings: LintFinding[] = [];
  const read: ReadStep[] = [];
  for (const step of steps) {
    const { operation, problems } = inspectStep(step, preprocess);
    if (operation !== undefined) read.push({ step, operation });
    findings.push(...problems.map((problem) => explain(step, problem)), ...repeatedKeys(step));
  }
  return { findings, read };
}

function explain(step: StyleStep, problem: Problem): LintFinding {
  const { severity, why, message } = problem;
  if (!isOperationName(step.op)) {
    const names = Object.keys(catalogue);
    // Written with another separator: resize:w_100.
    const [, known = '', rest] = /^([a-z-]+)[^a-z0-9-]+(.+)$/is.exec(step.op) ?? [];
    const fix = isOperationName(known) ? `${known},${rest}` : (nearest(step.op, names) ?? `one of ${names.join(', ')}`);
    return finding(severity, why ?? 'unknownOperation', operationName(step), message, fix);
  }
  const parameters = definitionOf(step.op).parameters;
  const argument = step.args.find(({ start }) => start === problem.start);
  const parameter = problem.parameter === undefined ? undefined : parameters[problem.parameter];
  if (why !== undefined && parameter !== undefined) {
    const start = argument === undefined ? `${step.op},` : '';
    const key = parameter.positional ? start : `${start}${problem.parameter}_`;
    return finding(severity, why, problem, message, instead(key, parameter, argument?.value));
  }
  if (why !== undefined || argument === undefined) {
    const missing = why === definitionOf(step.op).oneOf?.missing ? oneOf(step.op) : undefined;
    return finding(severity, why ?? 'unknownKey', problem, message, missing);
  }
  return finding(severity, 'unknownKey', problem, message, insteadOfKey(step.op, step.args, argument));
}

// A misspelt key, or a value to which its key is missing: circle,100.
function insteadOfKey(op: ImageOperationName, args: readonly Argument[], { key, value }: Argument): string {
  const { parameters, oneOf, bare } = definitionOf(op);
  const meant = nearest(key ?? value, Object.keys(parameters));
  if (key !== undefined) return meant === undefined ? 'leave it out' : `${meant}_${value}`;
  const needed =
    bare?.meant ??
    Object.keys(parameters).find(
      (name) => (parameters[name]?.required || oneOf?.names[0] === name) && !args.some((other) => other.key === name),
    );
  return meant === undefined && needed !== undefined ? `${needed}_${value}` : meant ? `${meant}_…` : 'leave it out';
}

function operationName({ start, op }: StyleStep) {
  return { start, end: start + op.length };
}

function oneOf(op: ImageOperationName): string | undefined {
  const { oneOf: either, parameters } = definitionOf(op);
  return either?.names
    .filter((name) => !parameters[name]?.preprocessOnly)
    .map((name) => `${op},${name}_…`)
    .join(' or ');
}

/** What to write for a parameter: the value that was meant, or all that it takes. */
function instead(key: string, parameter: Parameter, value = ''): string {
  switch (parameter.type) {
    case 'int':
      return `${key}${parameter.min} to ${key}${parameter.max}`;
    case 'enum': {
      const values = parameter.values.map(String);
      const meant = nearest(value, values);
      return meant === undefined ? values.map((each) => `${key}${each}`).join(', ') : `${key}${meant}`;
    }
    case 'hex6':
      return /^#[0-9A-Fa-f]{6}$/.test(value) ? `${key}${value.slice(1)}` : `${key}RRGGBB, six hexadecimal digits`;
    case 'base64url': {
      if (parameter.known !== undefined) return parameter.known.map((text) => `${key}${encodeText(text)}`).join(', ');
      const meant = decodeText(value) === undefined ? meantBase64(value) : undefined;
      if (meant !== undefined) return key + meant;
      return `${key}BASE64, the URL-safe base64 of 1 to ${parameter.max} ${parameter.unit}`;
    }
  }
}

function repeatedKeys(step: StyleStep): LintFinding[] {
  if (!isOperationName(step.op)) return [];
  const known = definitionOf(step.op).parameters;
  return step.args.flatMap((argument, index) => {
    const { key } = argument;
    if (key === undefined || !Object.hasOwn(known, key) || known[key]?.positional) return [];
    const later = step.args.slice(index + 1).find((other) => other.key === key);
    if (later === undefined) return [];
    const message = `${key} is given twice; OSS takes the last, ${key}_${clip(later.value)}.`;
    return [finding('warning', 'repeatedKey', argument, message, 'leave it out')];
  });
}
