// The figures as text: a table for each, a line a contestant, then the budgets.
import type { Verdict } from './budgets.js';
import type { Measured, Row } from './figures/figure.js';
import type { Taken } from './run.js';

export function reportOf(machine: string, taken: readonly Taken[]): string {
  const tables = taken.map(({ name, title, rows }) => `${name}: ${title}\n${tableOf(rows)}`);
  const verdicts = taken.flatMap((one) => one.verdicts);
  const note =
    'Medians of all rounds, unless a column says otherwise; ±: half the distance between the quartiles. Ratios are taken within a round.';
  return `${[machine, note, ...tables, ...(verdicts.length === 0 ? [] : [budgetsOf(verdicts)])].join('\n\n')}\n`;
}

/** Columns in the order in which the rows name them, each with its unit. */
export function tableOf(rows: readonly Row[]): string {
  const columns = [...new Set(rows.flatMap(({ values }) => Object.keys(values)))];
  const wires = rows.some(({ wire }) => wire === 'tls');
  const head = columns.map((column) => {
    const unit = rows.map(({ values }) => values[column]?.unit).find((one) => one !== undefined) ?? '';
    return unit === '' || unit === '÷' ? column : `${column} (${unit})`;
  });
  const lines = rows.map(({ of, wire, values }) => [
    wires && wire !== undefined ? `${of}, ${wire === 'tls' ? 'TLS' : 'HTTP'}` : of,
    ...columns.map((column) => {
      const value = values[column];
      return value === undefined ? '' : cellOf(value);
    }),
  ]);
  return aligned([['', ...head], ...lines]);
}

/** The median, and how far the rounds lie apart where that is a per cent of it at least. */
export function cellOf({ median, low, high }: Measured): string {
  const apart = median === 0 ? 0 : Math.round(((high - low) / 2 / median) * 100);
  const shown = shownAs(median, digitsOf(median));
  return apart === 0 ? shown : `${shown} ±${apart}%`;
}

function budgetsOf(verdicts: readonly Verdict[]): string {
  const rows = verdicts.map((verdict) => {
    const { figure, of, column, must, slack, seen } = verdict;
    return [
      wordOf(verdict),
      figure,
      `${of}: ${column}`,
      shownAs(seen, digitsOf(seen)),
      `must be ≤ ${must}${slack === 0 ? '' : ` (+${Math.round(slack * 100)} % for noise)`}`,
    ];
  });
  return `Budgets\n${aligned(rows, 'left')}`;
}

function wordOf({ held, seen, must }: Verdict): string {
  if (held === false) return 'MISSED';
  if (held === true) return seen <= must ? 'ok' : 'ok, within slack';
  return held;
}

/** Three figures at least, and no more than two places. */
function digitsOf(value: number): number {
  const size = Math.abs(value);
  return size >= 100 || Number.isInteger(value) ? 0 : size >= 10 ? 1 : 2;
}

function shownAs(value: number, digits: number): string {
  return value.toLocaleString('en', { minimumFractionDigits: digits, maximumFractionDigits: digits });
}

function aligned(rows: readonly (readonly string[])[], others: 'left' | 'right' = 'right'): string {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => [...(row[column] ?? '')].length)));
  const lines = rows.map((row) =>
    row
      .map((cell, column) => {
        const space = ' '.repeat((widths[column] ?? 0) - [...cell].length);
        return column === 0 || others === 'left' ? cell + space : space + cell;
      })
      .join('  '),
  );
  return lines.map((line) => `  ${line.trimEnd()}`).join('\n');
}
