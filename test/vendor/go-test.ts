// Reads what one test of a Go package printed when it ran alone with -test.v.
import type { Outcome } from './outcome.js';

/** `exitCode` of the process; undefined where it was ended for its time. */
export function outcomeOfGo(group: string, test: string, output: string, exitCode: number | undefined): Outcome {
  if (/^\s*--- SKIP/m.test(output)) return { group, test, status: 'skipped' };
  if (exitCode === 0) return { group, test, status: 'passed' };
  const asserted = [...output.matchAll(/Error:\s+([\s\S]*?)\n\s+Test:/g)].map(([, text = '']) => text);
  const panic = /^panic: (.*)$/m.exec(output)?.[0];
  const message = [...asserted, ...(panic === undefined ? [] : [panic])].map((text) => text.replace(/\s+/g, ' '));
  return { group, test, status: 'failed', message: message.join('\n') || output.slice(-500) || 'ended for its time' };
}
