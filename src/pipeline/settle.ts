// Settling: delivery is at least once and unordered, and a slow call can write after a newer one. So after writing or
// deleting targets, look at the source; if it is not the version that the action assumed, act for its present state, at
// most three times. What is still open then is journaled as unsettled. Pure: given what was seen, says what to do next.

/** Which bytes a source holds: by version id, else by ETag and time, since the same bytes can come again (A, B, A). */
export interface Version {
  readonly id?: string;
  /** Without quotes, upper case. */
  readonly etag: string;
  /** Epoch milliseconds: Last-Modified, which has whole seconds, or an event's own time, which is near it. */
  readonly modified: number;
  readonly from: 'head' | 'event';
}

/** A source as it was seen, or as an event tells it. */
export type Source = { readonly version: Version; readonly size?: number } | 'absent';

/** Where a settling stands. */
export interface Settling {
  /** What the last action took the source to be; `unknown` before the first look where nothing tells. */
  readonly assumed: Source | 'unknown';
  /** Actions so far. */
  readonly rounds: number;
  /** A request was left without OSS's answer and may still write: in this settling, or perhaps `before` it. */
  readonly unanswered: 'no' | 'before' | 'here';
  /** The last action was refused for good. */
  readonly refused: boolean;
}

/** Why an upload has to be looked at again: later, and whatever its version is by then. */
export type Unsettled = 'unanswered' | 'changing' | 'look-failed' | 'no-time';

export type Move =
  | { readonly go: 'act'; readonly on: Source; readonly settling: Settling }
  | { readonly go: 'look'; readonly settling: Settling }
  | { readonly go: 'end'; readonly unsettled?: Unsettled };

const maxRounds = 3;

/** An event's time and Last-Modified are taken from different clocks, milliseconds. */
const slack = 2_000;

/** @param unanswered an earlier invocation for the same event may have been ended in the middle of a call */
export function begin(assumed: Source | 'unknown', unanswered = false): Move {
  const settling: Settling = { assumed, rounds: 0, refused: false, unanswered: unanswered ? 'before' : 'no' };
  return assumed === 'unknown' ? { go: 'look', settling } : act(assumed, settling);
}

/** What an action came to. */
export interface Effect {
  /** Something was written or deleted, or may have been. */
  readonly touched: boolean;
  /** OSS answered every request. */
  readonly answered: boolean;
  /** Every request was refused for good, for what the source is: asked again of the same bytes, OSS writes nothing either. */
  readonly refused?: boolean;
}

/** After an action. */
export function afterActing(settling: Settling, { touched, answered, refused = false }: Effect): Move {
  const now: Settling = {
    ...settling,
    refused: refused && !touched,
    unanswered: answered ? settling.unanswered : 'here',
  };
  return touched || wasInVain(now) ? { go: 'look', settling: now } : end(now);
}

/** After a look, or when there was no time for it. */
export function afterLooking(settling: Settling, seen: Source | 'look-failed' | 'no-time'): Move {
  if (seen === 'look-failed' || seen === 'no-time') return end(settling, seen);
  if (settling.assumed !== 'unknown' && sameSource(settling.assumed, seen)) {
    return end(wasInVain(settling) ? { ...settling, unanswered: 'no' } : settling);
  }
  return settling.rounds < maxRounds ? act(seen, settling) : end(settling, 'changing');
}

/**
 * Whether what an earlier invocation for the event left without an answer was in vain, if the source is still the event's
 * version: it read no other one, and these bytes are refused.
 */
function wasInVain({ assumed, rounds, unanswered, refused }: Settling): boolean {
  const told = typeof assumed === 'object' && assumed.version.from === 'event';
  return told && rounds === 1 && refused && unanswered === 'before';
}

/** Whether two sightings are of the same bytes, stored by the same request. */
export function sameSource(one: Source, other: Source): boolean {
  if (one === 'absent' || other === 'absent') return one === other;
  const [a, b] = [one.version, other.version];
  if (a.id !== undefined && b.id !== undefined) return a.id === b.id;
  const apart = Math.abs(a.modified - b.modified);
  return a.etag === b.etag && (a.from === b.from ? apart === 0 : apart <= slack);
}

function act(on: Source, settling: Settling): Move {
  return { go: 'act', on, settling: { ...settling, assumed: on, rounds: settling.rounds + 1 } };
}

/** What was left without an answer comes before every other reason: it is the one that is due only after a late write. */
function end({ unanswered }: Settling, why?: Unsettled): Move {
  const unsettled = unanswered === 'no' ? why : 'unanswered';
  return unsettled === undefined ? { go: 'end' } : { go: 'end', unsettled };
}
