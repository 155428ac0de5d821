// The decisions that the claim rests on, so that a test can take each one back and see the claim break. `shipped` is
// what the function does; its settling is the function's own.
import * as settle from '../../src/pipeline/settle.js';

/** The functions of src/pipeline/settle.ts. */
export type Reducer = Pick<typeof settle, 'begin' | 'afterActing' | 'afterLooking'>;

export interface Design {
  readonly reducer: Reducer;
  /** An event that FC delivers again is taken to have left a call without an answer (handle.ts). */
  readonly heedsRedelivery: boolean;
  /** What is unsettled is written down, and run again whatever its version (handle.ts, journal/read.ts). */
  readonly runsUnsettled: boolean;
  /** What was left without an answer is due only when a late write has come (journal/record.ts). */
  readonly waitsForLateWrites: boolean;
  /** What cannot be written down is thrown, so that the event comes again (journal/errors.ts). */
  readonly throwsUnwritten: boolean;
  /**
   * A due record is put off, as unsettled, before it is run: a run that is killed is one more call without an answer.
   */
  readonly claimsRecords: boolean;
  /**
   * A record is run for what the source is by then: what failed need not have been for the event's version
   * (journal/read.ts).
   */
  readonly looksBeforeRerun: boolean;
  /**
   * Where not even the first look succeeds, a call that may have been left without an answer is not forgotten
   * (derive.ts).
   */
  readonly unreadableKeepsUnanswered: boolean;
  /**
   * A removal whose source is there is acted on where the source has versions, since one may have come back, and where
   * a journal record brings it (derive.ts).
   */
  readonly actsForRestored: boolean;
  /** An answer of 2xx that says nothing of use may stand for a write, so it is looked at (save.ts). */
  readonly looksAfterAnySuccess: boolean;
}

export const shipped: Design = {
  reducer: settle,
  heedsRedelivery: true,
  runsUnsettled: true,
  waitsForLateWrites: true,
  throwsUnwritten: true,
  claimsRecords: true,
  looksBeforeRerun: true,
  unreadableKeepsUnanswered: true,
  actsForRestored: true,
  looksAfterAnySuccess: true,
};
