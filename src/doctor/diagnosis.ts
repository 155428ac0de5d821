// What `doctor` says: one line a thing that was looked at, and what to do where it is not as it should be.
import { printable } from '../terminal/result-line.js';

export type Status = 'ok' | 'unseen' | 'warning' | 'problem';

export interface Line {
  readonly status: Status;
  /** What was looked at, e.g. `trigger`. */
  readonly about: string;
  readonly message: string;
  /** What to do; only where it is not ok. */
  readonly fix?: string;
}

export function ok(about: string, message: string): Line {
  return { status: 'ok', about, message };
}

/** Not looked at, and so neither well nor wrong. */
export function unseen(about: string, message: string): Line {
  return { status: 'unseen', about, message };
}

/** Not what was meant, or could not be looked at; the function may work. */
export function warning(about: string, message: string, fix: string): Line {
  return { status: 'warning', about, message, fix };
}

/** It does not work. */
export function problem(about: string, message: string, fix: string): Line {
  return { status: 'problem', about, message, fix };
}

/** For people. */
export function lineText({ status, about, message, fix }: Line): string {
  const indent = ' '.repeat(19);
  // A message of several lines stays so, and what is in them cannot move the cursor.
  const lines = (said: string): string =>
    said
      .split(/\r?\n */)
      .map(printable)
      .join(`\n${indent}  `);
  const text = `${status.padEnd(8)} ${about.padEnd(9)} ${lines(message)}`;
  return fix === undefined ? text : `${text}\n${indent}→ ${lines(fix)}`;
}

/** What it all comes to, in a line. */
export function summaryText(lines: readonly Line[]): string {
  const count = (status: Status): number => lines.filter((line) => line.status === status).length;
  const [problems, warnings, left] = [count('problem'), count('warning'), count('unseen')];
  const rest = left === 0 ? '' : '; not looked at: what is marked unseen';
  if (problems + warnings > 0) return `${several(problems, 'problem')}, ${several(warnings, 'warning')}${rest}`;
  return left === 0 ? 'all is well' : `nothing wrong was seen${rest}`;
}

function several(count: number, what: string): string {
  return `${count} ${what}${count === 1 ? '' : 's'}`;
}
