// The kinds of parameter an operation has, the TypeScript type that each kind reads to, and the reader from text to
// value.
import { byteLength, decodeText } from './base64url.js';
import type { CauseName } from './causes.js';
import { clip } from './grammar.js';

interface Common {
  readonly doc: string;
  readonly required?: true;
  /** The operation's only value, written without a key: `rotate,90`. */
  readonly positional?: true;
  /** Understood only in the preprocessing of a watermark image. */
  readonly preprocessOnly?: true;
  /** Why OSS refuses a wrong value, and a missing one. */
  readonly invalid?: CauseName;
  readonly missing?: CauseName;
}
interface IntParameter extends Common {
  readonly type: 'int';
  readonly min: number;
  readonly max: number;
  readonly default?: number;
}
interface EnumParameter extends Common {
  readonly type: 'enum';
  readonly values: readonly (string | number)[];
  /** Other spellings that OSS takes, and the value that each stands for. */
  readonly aliases?: Readonly<Record<string, string>>;
  readonly default?: string | number;
}
interface ColorParameter extends Common {
  readonly type: 'hex6';
  readonly default?: string;
}
/** A text written as base64url: the plain text has at most `max` of a unit. */
interface TextParameter extends Common {
  readonly type: 'base64url';
  readonly max: number;
  readonly unit: 'bytes' | 'characters';
  readonly tooLong?: CauseName;
  readonly notBase64?: CauseName;
  /** OSS takes only these texts. */
  readonly known?: readonly string[];
  readonly default?: string;
}
export type Parameter = IntParameter | EnumParameter | ColorParameter | TextParameter;
export type Parameters = Readonly<Record<string, Parameter>>;

/** What the only value of an operation has in common with that of others: no key, and it must be given. */
export const onlyValue = { positional: true, required: true } as const;

export type Value<P extends Parameter> = P extends { type: 'int' }
  ? number
  : P extends { type: 'enum'; values: readonly (infer V)[] } | { known: readonly (infer V)[] }
    ? V
    : string;

type Present<P extends Parameters> = {
  [K in keyof P]: P[K] extends { required: true } | { default: string | number } ? K : never;
}[keyof P];

/** What reading an operation gives: parameters with a default or required are always there. */
export type Values<P extends Parameters> = { readonly [K in Present<P>]: Value<P[K]> } & {
  readonly [K in Exclude<keyof P, Present<P>>]?: Value<P[K]>;
};

export type ReadValue = { readonly value: string | number } | { readonly why: CauseName; readonly message: string };

/** Reads the text of one value. The messages are OSS's own where it shows them. */
export function readValue(name: string, parameter: Parameter, text: string): ReadValue {
  const why = parameter.invalid ?? 'invalid';
  const shown = clip(text);
  const invalid = (reason = '') => ({ why, message: `The value: ${shown} of parameter: ${name} is invalid.${reason}` });
  switch (parameter.type) {
    case 'int': {
      if (!/^-?\d{1,10}$/.test(text)) return invalid('reason:Value must be digit');
      const value = Number(text);
      return value >= parameter.min && value <= parameter.max ? { value: value + 0 } : invalid();
    }
    case 'enum': {
      const meant = parameter.aliases?.[text] ?? text;
      const value = parameter.values.find((known) => String(known) === meant);
      return value === undefined ? invalid() : { value };
    }
    case 'hex6':
      return /^[0-9A-Fa-f]{6}$/.test(text) ? { value: text.toUpperCase() } : invalid();
    case 'base64url': {
      if (text === '') return invalid();
      const value = decodeText(text);
      if (value === undefined) {
        return { why: parameter.notBase64 ?? 'notBase64', message: 'Input is not base64 decoding.' };
      }
      const size = parameter.unit === 'bytes' ? byteLength(value) : [...value].length;
      if (parameter.known?.includes(value) === false) return invalid();
      if (size <= parameter.max) return { value };
      return { why: parameter.tooLong ?? why, message: `font content is too large: ${name}` };
    }
  }
}
