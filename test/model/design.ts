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
  /** A relay whose PUT was answered is not confirmed where an attempt before it was not (oss/relay/relay.ts). */
  readonly relaysHeedUnanswered: boolean;
  /** After a relay's PUT the source is looked at; or only where its GET went without If-Match; or never. */
  readonly looksAfterRelay: 'always' | 'without If-Match' | 'never';
  /**
   * After a 412 the relay looks: the same version is asked for without If-Match, another one is for settling to look
   * at. Or what it asked for has failed, and is written down. Or it is left to the event of another version.
   */
  readonly after412: 'looks' | 'fails' | 'leaves it';
  /**
   * What a relay has read is written, or forgotten, before a late write of that moment would be due: the time of its
   * GET and PUT is bounded, and no PUT is begun after the deadline (oss/relay/relay.ts, oss/request.ts).
   */
  readonly holdsBriefly: boolean;
  /** A relay's PUT that is refused says nothing of the source's bytes: its error has a code of its own (relay.ts). */
  readonly tellsRefusals: boolean;
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
  relaysHeedUnanswered: true,
  looksAfterRelay: 'always',
  after412: 'looks',
  holdsBriefly: true,
  tellsRefusals: true,
};
