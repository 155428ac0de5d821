// The decisions of the sweep that its claims rest on, so that a test can take each one back and see a claim break.
// `shipped` is what the function does; where it stands and what it plans, are the function's own answers (code.ts).

export interface Design {
  /** Markers name their run, so that none hides that of another run. */
  readonly namesRun: boolean;
  /**
   * After `begun`, the markers are listed again: a run goes on only if it is alone; or if it is the first by name; or
   * without looking.
   */
  readonly looksAgain: 'alone' | 'first' | 'never';
  /** A run that has begun and is not done leaves its unit open, also where another run has done the unit. */
  readonly opens: 'each run' | 'the unit';
  /**
   * How long an open unit is left alone: until no request of its run can come any more (deadline + 15 minutes), until
   * its run is over (deadline), or not at all.
   */
  readonly holds: 'late requests' | 'its run' | 'never';
  /** What an open unit may have asked for, and what has changed since or is gone, is written down to be looked at. */
  readonly closes: 'changed or gone' | 'changed' | 'nothing';
  /** This is done before the next unit is begun, which hides the open one. */
  readonly closesFirst: boolean;
  /** `done` is written when all keys up to it are handled; else together with `begun`. */
  readonly marksHandled: boolean;
  /**
   * A source that is another one after what was made of it: is written down to be looked at; or is left to its event;
   * or the unit acts again, as an event does, unless it ends before.
   */
  readonly whenChanged: 'is written down' | 'is left' | 'acts again';
  /** What counts towards the bound: what `begun` plans, whatever becomes of it; else each page anew when it is read. */
  readonly counts: 'once begun' | 'each page';
  /** Where several runs have been at a unit, their plans may differ: the largest count of them is taken. */
  readonly countsMost: boolean;
  /** Where one of them is open, that count is taken to be of the fewest keys. */
  readonly countsLeastKeys: boolean;
  /** Sources that were stored since the sweep began are left to their events; else dates decide. */
  readonly leavesNewer: boolean;
  /**
   * Behind an open unit: from the furthest that its markers say is handled; or from where it began, whatever other runs
   * have done; or from its end, as if it were done.
   */
  readonly goesOnFrom: 'the furthest' | 'its beginning' | 'its end';
  /** When a sweep is cancelled, what is open is still closed. */
  readonly closesCancelled: boolean;
}

export const shipped: Design = {
  namesRun: true,
  looksAgain: 'alone',
  opens: 'each run',
  holds: 'late requests',
  closes: 'changed or gone',
  closesFirst: true,
  marksHandled: true,
  whenChanged: 'is written down',
  counts: 'once begun',
  countsMost: true,
  countsLeastKeys: true,
  leavesNewer: true,
  goesOnFrom: 'the furthest',
  closesCancelled: true,
};
