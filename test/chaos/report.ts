// A chaos run as people read it: what happened, in numbers, and the verdict.
import type { ChaosResult } from './run.js';

/** Violations beyond this many are only counted. */
const shownAtMost = 20;

export function reportOf(result: ChaosResult): string {
  const { seed, uploads, deletions, counters, faults, counted, violations, virtualTime, wallTime } = result;
  const lines = [
    `seed ${seed}: ${uploads} uploads and ${deletions} deletions of ${counted.sources} keys`,
    table(counters),
    `faults:\n${table(faults)}`,
    table({ derivatives: counted.derivatives, 'failures on record': counted['failures on record'] }),
    `${(virtualTime / 3_600_000).toFixed(1)} hours of the run's time in ${(wallTime / 1000).toFixed(1)} s`,
  ];
  for (const { kind, key, message, history } of violations.slice(0, shownAtMost)) {
    lines.push(`\n${kind.toUpperCase()} ${key}: ${message}`, ...history.map((line) => `    ${line}`));
  }
  const count = (kind: string) => violations.filter((violation) => violation.kind === kind).length;
  const others = count('record');
  lines.push(`${count('lost')} lost, ${count('stale')} stale${others === 0 ? '' : `, ${others} other violations`}`);
  return `${lines.join('\n')}\n`;
}

function table(rows: Readonly<Record<string, number>>): string {
  const width = Math.max(...Object.keys(rows).map((name) => name.length));
  return Object.entries(rows)
    .map(([name, value]) => `  ${name.padEnd(width)}  ${String(value).padStart(7)}`)
    .join('\n');
}
