// What the figures must hold. `--check` fails where one of them is missed twice.
import { contestants } from './contestants/contestants.js';
import type { Row } from './figures/figure.js';

export interface Budget {
  /** The figure's name. */
  readonly figure: string;
  /** The row, measured over plain HTTP where there are two. */
  readonly of: string;
  readonly column: string;
  readonly must: number;
  /** How much more passes, as a share of it: what figures of one and the same code differ by on a busy machine. */
  readonly slack: number;
}

const of = contestants.function;

export const budgets: readonly Budget[] = [
  { figure: 'cold', of, column: '÷ ali-oss', must: 0.4, slack: 0.1 },
  { figure: 'cpu', of, column: '÷ ali-oss, 3,000 events', must: 0.7, slack: 0.1 },
  { figure: 'cpu', of, column: '÷ ali-oss, 15,000 events', must: 0.7, slack: 0.1 },
  { figure: 'call', of, column: '÷ undici, 3,000 events', must: 1.2, slack: 0.1 },
  { figure: 'call', of, column: '÷ undici, 15,000 events', must: 1.2, slack: 0.1 },
  { figure: 'memory', of, column: 'RSS, peak', must: 85, slack: 0.04 },
  { figure: 'bundle', of, column: 'size', must: 220, slack: 0 },
  { figure: 'outputs', of, column: '5 ÷ 1', must: 1.5, slack: 0.1 },
  { figure: 'rules', of: `${of}, file:///`, column: 'load of 10,000', must: 100, slack: 0.15 },
  { figure: 'rules', of: `${of}, oss://`, column: 'load of 10,000', must: 100, slack: 0.15 },
];

export interface Verdict extends Budget {
  /** The median. */
  readonly seen: number;
  readonly held: boolean;
}

/** Of the budgets whose value was measured. */
export function verdictsOn(figure: string, rows: readonly Row[]): Verdict[] {
  return budgets.flatMap((budget) => {
    if (budget.figure !== figure) return [];
    const row = rows.find((one) => one.of === budget.of && one.wire !== 'tls');
    const seen = row?.values[budget.column]?.median;
    return seen === undefined ? [] : [{ ...budget, seen, held: seen <= budget.must * (1 + budget.slack) }];
  });
}
