// What another service has sent: someone has attached this function to something else, or there is something else on a
// shared queue or bus. One record for each source and type says so, under a key that stays the same. Nothing is thrown
// because of it: Function Compute would run each such event nine times. Called by handle.ts.
import { inParallel } from '../oss/limit.js';
import type { Origin } from '../pipeline/message-envelope.js';
import type { Failed, Failure } from '../pipeline/outcome.js';
import { journalEntry, writeEntry } from './record.js';
import type { RunContext } from './run.js';

/** Those of one event that are written down: each is a request, and an event may hold thousands. */
const mostWritten = 20;

/** What came of other services. */
export interface Foreign {
  readonly found: number;
  /** Records written to the journal. */
  readonly written: number;
  /** Why others were not. */
  readonly refusals: readonly Failure[];
}

export const noneForeign: Foreign = { found: 0, written: 0, refusals: [] };

/** Writes the records, each once. */
export async function writeForeign(
  origins: readonly Origin[],
  { journal, journalOss, now, fcRequestId, concurrency }: RunContext & { readonly concurrency: number },
): Promise<Foreign> {
  const found = origins.length;
  if (journal === 'throw') return { found, written: 0, refusals: [] };
  const distinct = new Set(origins.map(({ source, type }) => `${source} ${type}`));
  const entries = [...distinct].slice(0, mostWritten).map((from) => {
    return journalEntry({ failed: failureOf(from), attempts: 1, since: now() }, journal, now(), fcRequestId);
  });
  const results = await inParallel(entries, concurrency, (entry) => writeEntry(journalOss, journal.bucket, entry));
  const refusals = results.filter((refusal) => refusal !== undefined);
  return { found, written: entries.length - refusals.length, refusals };
}

function failureOf(from: string): Failed {
  const error = {
    kind: 'permanent',
    code: 'ForeignSource',
    message: 'another service sends this to the function, with no record of OSS in it: it is passed over',
  } as const;
  return { status: 'failed', source: `event:${from}`, error };
}
