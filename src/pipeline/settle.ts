// Settling: delivery is at least once and unordered, and a slow call can write after a newer one. So after writing or
// deleting targets, look at the source; if it is not the version that the action assumed, act again; at most three
// actions in all, or one, then the upload is journaled as unsettled. Only decides the next step; derive.ts takes it.

import type { ObjectHead } from '../oss/head.js';

/** Which bytes a source holds: by version id, else by ETag and time, as the same bytes can come again (A, B, A). */
export interface SourceVersion {
  readonly id?: string | undefined;
  /** Without quotes, upper case. */
  readonly etag: string;
  /** Epoch milliseconds: Last-Modified, which has whole seconds, or an event's own time, which is near it. */
  readonly modified: number;
  readonly from: 'head' | 'event';
}

/** A source as a look has shown it, or as an event describes it. */
export type SourceState = PresentSource | 'absent';

export interface PresentSource {
  readonly version: SourceVersion;
  /** Bytes. */
  readonly size?: number | undefined;
}

/** The source as a look shows it. */
export function sourceSeen({ versionId, etag, lastModified, size }: ObjectHead): PresentSource {
  return { version: { id: versionId, etag: etag.toUpperCase(), modified: lastModified, from: 'head' }, size };
}

/** The progress of one settling. */
export interface SettleState {
  /** The state that the last action was for; `unknown` before the first look where the event does not describe it. */
  readonly assumed: SourceState | 'unknown';
  /** Actions so far. */
  readonly rounds: number;
  /** The event reports a removal, perhaps that of a version. */
  readonly removal: boolean;
  /** Who sent, or may have sent, a request that OSS has not answered and that may still write. */
  readonly unconfirmed: 'none' | 'earlier invocation' | 'this invocation';
  /** OSS refused the source's bytes in the last action. */
  readonly refused: boolean;
}

/** Why an upload has to be processed again later, whatever its version is then. */
export type Unsettled = 'unanswered' | 'changing' | 'look-failed' | 'no-time';

export type NextStep =
  | { readonly go: 'act'; readonly on: SourceState; readonly settling: SettleState }
  | { readonly go: 'look'; readonly settling: SettleState }
  | { readonly go: 'end'; readonly unsettled?: Unsettled | undefined };

const maxRounds = 3;

/**
 * Milliseconds: an event's time and Last-Modified are taken from different clocks. Since Last-Modified leaves out the
 * part of a second, the same bytes stored again up to just under three seconds later are taken for the event's version.
 */
const clockSlack = 2_000;

/** Why a call of another invocation may write after this one has begun. */
export interface Earlier {
  /** An earlier invocation for the same event may have been ended in the middle of a call. */
  readonly unconfirmed?: boolean | undefined;
  /** The event reports a removal: where the source has versions, calls may still write what they have read of one. */
  readonly removal?: boolean | undefined;
}

/** The first step. `assumed`: as the event describes it. */
export function begin(
  assumed: SourceState | 'unknown',
  { unconfirmed = false, removal = false }: Earlier = {},
): NextStep {
  const sender = unconfirmed ? 'earlier invocation' : 'none';
  const settling: SettleState = { assumed, rounds: 0, removal, unconfirmed: sender, refused: false };
  return assumed === 'unknown' ? { go: 'look', settling } : act(assumed, settling);
}

/** The effect of an action. */
export interface ActionResult {
  /** Something was written or deleted, or may have been. */
  readonly touched: boolean;
  /** OSS answered every request. */
  readonly confirmed: boolean;
  /** OSS refused the source's bytes in every request: the same requests for the same bytes write nothing either. */
  readonly refused?: boolean | undefined;
}

/** After an action. */
export function afterActing(settling: SettleState, { touched, confirmed, refused = false }: ActionResult): NextStep {
  const { assumed, rounds, removal, unconfirmed } = settling;
  const now: SettleState = {
    assumed,
    rounds,
    removal,
    unconfirmed: confirmed ? unconfirmed : 'this invocation',
    refused: refused && !touched,
  };
  return touched || lateWriteImpossible(now) ? { go: 'look', settling: now } : end(now);
}

/** After a look, or when there was no time for it. `most`: actions in all. */
export function afterLooking(
  settling: SettleState,
  seen: SourceState | 'look-failed' | 'no-time',
  most = maxRounds,
): NextStep {
  if (seen === 'look-failed' || seen === 'no-time') return end(settling, seen);
  if (settling.assumed !== 'unknown' && sameSource(settling.assumed, seen)) {
    return end(lateWriteImpossible(settling) ? { ...settling, unconfirmed: 'none' } : settling);
  }
  if (settling.rounds === most) return end(settling, 'changing');
  return act(seen, broughtBack(settling, seen) ? { ...settling, unconfirmed: 'earlier invocation' } : settling);
}

/**
 * Whether a version that was removed may have brought this one back. A call that has read what was removed may write it
 * after all looks: these cannot tell, since the source is the version that it was before.
 */
function broughtBack({ removal, assumed }: SettleState, seen: SourceState): boolean {
  return removal && assumed === 'unknown' && seen !== 'absent' && seen.version.id !== undefined;
}

/**
 * Whether a call of an earlier invocation can no longer write, provided that the source is still the event's version:
 * that call would read the same bytes, which OSS has just refused.
 */
function lateWriteImpossible({ assumed, rounds, unconfirmed, refused }: SettleState): boolean {
  const fromEvent = typeof assumed === 'object' && assumed.version.from === 'event';
  return fromEvent && rounds === 1 && refused && unconfirmed === 'earlier invocation';
}

/**
 * What is stored while versioning is suspended has this id, and is overwritten by what comes next:
 * https://www.alibabacloud.com/help/en/oss/user-guide/manage-objects-in-a-versioning-suspended-bucket
 */
const sharedId = 'null';

/** Whether both are the same bytes, stored by the same request. */
export function sameSource(one: SourceState, other: SourceState): boolean {
  if (one === 'absent' || other === 'absent') return one === other;
  const a = one.version;
  const b = other.version;
  if (a.id !== b.id && a.id !== undefined && b.id !== undefined) return false;
  if (a.id === b.id && a.id !== undefined && a.id !== sharedId) return true;
  const apart = Math.abs(a.modified - b.modified);
  return a.etag === b.etag && (a.from === b.from ? apart === 0 : apart <= clockSlack);
}

function act(on: SourceState, { rounds, removal, unconfirmed, refused }: SettleState): NextStep {
  return { go: 'act', on, settling: { assumed: on, rounds: rounds + 1, removal, unconfirmed, refused } };
}

/** 'unanswered' wins over every other reason: its record becomes due only when a late write is no longer possible. */
function end({ unconfirmed }: SettleState, why?: Unsettled): NextStep {
  return { go: 'end', unsettled: unconfirmed === 'none' ? why : 'unanswered' };
}
