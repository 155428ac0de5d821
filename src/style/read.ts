// From a step of the grammar to a typed operation of the catalogue, with every mistake in it.
import { definitionOf, isOperationName, type Operation, type OperationName } from './catalogue.js';
import type { CauseName } from './causes.js';
import { type Argument, argumentText, type Step, StyleError } from './grammar.js';
import { readValue } from './parameter.js';

/** A mistake in a step. An error is what OSS refuses; a warning is what it ignores. */
export interface Problem {
  readonly severity: 'error' | 'warning';
  readonly why?: CauseName;
  /** Whose value it is about, or which is missing. */
  readonly parameter?: string;
  readonly message: string;
  readonly start: number;
  readonly end: number;
}
export interface Inspection {
  /** Absent when a problem is an error. */
  readonly operation?: Operation;
  readonly problems: readonly Problem[];
}

/**
 * Reads a step and reports all that is wrong with it, errors in the order of the catalogue.
 * `preprocess`: the step stands in the preprocessing of a watermark image, where resize knows P.
 */
export function inspectStep(step: Step, preprocess = false): Inspection {
  if (!isOperationName(step.op)) {
    return { problems: [at(step, 'unknownOperation', `The action "${clip(step.op)}" is unknown.`)] };
  }
  const definition = definitionOf(step.op);
  const known = Object.entries(definition.parameters).filter(([, { preprocessOnly }]) => preprocess || !preprocessOnly);
  const problems: Problem[] = [];
  const positional = known.find(([, parameter]) => parameter.positional);
  const given =
    positional === undefined
      ? keyed(step, new Set(known.map(([name]) => name)), problems)
      : single(step, positional[0], problems);

  const values: [string, string | number][] = [];
  for (const [name, parameter] of known) {
    const argument = given.get(name);
    if (argument === undefined) {
      if (parameter.required)
        problems.push({
          ...at(step, parameter.missing ?? 'missing', `The parameter ${name} of ${step.op} is missing.`),
          parameter: name,
        });
      else if (parameter.default !== undefined) values.push([name, parameter.default]);
      continue;
    }
    const read = readValue(name === 'value' ? step.op : name, parameter, argument.value);
    if ('why' in read) problems.push({ ...at(argument, read.why, read.message), parameter: name });
    else values.push([name, read.value]);
    if ('value' in read && parameter.type === 'base64url' && parameter.known?.includes(String(read.value)) === false) {
      problems.push({
        severity: 'warning',
        parameter: name,
        message: `OSS documents no ${name} "${clip(String(read.value))}".`,
        ...range(argument),
      });
    }
  }
  if (step.op === 'resize' && given.get('w')?.value === '0' && given.get('h')?.value === '0') {
    problems.unshift(at(step, 'resizeZero', 'The parameters w and h are both 0.'));
  }
  const { oneOf } = definition;
  if (oneOf !== undefined && !oneOf.names.some((name) => given.has(name))) {
    const names = oneOf.names.filter((name) => known.some(([other]) => other === name));
    problems.push(at(step, oneOf.missing, `${step.op} needs one of ${names.join(', ')}.`));
  }
  if (problems.some(({ severity }) => severity === 'error')) return { problems };
  return { operation: { op: step.op, ...Object.fromEntries(values) } as Operation, problems };
}

/**
 * The typed operation of a step.
 * @throws {StyleError} its first error
 */
export function readStep(step: Step, preprocess = false): Operation {
  const { operation, problems } = inspectStep(step, preprocess);
  if (operation !== undefined) return operation;
  const error = problems.find(({ severity }) => severity === 'error');
  throw new StyleError(
    error?.why ?? 'invalid',
    error?.message ?? '',
    error?.start ?? step.start,
    error?.end ?? step.end,
  );
}

/**
 * The typed operations of a whole style.
 * @throws {StyleError} the first error of the first wrong step, or a query that does not stand alone
 */
export function readSteps(steps: readonly Step[]): Operation[] {
  const operations = steps.map((step) => readStep(step));
  const alone = operations.findIndex(({ op }) => standsAlone(op));
  const step = steps[alone];
  if (step !== undefined && steps.length > 1) {
    throw new StyleError('exclusive', `${step.op} cannot be combined with other actions.`, step.start, step.end);
  }
  return operations;
}

/** Whether an operation answers text, and so can be the only one of its style. */
export function standsAlone(op: OperationName): boolean {
  return definitionOf(op).kind === 'query';
}

// A bare word that is a key's name is that key without a value: OSS answers `watermark,text` with "text is empty".
function keyed(step: Step, names: ReadonlySet<string>, problems: Problem[]): Map<string, Argument> {
  const given = new Map<string, Argument>();
  for (const argument of step.args) {
    const key = argument.key ?? argument.value;
    if (names.has(key)) given.set(key, argument.key === undefined ? { ...argument, value: '' } : argument);
    else if (argumentText(argument) !== '') {
      problems.push({
        severity: 'warning',
        message: `OSS ignores "${clip(argumentText(argument))}" in ${step.op}.`,
        ...range(argument),
      });
    }
  }
  return given;
}

function single(step: Step, name: string, problems: Problem[]): Map<string, Argument> {
  const args = step.args.filter((argument) => argumentText(argument) !== '');
  const [first, second] = args;
  if (second !== undefined) problems.push(at(second, 'severalValues', `${step.op} takes one value.`));
  return new Map(first === undefined ? [] : [[name, { ...first, value: argumentText(first) }]]);
}

function at(place: { start: number; end: number }, why: CauseName, message: string): Problem {
  return { severity: 'error', why, message, ...range(place) };
}

function range({ start, end }: { start: number; end: number }) {
  return { start, end };
}

function clip(text: string): string {
  return text.length > 64 ? `${text.slice(0, 64)}…` : text;
}
