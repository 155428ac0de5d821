// Settling: delivery is at least once and unordered, and a slow call can write after a newer one. So after writing or
// deleting targets, look at the source; if it is not the version that the action assumed, act for its present state, at
// most three times. What is still open then is journaled as unsettled. Pure: given what was seen, says what to do next.

/** Which bytes a source holds: by version id, else by ETag and time, since the same bytes can come again (A, B, A). */
export interface SourceVersion {
  readonly id?: string;
  /** Without quotes, upper case. */
  readonly etag: string;
  /** Epoch milliseconds: Last-Modified, which has whole seconds, or an event's own time, which is near it. */
  readonly modified: number;
  readonly from: 'head' | 'event';
}

/** A source as it was seen, or as an event tells it. */
export type SourceState = { readonly version: SourceVersion; readonly size?: number } | 'absent';

/** Where a settling stands. */
export interface SettleState {
  /** What the last action took the source to be; `unknown` before the first look where nothing tells. */
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
  | { readonly go: 'end'; readonly unsettled?: Unsettled };

const maxRounds = 3;

/** An event's time and Last-Modified are taken from different clocks, milliseconds. */
const slack = 2_000;

/** @param unconfirmed an earlier invocation for the same event may have been ended in the middle of a call */
export function begin(assumed: SourceState | 'unknown', unconfirmed = false): NextStep {
  const settling: SettleState = { assumed, rounds: 0, refused: false, unconfirmed: unconfirmed ? 'before' : 'no' };
  return assumed === 'unknown' ? { go: 'look', settling } : act(assumed, settling);
}

/** What an action came to. */
export interface ActionResult {
  /** Something was written or deleted, or may have been. */
  readonly touched: boolean;
  /** OSS answered every request. */
  readonly confirmed: boolean;
  /** Every request was refused for good, for what the source is: asked again of the same bytes, OSS writes nothing either. */
  readonly refused?: boolean;
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
 * Whether what an earlier invocation for the event left without an answer was in vain, if the source is still the event's
 * version: it read no other one, and these bytes are refused.
 */
function lateWriteImpossible({ assumed, rounds, unconfirmed, refused }: SettleState): boolean {
  const told = typeof assumed === 'object' && assumed.version.from === 'event';
  return told && rounds === 1 && refused && unconfirmed === 'before';
}

/** Whether two sightings are of the same bytes, stored by the same request. */
export function sameSource(one: SourceState, other: SourceState): boolean {
  if (one === 'absent' || other === 'absent') return one === other;
  const [a, b] = [one.version, other.version];
  if (a.id !== undefined && b.id !== undefined) return a.id === b.id;
  const apart = Math.abs(a.modified - b.modified);
  return a.etag === b.etag && (a.from === b.from ? apart === 0 : apart <= slack);
}

function act(on: SourceState, settling: SettleState): NextStep {
  return { go: 'act', on, settling: { ...settling, assumed: on, rounds: settling.rounds + 1 } };
}

/** What was left without an answer comes before every other reason: it is the one that is due only after a late write. */
function end({ unconfirmed }: SettleState, why?: Unsettled): NextStep {
  const unsettled = unconfirmed === 'no' ? why : 'unanswered';
  return unsettled === undefined ? { go: 'end' } : { go: 'end', unsettled };
}
