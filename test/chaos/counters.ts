// What happened in a chaos run, in numbers.
import type { Observed } from './observed.js';

export function countersOf({
  invocations,
  calls,
  faults,
  drags,
  unmet,
  failures,
  lines,
}: Observed): Record<string, number> {
  const summaries = lines.filter((line) => line.includes('"event":"summary"')).map((line) => JSON.parse(line));
  const units = lines.filter((line) => line.includes('"event":"sweep"') && !line.includes('"state":"held"'));
  const sum = (name: string) => summaries.reduce((total: number, line) => total + Number(line[name] ?? 0), 0);
  return {
    invocations: invocations.length,
    'failed invocations': invocations.filter(({ errorType }) => errorType !== undefined).length,
    'attempts after the first': invocations.filter(({ retryCount }) => retryCount > 0).length,
    calls: calls.length,
    'calls struck': faults.filter(({ operation }) => !operation.includes(':')).length,
    'slow writes': drags.length,
    'refused by If-Match': unmet.length,
    relays: calls.filter(({ style }) => style !== undefined).length,
    saved: sum('saved'),
    removed: sum('removed'),
    skipped: sum('skipped'),
    failed: sum('failed'),
    'records written': sum('journaled'),
    unsettled: sum('unsettled'),
    ...(units.length > 0 && { 'units of the sweep': units.length }),
    'to the onFailure destination': failures.length,
  };
}
