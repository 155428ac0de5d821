// What can be done while the function runs: its timer fired, records of the journal listed, run again, discarded.
import { array, maxLength, minLength, object, pipe, string } from 'valibot';
import type { Activity } from '../activity.js';
import { type StudioRoutes, withBody } from '../call.js';
import type { JournalTools } from '../journal-tools.js';

const key = pipe(string(), minLength(1), maxLength(1_023));
const chosen = object({ keys: pipe(array(key), minLength(1), maxLength(1_000)) });

export interface RunningOptions {
  /** Of the embedded cloud. */
  readonly url: string;
  readonly activity: Activity;
  readonly journal: JournalTools;
  /** Fires the function's timer; returns the request ids. */
  readonly tick: () => readonly string[];
}

export function runningRoutes({ url, activity, journal, tick }: RunningOptions): StudioRoutes {
  let replays = 0;
  const logOf = (request: string) => (line: string) => activity.add({ kind: 'log', request, stream: 'stdout', line });
  return {
    'POST tick': async () => ({ requests: tick() }),
    'GET journal': async () => journal.list(url),
    'POST journal-run': withBody(chosen, async ({ keys }) => journal.runAgain(url, keys, logOf(`replay-${++replays}`))),
    'POST journal-discard': withBody(chosen, async ({ keys }) => journal.discard(url, keys)),
  };
}
