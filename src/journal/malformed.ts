// Records of an event that cannot be read. Each is an outcome of its own; one journal record says so of all of them,
// since an event may hold thousands. Called by handle.ts, after the uploads of the event.
import type { MalformedRecord } from '../pipeline/event.js';
import type { Failed } from '../pipeline/outcome.js';
import { type RunContext, type TaskResult, writeResult } from './run.js';

/** Those that the record names beside the first: it must stay far below the size of what is read again. */
const mostNamed = 20;

/** Writes the record. Gives back an outcome for each, and what is in no journal. */
export async function writeMalformed(malformed: readonly MalformedRecord[], context: RunContext): Promise<TaskResult> {
  const outcomes = malformed.map(({ at, message, source, digest }): Failed => {
    const where = `at ${at} of the event with SHA-256 ${digest}`;
    const error = { kind: 'permanent', code: 'MalformedRecord', message: `${message} (${where})` } as const;
    return { status: 'failed', source: source ?? `event:${at}`, error };
  });
  const [first, ...others] = outcomes;
  const record = first === undefined ? [] : [others.length === 0 ? first : together(first, others)];
  return { ...(await writeResult({ outcomes: record }, context)), outcomes };
}

function together(first: Failed, others: readonly Failed[]): Failed {
  const named = others.slice(0, mostNamed).map(({ source }) => source);
  const message = `${first.error.message}; ${others.length} more cannot be read: ${named.join(', ')}`;
  return { ...first, error: { ...first.error, message: others.length > mostNamed ? `${message}, …` : message } };
}
