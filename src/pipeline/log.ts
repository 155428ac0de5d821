// JSON lines on stdout: one object a line, for SLS. s.yaml sets `logBeginRule: None`, so that lines are not joined into
// one entry.
import type { Failure, Outcome, Result, Summary } from './outcome.js';

/** Writes one entry as one line. */
export type Log = (entry: Readonly<Record<string, unknown>>) => void;

/**
 * A log whose lines carry FC's request id. `process.stdout.write` rather than `console.log`, which the runtime prefixes
 * and which `ALIYUN_FC_LOG_LEVEL` can hide. A line stays under SLS's 32 KB a record.
 */
export function createLog(write: (line: string) => void, fcRequestId: string | undefined): Log {
  const ending = fcRequestId === undefined ? '}' : `,"fcRequestId":${JSON.stringify(fcRequestId)}}`;
  return (entry) => {
    const line = JSON.stringify(entry).slice(0, -1) + ending;
    const kept = line.length <= 8_000 ? line : JSON.stringify({ ...shortened(entry), fcRequestId, cut: true });
    write(`${kept}\n`);
  };
}

/** The line of one outcome: its result, and all that the vendor's own `process_object` returns. */
export function outcomeEntry(outcome: Outcome, result: Result): Readonly<Record<string, unknown>> {
  const level = outcome.status === 'failed' ? 'error' : 'info';
  if (outcome.status !== 'saved') return { level, event: 'result', ...result };
  const { httpStatus, processStatus, target } = outcome;
  return { level, event: 'result', ...result, httpStatus, processStatus, bucket: target.bucket, key: target.key };
}

/** The line of what the journal refused: records that it did not take or delete, `count` in all. */
export function refusalEntry(bucket: string, error: Failure, count: number): Readonly<Record<string, unknown>> {
  return { level: 'error', event: 'journal', journal: `oss://${bucket}`, count, error };
}

/** What the summary line counts besides the outcomes. */
export interface Tally {
  readonly ms: number;
  /** Records written to the journal. */
  readonly journaled: number;
  /** Uploads that are to be looked at again. */
  readonly unsettled: number;
  /** Records of other services; the line has them only where there are some. */
  readonly foreign: number;
}

/** The one line that counts the invocation. */
export function summaryEntry(
  summary: Summary,
  { ms, journaled, unsettled, foreign }: Tally,
): Readonly<Record<string, unknown>> {
  const { saved, skipped, failed, removed = 0 } = summary;
  const level = failed > 0 || foreign > 0 ? 'warn' : 'info';
  const counters = { saved, skipped, failed, removed, journaled, unsettled, foreign: foreign || undefined };
  return { level, event: 'summary', ...counters, ms: Math.round(ms) };
}

function shortened(entry: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  return Object.fromEntries(
    Object.entries(entry).map(([name, value]) => {
      const text = typeof value === 'string' ? value : JSON.stringify(value);
      return [name, text === undefined || text.length <= 400 ? value : `${text.slice(0, 400)}…`];
    }),
  );
}
