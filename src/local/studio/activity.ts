// What happens in the embedded cloud, as the studio's page shows it: uploads, results, invocations, log lines. Kept as
// long as it is recent, so that a page that is opened later sees it too; each page that is open hears of the rest.
// Imported by the page for its types: nothing of Node here.

/** An object was stored or removed, and these invocations were begun for it. */
export interface ObjectEntry {
  readonly kind: 'object';
  /** As OSS names it, e.g. `ObjectCreated:PutObject`. */
  readonly event: string;
  readonly bucket: string;
  readonly key: string;
  /** Bytes. */
  readonly size: number;
  readonly etag: string;
  /** The request ids that Function Compute has given: none where no trigger covers the object. */
  readonly requests: readonly string[];
  /** The function has stored or removed it. */
  readonly byFunction?: true | undefined;
  /** Nothing was stored: the studio has had the function run the event of an object again. */
  readonly again?: true | undefined;
}

/** One line of the function's log. */
export interface LogEntry {
  readonly kind: 'log';
  /** `replay-1` and so on: of journal records that someone runs in the studio. */
  readonly request: string;
  readonly stream: 'stdout' | 'stderr' | 'runtime';
  readonly line: string;
}

/** An invocation has ended. */
export interface InvocationEntry {
  readonly kind: 'invocation';
  readonly request: string;
  /** From 1: Function Compute delivers a failed event again. */
  readonly attempt: number;
  /** The handler's time. */
  readonly ms: number;
  readonly coldStart: boolean;
  readonly memoryMB: number;
  /** Undefined: it has succeeded. */
  readonly error?: string | undefined;
}

/** Function Compute has given up an event. */
export interface GivenUpEntry {
  readonly kind: 'given-up';
  readonly request: string;
  readonly condition: string;
}

/** The function runs with other rules from now on, or the file that holds them cannot be loaded. */
export interface RulesEntry {
  readonly kind: 'rules';
  readonly mistakes?: readonly string[] | undefined;
}

export type NewEntry = ObjectEntry | LogEntry | InvocationEntry | GivenUpEntry | RulesEntry;

/** With its number, from 1, and when it happened, epoch ms. */
export type Entry = NewEntry & { readonly number: number; readonly at: number };

export interface Activity {
  add(entry: NewEntry): void;
  /** The entries that are kept, those after `number` only. */
  since(number: number): readonly Entry[];
  /** Calls `hear` for each entry from now on, until the function that is returned is called. */
  listen(hear: (entry: Entry) => void): () => void;
}

/** Characters of a log line: a longer one is cut. */
const longestLine = 8_192;
/** Characters of all lines that are kept, or twice as many for a while. */
const mostCharacters = 4_000_000;

/** @param most entries that are kept */
export function createActivity(now: () => number, most = 2_000): Activity {
  const kept: Entry[] = [];
  const listeners = new Set<(entry: Entry) => void>();
  let number = 0;
  let characters = 0;
  /** In steps, since shifting costs as much as is kept. */
  function forget(): void {
    if (kept.length < 2 * most && characters < 2 * mostCharacters) return;
    let gone = 0;
    for (const entry of kept) {
      if (kept.length - gone <= most && characters <= mostCharacters) break;
      characters -= charactersOf(entry);
      gone += 1;
    }
    kept.splice(0, gone);
  }
  return {
    add(entry) {
      const cut = entry.kind === 'log' ? { ...entry, line: shortened(entry.line) } : entry;
      const full: Entry = { ...cut, number: ++number, at: now() };
      kept.push(full);
      characters += charactersOf(full);
      forget();
      for (const hear of listeners) hear(full);
    },
    since: (after) => kept.slice(-most).filter((entry) => entry.number > after),
    listen(hear) {
      listeners.add(hear);
      return () => listeners.delete(hear);
    },
  };
}

/** A line that is cut is copied: as a part of the longer one, it would keep that in memory. */
function shortened(line: string): string {
  if (line.length <= longestLine) return line;
  return JSON.parse(JSON.stringify(line.slice(0, longestLine))) as string;
}

function charactersOf(entry: Entry): number {
  return entry.kind === 'log' ? entry.line.length : 0;
}
