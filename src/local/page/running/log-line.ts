// A line of the log as the view shows it: what the function says of a result or an invocation, taken apart; any other
// line as it is. Whoever uploads chooses the keys in it.
import type { Entry } from '../../studio/activity.js';

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

const results: ReadonlySet<unknown> = new Set(['saved', 'skipped', 'removed', 'failed']);

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
  const said = stream === 'stdout' ? objectIn(raw) : undefined;
  if (said?.['event'] === 'summary') {
    const [saved = 0, skipped = 0, failed = 0] = ['saved', 'skipped', 'failed'].map((name) => numberOf(said[name]));
    return { ...line, kind: 'summary', ms: numberOf(said['ms']), counts: { saved, skipped, failed } };
  }
  if (said?.['event'] !== 'result' || !results.has(said['status'])) return { ...line, kind: 'other', text: raw };
  return {
    ...line,
    kind: said['status'] as LineKind,
    source: textOf(said['source']),
    target: textOf(said['target']),
    ms: numberOf(said['ms']),
    bytes: numberOf(said['bytes']),
    text: textOf(said['reason']) ?? causeOf(said['error']),
  };
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
export function causeText(code: string | undefined, message: string | undefined): string | undefined {
  if (code === undefined || message === undefined) return code ?? message;
  return message.startsWith(code) ? message : `${code}: ${message}`;
}

function objectIn(text: string): Readonly<Record<string, unknown>> | undefined {
  if (!text.startsWith('{')) return undefined;
  try {
    return JSON.parse(text) as Record<string, unknown>;
  } catch {
    return undefined;
  }
}

function causeOf(error: unknown): string | undefined {
  if (typeof error !== 'object' || error === null) return undefined;
  const { code, message } = error as Readonly<Record<string, unknown>>;
  return causeText(textOf(code), textOf(message));
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

function numberOf(value: unknown): number | undefined {
  return typeof value === 'number' && Number.isFinite(value) ? value : undefined;
}
