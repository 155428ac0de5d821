// The typed builder of styles: `image().autoOrient().resize({ w: 200 }).format('webp')`. Its methods and parameters are
// the catalogue's, by type only: it is part of the deployed function, where the catalogue would be dead weight.
import { type BuilderCall, renderCall, StyleValueError } from './call.js';
import type { catalogue, ImageOperationName } from './catalogue.js';
import { limits } from './limits.js';
import type { Parameters, Value } from './parameter.js';
import { isStyleName } from './style-name.js';

type Catalogue = typeof catalogue;
type ParametersOf<N extends ImageOperationName> = Catalogue[N]['parameters'];

/** The operations that give an image: only these can be saved. */
type SavableOperation = {
  [N in ImageOperationName]: 'image' extends Catalogue[N]['answers'] ? N : never;
}[ImageOperationName];

const methods = { blindwatermark: 'blindWatermark', indexcrop: 'indexCrop' } as const;
type Method<N extends string> = N extends keyof typeof methods ? (typeof methods)[N] : Camel<N>;
type Camel<N extends string> = N extends `${infer A}-${infer B}` ? `${A}${Capitalize<Camel<B>>}` : N;

type Required<P extends Parameters> = { [K in keyof P]: P[K] extends { required: true } ? K : never }[keyof P];
type Either<N extends ImageOperationName> = NonNullable<Catalogue[N]['oneOf']>['names'][number];
type OneOf<P extends Parameters, K extends keyof P> = [K] extends [never]
  ? unknown
  : { [N in K]: { readonly [One in N]: Value<P[One]> } }[K];

/** The parameters of an operation, as they are written. */
export type Given<N extends ImageOperationName, P extends Parameters = ParametersOf<N>> = {
  readonly [K in Required<P>]: Value<P[K]>;
} & { readonly [K in Exclude<keyof P, Required<P>>]?: Value<P[K]> } & OneOf<P, Either<N> & keyof P> &
  (N extends 'watermark' ? Preprocess : unknown);

interface Preprocess {
  /**
   * What is done to the watermark image before it is put on. Here alone, resize knows `P`: percent of the main image.
   */
  readonly process?: ImageStyle;
}

type ArgumentsOf<N extends ImageOperationName> =
  ParametersOf<N> extends { value: infer V extends Parameters[string] }
    ? V extends { values: readonly [0, 1] }
      ? [value?: 0 | 1]
      : [value: Value<V>]
    : ParametersOf<N> extends { content: { required: true } }
      ? [given: string | Given<N>]
      : [given: Given<N>];

/** A style made of operations. Never changes: each method gives a new one. */
export type ImageStyle = {
  readonly [N in SavableOperation as Method<N>]: (...given: ArgumentsOf<N>) => ImageStyle;
} & Style;

/** What a configuration takes for a style. */
export interface Style {
  /**
   * The text that OSS understands.
   * @throws {StyleValueError} when a value is none that OSS takes
   */
  toString(): string;
  toJSON(): string;
}

/** Starts an image style. */
export function image(): ImageStyle {
  return chain([]);
}

/** The style that is stored under this name in the source bucket. */
export function style(name: string): Style {
  const text = () => {
    if (isStyleName(name)) return `style/${name}`;
    throw new StyleValueError('style', 'name', name, '1 to 63 characters A-Z a-z 0-9 _ . -');
  };
  return Object.freeze({ toString: text, toJSON: text });
}

interface Chain {
  readonly calls: readonly BuilderCall[];
}

// One prototype for all, made from the limits: a configuration may hold thousands of styles.
const prototype = Object.fromEntries<unknown>(
  (Object.keys(limits) as BuilderCall['operation'][]).map((operation) => [
    (methods as Readonly<Record<string, string>>)[operation] ?? camel(operation),
    function (this: Chain, given?: unknown) {
      // A copy: the style must not change with what it was made from.
      const copy = typeof given === 'object' && given !== null ? { ...given } : given;
      return chain([...this.calls, { operation, given: copy }]);
    },
  ]),
);
prototype['toString'] = prototype['toJSON'] = function (this: Chain) {
  if (this.calls.length > 0) return `image/${this.calls.map(renderCall).join('/')}`;
  throw new StyleValueError('image', 'style', '', 'at least one operation');
};

function chain(calls: readonly BuilderCall[]): ImageStyle {
  return Object.freeze(Object.create(prototype, { calls: { value: calls } })) as ImageStyle;
}

function camel(name: string): string {
  return name.replace(/-./, ([, letter = '']) => letter.toUpperCase());
}
