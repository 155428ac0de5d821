// What a reconciliation looks at, and what of it is to be made: the keys of a bucket, and the user's choice among their
// derivatives. A plan and a sweep read it in the same way, so that a sweep makes what its plan says.

/** Keys of one bucket that begin with `prefix`, in the order in which OSS lists them. */
export interface KeyRange {
  readonly bucket: string;
  readonly prefix: string;
  /** Only keys behind this one. */
  readonly after?: string | undefined;
  /** No key behind this one. */
  readonly through?: string | undefined;
}

/** Which derivatives are made. Times in epoch milliseconds. */
export interface Selection {
  /** Only the outputs of this rule. */
  readonly rule?: string | undefined;
  /** Only sources that were stored at this time or later. */
  readonly since?: number | undefined;
  /** Only sources that were stored before this time. */
  readonly until?: number | undefined;
  readonly only?: 'missing' | 'stale' | undefined;
  /** What is current is made anew, too: its style may have changed. */
  readonly force?: boolean | undefined;
  /**
   * When the sweep began, by OSS's clock; absent in a plan. Sources that were stored later are left to their events.
   * A derivative that was written at this time or later counts as made.
   */
  readonly begun?: number | undefined;
  /** With `force`: a derivative that was written before this time is made anew; without it, the time is `begun`. */
  readonly olderThan?: number | undefined;
}
