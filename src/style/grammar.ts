// The grammar of an image style: "image/resize,w_100/rotate,90" to steps with positions, and back without loss.
// It knows no operation; what an operation and its values mean is the catalogue's.
// Source: https://help.aliyun.com/zh/oss/user-guide/overview-17/
import { type CauseName, causeOf } from './causes.js';

/** One argument: `key_value`, or a bare value without a key. Positions are UTF-16 offsets in the style text. */
export interface Argument {
  readonly key?: string;
  readonly value: string;
  readonly start: number;
  readonly end: number;
}

/** One action of a style, e.g. `resize,w_100`. */
export interface StyleStep {
  readonly op: string;
  readonly args: readonly Argument[];
  readonly start: number;
  readonly end: number;
}

/** A style that OSS would refuse: where (UTF-16 offsets in the text), why (a row of `causes`), and in words. */
export class StyleError extends Error {
  override readonly name = 'StyleError';
  readonly code: string;
  readonly ec: string | undefined;
  constructor(
    readonly why: CauseName,
    message: string,
    readonly position: number,
    readonly end: number = position,
  ) {
    super(message);
    this.code = causeOf(why).code;
    this.ec = causeOf(why).ec;
  }
}

// OSS publishes neither bound (EC 0017-00000288 says only "too long"): three watermark images with the longest keys fit
// in ours. A rule's style may be half as long: `maxRuleStyleLength` in rules/oss-limits.ts.
export const maxStyleLength = 8192;
export const maxSteps = 32;
const maxArguments = 64;
const prefix = 'image/';

/**
 * Reads a style text, `image/…` without a `|sys/…` part. The first `_` of an argument ends its key, since base64url
 * values hold `_`.
 * @throws {StyleError} nothing else
 */
export function parseStyle(text: string): StyleStep[] {
  if (text.length > maxStyleLength) {
    const message = `The style is longer than ${maxStyleLength} characters.`;
    throw new StyleError('tooLong', message, maxStyleLength, text.length);
  }
  if (!text.startsWith(prefix)) {
    const message = `An image style starts with "${prefix}".`;
    throw new StyleError('malformed', message, 0, Math.min(text.length, prefix.length));
  }
  const pipe = text.indexOf('|');
  if (pipe >= 0) throw new StyleError('malformed', 'A style holds no "|".', pipe, pipe + 1);

  const parts = split(text, '/', prefix.length);
  // OSS takes a "/" behind the last action.
  if (parts.length > 1 && parts.at(-1)?.part === '') parts.pop();
  const steps: StyleStep[] = [];
  for (const { part, start } of parts) {
    if (part === '') throw new StyleError('empty', 'An action is missing after "/".', start);
    if (steps.length === maxSteps)
      throw new StyleError('tooLong', `A style has at most ${maxSteps} actions.`, start, text.length);
    steps.push(parseStep(part, start));
  }
  return steps;
}

/** The text of these steps: for every parseable text that ends in no `/`, `renderStyle(parseStyle(text)) === text`. */
export function renderStyle(steps: readonly Pick<StyleStep, 'op' | 'args'>[]): string {
  return prefix + steps.map(stepText).join('/');
}

/** A step as it is written in the style. */
export function stepText({ op, args }: Pick<StyleStep, 'op' | 'args'>): string {
  return [op, ...args.map(argumentText)].join(',');
}

/** An argument as it is written in the style. */
export function argumentText({ key, value }: Argument): string {
  return key === undefined ? value : `${key}_${value}`;
}

/** A part of a style for a message: what is long is cut. */
export function clip(text: string): string {
  return text.length > 64 ? `${text.slice(0, 64)}…` : text;
}

function parseStep(text: string, start: number): StyleStep {
  const [head, ...rest] = split(text, ',', 0);
  const end = start + text.length;
  if (rest.length > maxArguments)
    throw new StyleError('tooLong', `An action has at most ${maxArguments} arguments.`, start, end);
  return { op: head?.part ?? '', args: rest.map(({ part, start: at }) => parseArgument(part, start + at)), start, end };
}

function parseArgument(text: string, start: number): Argument {
  const underscore = text.indexOf('_');
  const end = start + text.length;
  if (underscore < 0) return { value: text, start, end };
  return { key: text.slice(0, underscore), value: text.slice(underscore + 1), start, end };
}

function split(text: string, separator: string, from: number): { part: string; start: number }[] {
  const parts: { part: string; start: number }[] = [];
  for (let start = from; ; ) {
    const stop = text.indexOf(separator, start);
    parts.push({ part: text.slice(start, stop < 0 ? text.length : stop), start });
    if (stop < 0) return parts;
    start = stop + 1;
  }
}
