// One call of the builder, as OSS reads it: values checked against limits.ts, keys in its order, texts as base64url.
import { byteLength, encodeText } from './base64url.js';
import { limits } from './limits.js';

export interface BuilderCall {
  readonly operation: keyof typeof limits;
  readonly given: unknown;
}

/** A value in a built style that OSS would refuse. */
export class StyleValueError extends Error {
  override readonly name = 'StyleValueError';
  constructor(
    readonly operation: string,
    readonly parameter: string,
    readonly value: unknown,
    readonly expected: string,
  ) {
    super(`${operation}: ${parameter} is ${show(value)}, expected ${expected}`);
  }
}

/**
 * The text of a call: `resize,m_fill,w_100`.
 * @throws {StyleValueError} when a value is none that OSS takes, or is missing
 */
export function renderCall({ operation, given }: BuilderCall): string {
  const specs = limits[operation].split(' ').map((spec) => {
    const [, name = '', need = '', limit = ''] = /^(\w+)([!?]?)=(.+)$/.exec(spec) ?? [];
    return { name, need, limit };
  });
  const [first] = specs;
  const positional = first?.name === 'value';
  const values: Record<string, unknown> =
    typeof given === 'object' && given !== null && !positional
      ? withProcess(operation, { ...given })
      : // A switch without a value is on: autoOrient().
        { [first?.name ?? '']: given === undefined && first?.limit === '0|1' ? 1 : given };

  const stray = Object.keys(values).find((key) => !specs.some(({ name }) => name === key));
  if (stray !== undefined) {
    const known = specs.map(({ name }) => name).join(', ');
    throw new StyleValueError(operation, stray, values[stray], `one of the parameters ${known}`);
  }
  const either = specs.filter(({ need }) => need === '?');
  if (either.length > 0 && either.every(({ name }) => values[name] === undefined)) {
    const names = either.map(({ name }) => name).join(', ');
    throw new StyleValueError(operation, names, undefined, 'at least one of these');
  }
  const args = specs
    .filter(({ name, need }) => need === '!' || values[name] !== undefined)
    .map(({ name, limit }) => {
      const text = renderValue(operation, name, limit, values[name]);
      return positional ? text : `${name}_${text}`;
    });
  return [operation, ...args].join(',');
}

// A watermark image carries its preprocessing inside its base64url text.
function withProcess(operation: string, { process, ...values }: Record<string, unknown>): Record<string, unknown> {
  if (process === undefined) return values;
  const text = String(process);
  if (operation !== 'watermark' || typeof values['image'] !== 'string' || !text.startsWith('image/')) {
    throw new StyleValueError(operation, 'process', text, 'an image() style, beside the image of a watermark');
  }
  return { ...values, image: `${values['image']}?x-oss-process=${text}` };
}

function renderValue(operation: string, name: string, limit: string, value: unknown): string {
  const text = String(value);
  const checked = (fits: boolean, expected: string, rendered = text) => {
    if (fits) return rendered;
    throw new StyleValueError(operation, name, value, expected);
  };
  const [, min, max] = /^(.+)\.\.(.+)$/.exec(limit) ?? [];
  if (min !== undefined) {
    const fits = Number.isInteger(value) && Number(value) >= Number(min) && Number(value) <= Number(max);
    return checked(fits, `a whole number from ${min} to ${max}`);
  }
  if (limit === '6x') return checked(/^[0-9A-Fa-f]{6}$/.test(text), 'six hexadecimal digits, like FF8800');
  const [, most, unit] = /^(\d+)([bc])$/.exec(limit) ?? [];
  if (most === undefined) return checked(limit.split('|').includes(text), limit.replaceAll('|', ' or '));
  const size = unit === 'b' ? byteLength(text) : [...text].length;
  return checked(
    typeof value === 'string' && value !== '' && size <= Number(most) && value.isWellFormed(),
    `a text of 1 to ${most} ${unit === 'b' ? 'bytes of UTF-8' : 'characters'}`,
    encodeText(text),
  );
}

function show(value: unknown): string {
  if (typeof value === 'string') return JSON.stringify(value.slice(0, 64));
  if (value === undefined) return 'missing';
  return typeof value === 'object' ? 'an object' : String(value);
}
