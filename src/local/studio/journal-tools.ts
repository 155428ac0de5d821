// What the studio asks of those who know the journal: its records, and to run or discard some of them.

/** Records that wait for the timer; those that someone has to fix something for; those that cannot work as they are. */
export const journalGroups = ['due', 'setup', 'permanent'] as const;
export type JournalGroup = (typeof journalGroups)[number];

/** What a record says, as far as it can be read: anyone who may write the bucket can have written it. */
export interface StudioRecord {
  /** Its key. */
  readonly record: string;
  readonly kind: string;
  /** The error's code; why it is unsettled. */
  readonly code: string;
  readonly message?: string | undefined;
  readonly rule?: string | undefined;
  /** `oss://bucket/key` */
  readonly source?: string | undefined;
  readonly target?: string | undefined;
  readonly style?: string | undefined;
  readonly attempts?: number | undefined;
  /** Epoch ms: when it was first written down. */
  readonly since?: number | undefined;
  /** ISO 8601, UTC, to the minute. */
  readonly due?: string | undefined;
  /** It is not due yet: what was left without an answer may still be written, so it cannot be discarded. */
  readonly early: boolean;
  /** Why it cannot be run. */
  readonly problem?: string | undefined;
}

export interface StudioRecords {
  /** How many there are, counted to 1,000. */
  readonly count: number;
  readonly more: boolean;
  /** The first of them. */
  readonly records: readonly StudioRecord[];
}

export interface StudioJournal {
  /** `oss://bucket/prefix`; undefined: the rules keep none, `journal: 'throw'`. */
  readonly where: string | undefined;
  readonly groups: Readonly<Record<JournalGroup, StudioRecords>>;
}

/** A record that is still in the journal, and why. */
export interface LeftRecord {
  readonly record: string;
  readonly why: string;
}

/** Counts of what became of records that were run. */
export interface JournalRun {
  readonly records: number;
  readonly saved: number;
  readonly removed: number;
  readonly skipped: number;
  readonly failed: number;
  readonly left: readonly LeftRecord[];
}

export interface JournalDiscard {
  readonly discarded: number;
  readonly left: readonly LeftRecord[];
}

/** Each asks the embedded cloud at `url`, for the journal of the rules in force. @throws {StudioMistake} */
export interface JournalTools {
  list(url: string): Promise<StudioJournal>;
  /** @param log gets a line of JSON for each result, as the function would write it */
  runAgain(url: string, keys: readonly string[], log: (line: string) => void): Promise<JournalRun>;
  discard(url: string, keys: readonly string[]): Promise<JournalDiscard>;
}
