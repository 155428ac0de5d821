// What the view keeps of the entries: bounded, whatever happens.
import { signal } from '@preact/signals';
import { onEntries } from '../live.js';
import { counted, noCounters } from './counters.js';
import { type Slot, withEntries } from './last-minutes.js';
import { type LogLine, lineOf } from './log-line.js';

const mostLines = 1_000;

export const counters = signal(noCounters);
export const slots = signal<readonly Slot[]>([]);
export const lines = signal<readonly LogLine[]>([]);
/** The number of the last entry after which the journal may be another one. */
export const lastEnd = signal(0);

onEntries((entries) => {
  const found: LogLine[] = [];
  let counts = counters.value;
  for (const entry of entries) {
    const line = lineOf(entry);
    if (line !== undefined) found.push(line);
    counts = counted(counts, entry, line);
    if (entry.kind === 'invocation' || entry.kind === 'given-up' || line?.replayed) lastEnd.value = entry.number;
  }
  counters.value = counts;
  slots.value = withEntries(slots.value, entries);
  if (found.length > 0) lines.value = [...lines.value, ...found].slice(-mostLines);
});
