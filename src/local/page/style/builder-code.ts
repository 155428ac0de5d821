// A style as code of the builder: `image().resize({ w: 100 }).format('webp')`.
import { image } from '../../../style/builder.js';
import { definitionOf } from '../../../style/catalogue.js';
import { type Argument, parseStyle, StyleError, type StyleStep } from '../../../style/grammar.js';
import { readStep } from '../../../style/read.js';
import { literal } from '../literal.js';

const methods = Object.keys(Object.getPrototypeOf(image()) as object);

/**
 * The code that builds a style of this meaning; undefined where the builder cannot: it makes what can be saved, with
 * values that OSS takes.
 */
export function builderCode(style: string): string | undefined {
  const [, name] = /^style\/([\w.-]{1,63})$/.exec(style) ?? [];
  if (name !== undefined) return `style(${literal(name)})`;
  try {
    const calls = parseStyle(style).map(callOf);
    return calls.includes(undefined) ? undefined : `image()${calls.join('')}`;
  } catch (error) {
    if (error instanceof StyleError) return undefined;
    throw error;
  }
}

function callOf(step: StyleStep): string | undefined {
  const method = methods.find((one) => one.toLowerCase() === step.op.replaceAll('-', ''));
  if (method === undefined) return undefined;
  const { op, ...values } = readStep(step);
  if ('value' in values) {
    const on = values.value === 1 && (op === 'auto-orient' || op === 'interlace');
    return `.${method}(${on ? '' : literal(values.value)})`;
  }
  const given = Object.entries(values).filter(([name]) => step.args.some((argument) => gives(op, argument, name)));
  const [only] = given;
  if (op === 'blindwatermark' && given.length === 1) return `.${method}(${literal(only?.[1] ?? '')})`;
  if (only === undefined) return `.${method}({})`;
  return `.${method}({ ${given.map(([key, value]) => `${key}: ${literal(value)}`).join(', ')} })`;
}

/** Whether an argument is of this parameter; what is not written has its default. */
function gives(op: StyleStep['op'], { key, value }: Argument, name: string): boolean {
  if (key !== undefined) return key === name;
  return value !== '' && definitionOf(op as 'quality').bare?.meant === name;
}
