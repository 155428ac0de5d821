// What `doctor` reports: a diagnosis for each thing that was looked at, with what to do where it is not as it should
// be.
import { OssError } from '../oss/error.js';
import { FunctionComputeError, refusalText } from '../remote/error.js';
import { countOf, printableLines } from '../terminal/text.js';

export type Status = 'ok' | 'unseen' | 'warning' | 'problem';

export interface Diagnosis {
  readonly status: Status;
  /** What was looked at, e.g. `trigger`. */
  readonly about: string;
  readonly message: string;
  /** What to do; only for warnings and problems. */
  readonly fix?: string;
}

export function ok(about: string, message: string): Diagnosis {
  return { status: 'ok', about, message };
}

/** Not looked at, and so neither right nor wrong. */
export function unseen(about: string, message: string): Diagnosis {
  return { status: 'unseen', about, message };
}

/** Not what was meant, or could not be looked at; the function may work. */
export function warning(about: string, message: string, fix: string): Diagnosis {
  return { status: 'warning', about, message, fix };
}

/** It does not work. */
export function problem(about: string, message: string, fix: string): Diagnosis {
  return { status: 'problem', about, message, fix };
}

/**
 * Makes a call; where Function Compute or OSS refuses it, gives the diagnosis of that.
 * @param what is looked at in OSS, and the action that has to be granted for it
 */
export async function attempt<T>(
  about: string,
  call: () => Promise<T>,
  what = '',
  action = '',
): Promise<{ readonly value: T } | { readonly failed: Diagnosis }> {
  try {
    return { value: await call() };
  } catch (error) {
    if (error instanceof FunctionComputeError) {
      const [message = '', fix = 'try again'] = refusalText(error).split('\n  ');
      return { failed: problem(about, message, fix) };
    }
    if (!(error instanceof OssError)) throw error;
    const fix = error.code === 'AccessDenied' ? `grant ${action} to who runs this` : 'see --endpoint and --region';
    return { failed: warning(about, `${what} could not be looked at: ${error.message}`, fix) };
  }
}

/** For people, ended by a line break. */
export function diagnosisText({ status, about, message, fix }: Diagnosis): string {
  const indent = ' '.repeat(19);
  // A message of several lines stays so, and what is in them cannot move the cursor.
  const lines = (text: string): string => printableLines(text.replaceAll(/\r?\n */g, `\n${indent}  `));
  const advice = fix === undefined ? '' : `${indent}→ ${lines(fix)}\n`;
  return `${status.padEnd(8)} ${about.padEnd(9)} ${lines(message)}\n${advice}`;
}

/** How many problems there are, in a line. */
export function summaryText(diagnoses: readonly Diagnosis[]): string {
  const { problems, warnings, unseen: hidden } = countsOf(diagnoses);
  const rest = hidden === 0 ? '' : '; not looked at: what is marked unseen';
  if (problems + warnings > 0) return `${countOf(problems, 'problem')}, ${countOf(warnings, 'warning')}${rest}`;
  return hidden === 0 ? 'all is well' : `nothing wrong was seen${rest}`;
}

export function countsOf(diagnoses: readonly Diagnosis[]) {
  const count = (status: Status): number => diagnoses.filter((one) => one.status === status).length;
  return { problems: count('problem'), warnings: count('warning'), unseen: count('unseen') };
}
