// What the page knows of the embedded cloud while it is open. Each view adds what it keeps of the entries to `hearers`;
// whatever that is must be bounded, since a page may stay open for days.
import { batch, signal } from '@preact/signals';
import type { Entry } from '../studio/activity.js';
import { follow } from './server.js';

/** Whether the server answers; `stale`: it was started anew, and this page has to be loaded again. */
export const connection = signal<'live' | 'offline' | 'stale'>('offline');

type Hear = (entries: readonly Entry[]) => void;
const hearers: Hear[] = [];

/** Calls `hear` with all entries, in order. To be called before `startLive`. */
export function onEntries(hear: Hear): void {
  hearers.push(hear);
}

/** Entries are handed on once a frame at most: a burst of uploads is drawn once. */
export function startLive(): void {
  let waiting: Entry[] = [];
  const hand = () => {
    const entries = waiting;
    waiting = [];
    batch(() => {
      for (const hear of hearers) {
        // One that fails must not keep the entries from the others.
        try {
          hear(entries);
        } catch (error) {
          reportError(error);
        }
      }
    });
  };
  const hear = (entries: readonly Entry[]) => {
    // A page in the background is given no frames.
    if (waiting.length === 0) setTimeout(hand, 50);
    waiting.push(...entries);
  };
  void follow(hear, (state) => (connection.value = state), new AbortController().signal);
}
