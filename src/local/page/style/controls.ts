// The form control of a parameter, by its entry in the catalogue, and its value in a step: read and written.
import { decodeText, encodeText } from '../../../style/base64url.js';
import { definitionOf, type ImageOperationName, isOperationName } from '../../../style/catalogue.js';
import { type Argument, argumentText, parseStyle } from '../../../style/grammar.js';
import type { Parameter } from '../../../style/parameter.js';

/** As they lie on the picture. */
export const places: readonly string[] = ['nw', 'north', 'ne', 'west', 'center', 'east', 'sw', 'south', 'se'];

export type Control =
  | { readonly kind: 'number'; readonly min: number; readonly max: number }
  | { readonly kind: 'switch' }
  | { readonly kind: 'choice'; readonly values: readonly string[] }
  /** Nine fields, and what else the parameter takes. */
  | { readonly kind: 'place'; readonly others: readonly string[] }
  | { readonly kind: 'colour' }
  | { readonly kind: 'text' };

/** A parameter of a step with its control. */
export interface Field {
  readonly name: string;
  readonly parameter: Parameter;
  readonly control: Control;
  /** As a person reads it: texts are decoded. Undefined: not given. */
  readonly value: string | undefined;
  /** What counts where none is given. */
  readonly fallback: string | undefined;
}

/** A step of the form: its operation, a field for each parameter, and the arguments that are of no parameter. */
export interface StepFields {
  readonly op: string;
  readonly fields: readonly Field[];
  readonly strays: readonly { readonly index: number; readonly text: string }[];
}

export function controlOf(parameter: Parameter): Control {
  switch (parameter.type) {
    case 'int':
      return { kind: 'number', min: parameter.min, max: parameter.max };
    case 'hex6':
      return { kind: 'colour' };
    case 'base64url':
      return parameter.known === undefined ? { kind: 'text' } : { kind: 'choice', values: parameter.known };
    case 'enum': {
      const values = parameter.values.map(String);
      const certain = parameter.required || parameter.default !== undefined;
      if (certain && values.join() === '0,1') return { kind: 'switch' };
      if (!places.every((place) => values.includes(place))) return { kind: 'choice', values };
      return { kind: 'place', others: values.filter((value) => !places.includes(value)) };
    }
  }
}

/** The parameters of an operation that its form shows, in the order of the catalogue. */
export function parametersOf(op: ImageOperationName): [name: string, parameter: Parameter][] {
  return Object.entries(definitionOf(op).parameters).filter(([, { preprocessOnly }]) => !preprocessOnly);
}

/** @param step as it is written in a style */
export function fieldsOf(step: string): StepFields {
  const { op, args } = partsOf(step);
  const shown = args.map((argument, index) => ({ index, text: argumentText(argument), name: nameOf(op, argument) }));
  const strays = shown.filter(({ name, text }) => name === undefined && text !== '');
  if (!isOperationName(op)) return { op, fields: [], strays };
  const fields = parametersOf(op).map(([name, parameter]): Field => {
    // Of several, the last counts.
    const argument = args.findLast((one) => nameOf(op, one) === name);
    const value = argument === undefined ? undefined : readable(parameter, written(name, parameter, argument));
    const fallback = parameter.default === undefined ? undefined : String(parameter.default);
    return { name, parameter, control: controlOf(parameter), value, fallback };
  });
  return { op, fields, strays };
}

/**
 * The step with another value of a parameter, as a person writes it; undefined leaves it out. What is given stays in
 * its place, what is new goes where the catalogue has it.
 */
export function withValue(step: string, name: string, value: string | undefined): string {
  const { op, args } = partsOf(step);
  if (!isOperationName(op)) return step;
  const parameters = parametersOf(op);
  const parameter = parameters.find(([other]) => other === name)?.[1];
  if (parameter === undefined) return step;
  const raw = value === undefined ? undefined : plain(parameter.type === 'base64url' ? encodeText(value) : value);
  if (parameter.positional) return [op, ...(raw === undefined || raw === '' ? [] : [raw])].join(',');
  const texts = args.map((one) => ({ name: nameOf(op, one), text: argumentText(one) }));
  if (raw === undefined) return [op, ...texts.filter((one) => one.name !== name).map(({ text }) => text)].join(',');
  const own = { name, text: `${name}_${raw}` };
  const given = texts.findLastIndex((one) => one.name === name);
  if (given >= 0) texts[given] = own;
  else {
    const order = parameters.map(([other]) => other);
    const after = texts.findIndex((one) => one.name !== undefined && order.indexOf(one.name) > order.indexOf(name));
    texts.splice(after < 0 ? texts.length : after, 0, own);
  }
  return [op, ...texts.map(({ text }) => text)].join(',');
}

/** The step with another text of the argument at `index`; an empty one leaves it out. */
export function withArgument(step: string, index: number, text: string): string {
  const { op, args } = partsOf(step);
  const texts = args.map((one, at) => (at === index ? plain(text) : argumentText(one)));
  return [op, ...texts.filter((one, at) => at !== index || one !== '')].join(',');
}

/** Of which parameter an argument is. */
function nameOf(op: string, argument: Argument): string | undefined {
  if (!isOperationName(op)) return undefined;
  const parameters = parametersOf(op);
  const [first] = parameters;
  if (first?.[1].positional) return argumentText(argument) === '' ? undefined : first[0];
  // A name alone is a key without a value, and some operations take a value without a key.
  const key = argument.key ?? argument.value;
  if (parameters.some(([name]) => name === key)) return key;
  return argument.key === undefined && argument.value !== '' ? definitionOf(op).bare?.meant : undefined;
}

function written(name: string, parameter: Parameter, argument: Argument): string {
  if (parameter.positional) return argumentText(argument);
  return argument.key === undefined && argument.value === name ? '' : argument.value;
}

function readable(parameter: Parameter, text: string): string {
  if (parameter.type === 'base64url') return decodeText(text) ?? text;
  return parameter.type === 'enum' ? (parameter.aliases?.[text] ?? text) : text;
}

/** Without what ends an argument. */
function plain(text: string): string {
  return text.replace(/[,/|]/g, '');
}

function partsOf(step: string): { readonly op: string; readonly args: readonly Argument[] } {
  return parseStyle(`image/${step}`)[0] ?? { op: '', args: [] };
}
