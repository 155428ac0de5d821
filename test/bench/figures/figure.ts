// What a figure of the bench is: it takes measurements in the lab and gives back rows of a table.
import type { Lab, Wire } from '../lab.js';
import type { Spread } from '../statistics.js';

export interface Figure {
  /** As `--only` takes it. */
  readonly name: string;
  /** The heading of its table. */
  readonly title: string;
  /** Whether `--short` takes it. */
  readonly short: boolean;
  /** Called once, and once more, with a fresh lab, where a budget is missed. */
  run(lab: Lab): Promise<readonly Row[]>;
}

/** One contestant, or one case, with all that the figure measures of it. */
export interface Row {
  readonly of: string;
  readonly wire?: Wire | undefined;
  /** By the heading of the column. */
  readonly values: Readonly<Record<string, Measured>>;
}

export interface Measured extends Spread {
  readonly unit: Unit;
}

/** `÷`: a ratio; an empty unit: a number of things. */
export type Unit = 'ms' | 'µs' | 'MB' | 'KB' | 'B' | '÷' | '%' | '';
