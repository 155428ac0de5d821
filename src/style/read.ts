// From a step of the grammar to a typed operation of the catalogue, with every mistake in it.
import { definitionOf, type ImageOperation, type ImageOperationName, isOperationName } from './catalogue.js';
import type { CauseName } from './causes.js';
import { type Argument, argumentText, clip, StyleError, type StyleStep } from './grammar.js';
import { readValue } from './parameter.js';

/** A mistake in a step. An error is what OSS refuses; a warning is what it ignores. */
export interface Problem {
  readonly severity: 'error' | 'warning';
  readonly why?: CauseName | undefined;
  /** Whose value it is about, or which is missing. */
  readonly parameter?: string | undefined;
  readonly message: string;
  readonly start: number;
  readonly end: number;
}
export interface Inspection {
  /** Absent when a problem is an error. */
  readonly operation?: ImageOperation;
  readonly problems: readonly Problem[];
}

/**
 * Reads a step and reports all that is wrong with it, errors in the order of the catalogue.
 * `preprocess`: the step stands in the preprocessing of a watermark image, where resize knows P.
 */
export function inspectStep(step: StyleStep, preprocess = false): Inspection {
  if (!isOperationName(step.op)) {
    return { problems: [error(step, 'unknownOperation', `The action "${clip(step.op)}" is unknown.`)] };
  }
  const definition = definitionOf(step.op);
  const known = Object.entries(definition.parameters).filter(([, { preprocessOnly }]) => preprocess || !preprocessOnly);
  const problems: Problem[] = [];
  const positional = known.find(([, parameter]) => parameter.positional);
  const given =
    positional === undefined
      ? keyed(step, new Set(known.map(([name]) => name)), problems, definition.bare?.meant)
      : single(step, positional[0], problems);

  const values: Record<string, string | number> = {};
  for (const [name, parameter] of known) {
    const argument = given.get(name);
    if (argument === undefined) {
      const message = `The parameter ${name} of ${step.op} is missing.`;
      if (parameter.required) problems.push(error(step, parameter.missing ?? 'missing', message, name));
      else if (parameter.default !== undefined) values[name] = parameter.default;
      continue;
    }
    const bare = argument.key === undefined && !parameter.positional ? definition.bare : undefined;
    const read = readValue(name === 'value' || bare ? step.op : name, parameter, argument.value);
    if ('why' in read) {
      problems.push(error(argument, bare?.invalid ?? read.why, read.message, name));
      continue;
    }
    if (bare !== undefined) {
      problems.push(
        warning(argument, `OSS takes "${read.value}" without a key; which key it stands for is unpublished.`),
      );
    }
    values[name] = read.value;
  }
  if (step.op === 'resize' && given.get('w')?.value === '0' && given.get('h')?.value === '0') {
    problems.unshift(error(step, 'resizeZero', 'The parameters w and h are both 0.'));
  }
  const { oneOf } = definition;
  if (oneOf !== undefined && !oneOf.names.some((name) => given.has(name))) {
    const names = oneOf.names.filter((name) => known.some(([other]) => other === name));
    problems.push(error(step, oneOf.missing, `${step.op} needs one of ${names.join(', ')}.`));
  }
  if (problems.some(({ severity }) => severity === 'error')) return { problems };
  return { operation: { op: step.op, ...values } as ImageOperation, problems };
}

/**
 * The typed operation of a step.
 * @throws {StyleError} its first error
 */
export function readStep(step: StyleStep, preprocess = false): ImageOperation {
  const { operation, problems } = inspectStep(step, preprocess);
  for (const { why, message, start, end } of problems) {
    if (why !== undefined) throw new StyleError(why, message, start, end);
  }
  // A step without an error has an operation.
  return operation as ImageOperation;
}

/**
 * The typed operations of a whole style.
 * @throws {StyleError} the first error of the first wrong step, or a query that does not stand alone
 */
export function readSteps(steps: readonly StyleStep[]): ImageOperation[] {
  const operations = steps.map((step) => readStep(step));
  const alone = operations.findIndex(({ op }) => standsAlone(op));
  const step = steps[alone];
  if (step !== undefined && steps.length > 1) {
    throw new StyleError('exclusive', `${step.op} cannot be combined with other actions.`, step.start, step.end);
  }
  return operations;
}

/** Whether an operation answers text, and so can be the only one of its style. */
export function standsAlone(op: ImageOperationName): boolean {
  return definitionOf(op).kind === 'query';
}

// A bare word that is a key's name is that key without a value: OSS answers `watermark,text` with "text is empty".
function keyed(
  step: StyleStep,
  names: ReadonlySet<string>,
  problems: Problem[],
  bare: string | undefined,
): Map<string, Argument> {
  const given = new Map<string, Argument>();
  for (const argument of step.args) {
    const key = argument.key ?? argument.value;
    if (names.has(key)) given.set(key, { ...argument, key, value: argument.key === undefined ? '' : argument.value });
    else if (argumentText(argument) === '') continue;
    else if (argument.key === undefined && bare !== undefined) given.set(bare, argument);
    else {
      problems.push(warning(argument, `OSS ignores "${clip(argumentText(argument))}" in ${step.op}.`));
    }
  }
  return given;
}

function single(step: StyleStep, name: string, problems: Problem[]): Map<string, Argument> {
  const args = step.args.filter((argument) => argumentText(argument) !== '');
  const [first, second] = args;
  if (second !== undefined) problems.push(error(second, 'severalValues', `${step.op} takes one value.`));
  return new Map(first === undefined ? [] : [[name, { ...first, value: argumentText(first) }]]);
}

function error({ start, end }: Argument | StyleStep, why: CauseName, message: string, parameter?: string): Problem {
  return { severity: 'error', why, parameter, message, start, end };
}

function warning({ start, end }: Argument, message: string): Problem {
  return { severity: 'warning', message, start, end };
}
