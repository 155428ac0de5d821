// A finding of lint: how severe it is, what and where it is, and what to write instead.
import type { ImageOperation } from '../catalogue.js';
import type { CauseName } from '../causes.js';
import type { StyleStep } from '../grammar.js';

/** What lint finds beyond the causes for which OSS refuses a style. */
export type LintCode =
  | 'animationLost'
  | 'animationMark'
  | 'answersNoImage'
  | 'asyncOnly'
  | 'blindSource'
  | 'enlarges'
  | 'extension'
  | 'foreign'
  | 'formatEarly'
  | 'formatIgnored'
  | 'ignoredOperation'
  | 'ignoredParameter'
  | 'markPlace'
  | 'needsImm'
  | 'noEffect'
  | 'orientationLate'
  | 'orientationMissing'
  | 'orientationOff'
  | 'overridden'
  | 'region'
  | 'repeatedKey'
  | 'sourceLimit'
  | 'standardBase64'
  | 'styleName'
  | 'turnLimit'
  | 'unknownKey'
  | 'unprintedText';

export interface LintFinding {
  /** error: OSS refuses it, or nothing could be saved. warning: not what was meant. info: good to know. */
  readonly severity: 'error' | 'warning' | 'info';
  /** A cause by its name in `causes`, or lint's own code. */
  readonly code: CauseName | LintCode;
  /** UTF-16 offsets in the style. */
  readonly start: number;
  readonly end: number;
  readonly message: string;
  /** What to write instead. */
  readonly fix?: string | undefined;
}

/** What is known about the place where a style is used. */
export interface LintContext {
  /** Of the bucket, e.g. `cn-hangzhou`. */
  readonly region?: string | undefined;
  /** The suffixes of the keys that the rule takes; none: any. */
  readonly sourceSuffixes?: readonly string[] | undefined;
  /** The template that the target's key is made from. */
  readonly targetKey?: string | undefined;
  /** Whether the source bucket is bound to an IMM project. */
  readonly immBound?: boolean | undefined;
}

/** A step, and what it reads to. */
export interface ReadStep<O extends ImageOperation = ImageOperation> {
  readonly step: StyleStep;
  readonly operation: O;
}

interface Place {
  readonly start: number;
  readonly end: number;
}

/** A finding about a step, an argument, or any other part of the style. */
export function finding(
  severity: LintFinding['severity'],
  code: LintFinding['code'],
  { start, end }: Place,
  message: string,
  fix?: string,
): LintFinding {
  return { severity, code, start, end, message, fix };
}

/** The steps of one operation. */
export function stepsOf<N extends ImageOperation['op']>(
  steps: readonly ReadStep[],
  op: N,
): ReadStep<Extract<ImageOperation, { op: N }>>[] {
  return steps.filter(({ operation }) => operation.op === op) as ReadStep<Extract<ImageOperation, { op: N }>>[];
}
