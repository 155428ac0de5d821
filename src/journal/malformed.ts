// Records of an event that cannot be read. Each is an outcome of its own; one journal record says so of all of them,
// since an event may hold thousands. Called by handle.ts, after the uploads of the event.
import type { MalformedRecord } from '../pipeline/event.js';
import type { Failed } from '../pipeline/outcome.js';
import { type RunContext, type TaskResult, writeResult } from './run.js';

/** Those that the record names: it must stay far below the size of what is read again. */
const mostNamed = 20;

/** Writes the record. Gives back an outcome for each, and what is in no journal. */
export async function writeMalformed(malformed: readonly MalformedRecord[], context: RunContext): Promise<TaskResult> {
  const outcomes = malformed.map((one) => failureOf(sourceOf(one), `${one.message} (at ${placeOf(one)})`));
  const [first] = malformed;
  const record = first === undefined ? [] : malformed.length === 1 ? outcomes : [together(first, malformed)];
  return { ...(await writeResult({ outcomes: record }, context)), outcomes };
}

function together(first: MalformedRecord, malformed: readonly MalformedRecord[]): Failed {
  const named = malformed.slice(0, mostNamed).map((one) => `${sourceOf(one)} ${one.message}`);
  const rest = malformed.length > mostNamed ? ` and ${malformed.length - mostNamed} more` : '';
  const message = `${malformed.length} records: ${named.join('; ')}${rest} (from ${placeOf(first)})`;
  return failureOf(`event:${first.at}`, message);
}

function failureOf(source: string, message: string): Failed {
  return { status: 'failed', source, error: { kind: 'permanent', code: 'MalformedRecord', message } };
}

function sourceOf({ source, at }: MalformedRecord): string {
  return source ?? `event:${at}`;
}

function placeOf({ at, digest }: MalformedRecord): string {
  return `${at} of the event with SHA-256 ${digest}`;
}
