// The demo's table.
import { relative } from 'node:path';
import type { DemoRow } from '../../local/demo/row.js';
import { printable } from '../../rules/printable.js';
import { bytesText } from '../../terminal/text.js';

/** Characters of a cell. */
const longest = 60;

/** Its rows, with a heading. */
export function demoTable(rows: readonly DemoRow[]): string {
  const cells = rows.map((row) => [
    row.source.replace(/^oss:\/\/[^/]+\//, ''),
    row.rule,
    row.target?.replace('oss://', '') ?? '–',
    row.width === undefined ? '–' : `${row.width}×${row.height}`,
    row.bytes === undefined ? '–' : bytesText(row.bytes),
    row.ms === undefined ? '–' : `${row.ms} ms`,
    lastCell(row),
  ]);
  return table([['source', 'rule', 'target', 'size', 'bytes', 'time', 'style'], ...cells]);
}

/** Where everything is. */
export function whereText(folder: string): string {
  const shown = relative(process.cwd(), folder) || '.';
  return `Originals, results and index.html are in ${shown.startsWith('..') ? folder : `${shown}/`}`;
}

function lastCell({ problem, skipped, hidden, style }: DemoRow): string {
  if (problem !== undefined) return problem;
  if (skipped !== undefined) return `skipped: ${skipped}`;
  return hidden === undefined ? style : `${style}  reads: ${hidden}`;
}

function table(rows: readonly (readonly string[])[]): string {
  const printed = rows.map((row) => row.map((cell, at) => (at < row.length - 1 ? shortened : String)(printable(cell))));
  const widths = (printed[0] ?? []).map((_, column) => {
    return printed.reduce((most, row) => Math.max(most, columns(row[column] ?? '')), 0);
  });
  return printed
    .map((row) =>
      row
        .map((cell, at) => cell + ' '.repeat((widths[at] ?? 0) - columns(cell)))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}

/** A cell that is not the last: a path may be so long that nobody finds the next one. */
function shortened(text: string): string {
  const characters = [...text];
  if (characters.length <= longest) return text;
  return `${characters.slice(0, longest / 2).join('')}…${characters.slice(1 - longest / 2).join('')}`;
}

/** How many columns a terminal gives a text: Chinese characters and emoji take two. */
function columns(text: string): number {
  return [...text].reduce(
    (sum, character) => sum + (/[\u1100-\u115f\u2e80-\uffdc]|[^\0-\uffff]/u.test(character) ? 2 : 1),
    0,
  );
}
