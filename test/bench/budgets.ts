// What the figures must hold. `--check` fails where one of them is missed twice.
//
// The ratios are of programs as they are deployed: the function sets V8 (src/deploy/v8-settings.ts), `ali-oss` and
// undici have it as it is.
import { contestants } from './contestants/contestants.js';
import type { Row } from './figures/figure.js';
import { loadColumn } from './figures/rules.js';

interface Budget {
  /** The figure's name. */
  readonly figure: string;
  /** The row, measured over plain HTTP where there are two. */
  readonly of: string;
  readonly column: string;
  readonly must: number;
  /** How much more passes, as a share of it: what figures of one and the same code differ by on a busy machine. */
  readonly slack: number;
  /** Not held by `--short`, which is for any machine: a time says as much of the machine as of the code. */
  readonly thoroughOnly?: true;
}

const of = contestants.function;

export const budgets: readonly Budget[] = [
  { figure: 'cold', of, column: '÷ ali-oss', must: 0.4, slack: 0.1 },
  { figure: 'cpu', of, column: '÷ ali-oss, 3,000 events', must: 0.7, slack: 0.1 },
  { figure: 'cpu', of, column: '÷ ali-oss, 15,000 events', must: 0.7, slack: 0.1 },
  { figure: 'call', of, column: '÷ undici, 3,000 events', must: 1.2, slack: 0.1 },
  { figure: 'call', of, column: '÷ undici, 15,000 events', must: 1.2, slack: 0.1 },
  { figure: 'memory', of, column: 'RSS, peak', must: 85, slack: 0.04 },
  { figure: 'bundle', of, column: 'size', must: 224, slack: 0 },
  { figure: 'outputs', of, column: '5 ÷ 1', must: 1.5, slack: 0.1 },
  { figure: 'rules', of: `${of}, file:///`, column: loadColumn, must: 100, slack: 0.15, thoroughOnly: true },
  { figure: 'rules', of: `${of}, oss://`, column: loadColumn, must: 100, slack: 0.15, thoroughOnly: true },
];

export interface Verdict extends Budget {
  /** The median, unless the column says otherwise. */
  readonly seen: number;
  readonly held: boolean | 'not held by --short';
}

/** Of the budgets whose value was measured, in a lab that is thorough or not. */
export function verdictsOn(figure: string, rows: readonly Row[], thorough: boolean): Verdict[] {
  return budgets.flatMap((budget): Verdict[] => {
    if (budget.figure !== figure) return [];
    const row = rows.find((one) => one.of === budget.of && one.wire !== 'tls');
    const seen = row?.values[budget.column]?.median;
    if (seen === undefined) return [];
    if (budget.thoroughOnly && !thorough) return [{ ...budget, seen, held: 'not held by --short' }];
    return [{ ...budget, seen, held: seen <= budget.must * (1 + budget.slack) }];
  });
}
