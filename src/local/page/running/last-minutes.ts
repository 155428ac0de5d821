// The last ten minutes in slots of five seconds: how many uploads, and how long invocations took.
import type { Entry } from '../../studio/activity.js';
import { isUpload } from './counters.js';

/** Milliseconds. */
export const slotTime = 5_000;
export const slotCount = 120;

export interface Slot {
  /** Epoch ms, a multiple of slotTime. */
  readonly start: number;
  readonly uploads: number;
  readonly invocations: number;
  /** Of the invocations. */
  readonly failed: number;
  /** Of all invocations together, of the longest. */
  readonly totalMs: number;
  readonly longestMs: number;
}

export function emptySlot(start: number): Slot {
  return { start, uploads: 0, invocations: 0, failed: 0, totalMs: 0, longestMs: 0 };
}

function slotStart(at: number): number {
  return Math.floor(at / slotTime) * slotTime;
}

/** The slots in which something has happened, in order, with what these entries tell; no more than are shown. */
export function withEntries(slots: readonly Slot[], entries: readonly Entry[]): readonly Slot[] {
  const changed = new Map<number, Slot>();
  for (const entry of entries) {
    const start = slotStart(entry.at);
    const slot = changed.get(start) ?? slots.find((one) => one.start === start) ?? emptySlot(start);
    if (isUpload(entry)) changed.set(start, { ...slot, uploads: slot.uploads + 1 });
    if (entry.kind === 'invocation') changed.set(start, withInvocation(slot, entry.ms, entry.error !== undefined));
  }
  if (changed.size === 0) return slots;
  const kept = slots.filter(({ start }) => !changed.has(start));
  return [...kept, ...changed.values()].sort((a, b) => a.start - b.start).slice(-slotCount);
}

/** All slots up to `now`, the empty ones too, for a plot. */
export function upTo(now: number, slots: readonly Slot[]): readonly Slot[] {
  const known = new Map(slots.map((slot) => [slot.start, slot]));
  const last = slotStart(now);
  return Array.from({ length: slotCount }, (_, at) => {
    const start = last - (slotCount - 1 - at) * slotTime;
    return known.get(start) ?? emptySlot(start);
  });
}

/** Slots joined to minutes: the plot as a table. */
export function minutesOf(slots: readonly Slot[]): readonly Slot[] {
  const each = 60_000 / slotTime;
  return Array.from({ length: Math.ceil(slots.length / each) }, (_, at) =>
    slots.slice(at * each, (at + 1) * each).reduce((a, b) => ({
      start: a.start,
      uploads: a.uploads + b.uploads,
      invocations: a.invocations + b.invocations,
      failed: a.failed + b.failed,
      totalMs: a.totalMs + b.totalMs,
      longestMs: Math.max(a.longestMs, b.longestMs),
    })),
  );
}

/** The least of 1, 2, 5, 10, 20 … that is not below `value`: where an axis ends. */
export function axisEnd(value: number): number {
  if (value <= 1) return 1;
  const power = 10 ** Math.floor(Math.log10(value));
  return ([1, 2, 5].find((step) => step * power >= value) ?? 10) * power;
}

function withInvocation(slot: Slot, ms: number, failed: boolean): Slot {
  return {
    ...slot,
    invocations: slot.invocations + 1,
    failed: slot.failed + (failed ? 1 : 0),
    totalMs: slot.totalMs + ms,
    longestMs: Math.max(slot.longestMs, ms),
  };
}
