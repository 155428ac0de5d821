// Settling: delivery is at least once and unordered, and a slow call can write after a newer one. So after writing or
// deleting targets, look at the source; if it is not the version that the action assumed, act for its present state, at
// most three times. What is still open then is journaled as unsettled. Only decides what to do next; derive.ts does it.

/** Which bytes a source holds: by version id, else by ETag and time, since the same bytes can come again (A, B, A). */
export interface SourceVersion {
  readonly id?: string | undefined;
  /** Without quotes, upper case. */
  readonly etag: string;
  /** Epoch milliseconds: Last-Modified, which has whole seconds, or an event's own time, which is near it. */
  readonly modified: number;
  readonly from: 'head' | 'event';
}

/** A source as a look has shown it, or as an event describes it. */
export type SourceState = { readonly version: SourceVersion; readonly size?: number | undefined } | 'absent';

/** Where a settling stands. */
export interface SettleState {
  /** What the last action took the source to be; `unknown` before the first look where the event does not say it. */
  readonly assumed: SourceState | 'unknown';
  /** Actions so far. */
  readonly rounds: number;
  /** A request was left without OSS's answer and may still write: in this settling, or perhaps `before` it. */
  readonly unconfirmed: 'no' | 'before' | 'here';
  /** The last action was refused for good. */
  readonly refused: boolean;
}

/** Why an upload has to be looked at again: later, and whatever its version is by then. */
export type Unsettled = 'unanswered' | 'changing' | 'look-failed' | 'no-time';

export type NextStep =
  | { readonly go: 'act'; readonly on: SourceState; readonly settling: SettleState }
  | { readonly go: 'look'; readonly settling: SettleState }
  | { readonly go: 'end'; readonly unsettled?: Unsettled | undefined };

const maxRounds = 3;

/** Milliseconds: an event's time and Last-Modified are taken from different clocks. */
const clockSlack = 2_000;

/** @param unconfirmed an earlier invocation for the same event may have been ended in the middle of a call */
export function begin(assumed: SourceState | 'unknown', unconfirmed = false): NextStep {
  const settling: SettleState = { assumed, rounds: 0, refused: false, unconfirmed: unconfirmed ? 'before' : 'no' };
  return assumed === 'unknown' ? { go: 'look', settling } : act(assumed, settling);
}

/** The effect of an action. */
export interface ActionResult {
  /** Something was written or deleted, or may have been. */
  readonly touched: boolean;
  /** OSS answered every request. */
  readonly confirmed: boolean;
  /** OSS refused every request for the bytes of the source: the same requests for the same bytes write nothing either. */
  readonly refused?: boolean | undefined;
}

/** After an action. */
export function afterActing(settling: SettleState, { touched, confirmed, refused = false }: ActionResult): NextStep {
  const now: SettleState = {
    ...settling,
    refused: refused && !touched,
    unconfirmed: confirmed ? settling.unconfirmed : 'here',
  };
  return touched || lateWriteImpossible(now) ? { go: 'look', settling: now } : end(now);
}

/** After a look, or when there was no time for it. */
export function afterLooking(settling: SettleState, seen: SourceState | 'look-failed' | 'no-time'): NextStep {
  if (seen === 'look-failed' || seen === 'no-time') return end(settling, seen);
  if (settling.assumed !== 'unknown' && sameSource(settling.assumed, seen)) {
    return end(lateWriteImpossible(settling) ? { ...settling, unconfirmed: 'no' } : settling);
  }
  return settling.rounds < maxRounds ? act(seen, settling) : end(settling, 'changing');
}

/**
 * Whether no call of an earlier invocation for the event can still write, if the source is still the event's version: such
 * a call read the same bytes, and OSS refuses these.
 */
function lateWriteImpossible({ assumed, rounds, unconfirmed, refused }: SettleState): boolean {
  const fromEvent = typeof assumed === 'object' && assumed.version.from === 'event';
  return fromEvent && rounds === 1 && refused && unconfirmed === 'before';
}

/** Whether both are the same bytes, stored by the same request. */
export function sameSource(one: SourceState, other: SourceState): boolean {
  if (one === 'absent' || other === 'absent') return one === other;
  const [a, b] = [one.version, other.version];
  if (a.id !== undefined && b.id !== undefined) return a.id === b.id;
  const apart = Math.abs(a.modified - b.modified);
  return a.etag === b.etag && (a.from === b.from ? apart === 0 : apart <= clockSlack);
}

function act(on: SourceState, settling: SettleState): NextStep {
  return { go: 'act', on, settling: { ...settling, assumed: on, rounds: settling.rounds + 1 } };
}

/** A call without an answer comes before every other reason: its record is due only after a late write. */
function end({ unconfirmed }: SettleState, why?: Unsettled): NextStep {
  const unsettled = unconfirmed === 'no' ? why : 'unanswered';
  return { go: 'end', unsettled };
}
