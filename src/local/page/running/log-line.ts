// A line of the log as the view shows it: what the function says of a result or an invocation, taken apart; any other
// line as it is. Whoever uploads chooses the keys in it.
import type { Entry } from '../../studio/activity.js';
import { fieldsOf, numberOf, type ResultError, resultIn } from '../uploads/result.js';

export const lineKinds = ['saved', 'skipped', 'removed', 'failed', 'summary', 'other', 'runtime'] as const;
export type LineKind = (typeof lineKinds)[number];

export interface LogLine {
  readonly number: number;
  /** Epoch ms. */
  readonly at: number;
  readonly kind: LineKind;
  readonly source?: string | undefined;
  readonly target?: string | undefined;
  readonly ms?: number | undefined;
  readonly bytes?: number | undefined;
  /** Why it was skipped or has failed; of any other line its text. */
  readonly text?: string | undefined;
  /** Of a summary. */
  readonly counts?: Readonly<Record<'saved' | 'skipped' | 'failed', number>> | undefined;
  /** Of a journal record that someone has run. */
  readonly replayed: boolean;
  readonly raw: string;
}

/** Undefined: the entry is no line, and no failure. */
export function lineOf(entry: Entry): LogLine | undefined {
  const { number, at } = entry;
  if (entry.kind === 'invocation' && entry.error !== undefined) {
    return { number, at, kind: 'failed', text: entry.error, ms: entry.ms, replayed: false, raw: entry.error };
  }
  if (entry.kind === 'given-up') {
    return { number, at, kind: 'failed', text: entry.condition, replayed: false, raw: entry.condition };
  }
  if (entry.kind !== 'log') return undefined;
  const { line: raw, stream, request } = entry;
  const line = { number, at, replayed: request.startsWith('replay-'), raw };
  if (stream === 'runtime') return { ...line, kind: 'runtime', text: raw };
  const result = stream === 'stdout' ? resultIn(raw) : undefined;
  if (result !== undefined) {
    const { status: kind, source, targetText: target, ms, bytes, reason, error } = result;
    return { ...line, kind, source, target, ms, bytes, text: reason ?? (error && causeText(error)) };
  }
  const summary = stream === 'stdout' ? summaryIn(raw) : undefined;
  return summary === undefined ? { ...line, kind: 'other', text: raw } : { ...line, kind: 'summary', ...summary };
}

export interface LineFilter {
  /** Undefined: all that the function has written, without the lines of the runtime around it. */
  readonly kind: LineKind | undefined;
  /** Somewhere in the line, whatever its case. */
  readonly text: string;
}

export function filtered(lines: readonly LogLine[], { kind, text }: LineFilter): readonly LogLine[] {
  const wanted = text.trim().toLowerCase();
  return lines.filter((line) => {
    if (kind === undefined ? line.kind === 'runtime' : line.kind !== kind) return false;
    return wanted === '' || line.raw.toLowerCase().includes(wanted);
  });
}

/** Why something failed: its message, after the code where it does not begin with it. */
function causeText({ code, message }: ResultError): string {
  return message.startsWith(code) ? message : [code, message].filter(Boolean).join(': ');
}

function summaryIn(text: string): Pick<LogLine, 'ms' | 'counts'> | undefined {
  const { event, ms, saved, skipped, failed } = fieldsOf(text);
  if (event !== 'summary') return undefined;
  const [a = 0, b = 0, c = 0] = [saved, skipped, failed].map(numberOf);
  return { ms: numberOf(ms), counts: { saved: a, skipped: b, failed: c } };
}
