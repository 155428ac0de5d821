// What has happened since the page knows of it, in numbers.
import type { Entry } from '../../studio/activity.js';
import type { LogLine } from './log-line.js';

export interface Counters {
  /** When the first entry was made, epoch ms; undefined: there was none yet. */
  readonly since: number | undefined;
  /** Objects stored that have started the function: not the derivatives. */
  readonly uploads: number;
  readonly saved: number;
  readonly skipped: number;
  readonly failed: number;
  /** Invocations for an event that was delivered before. */
  readonly retries: number;
  readonly coldStarts: number;
  /** The most that an instance has used; MB. */
  readonly memoryMB: number;
}

export const noCounters: Counters = {
  since: undefined,
  uploads: 0,
  saved: 0,
  skipped: 0,
  failed: 0,
  retries: 0,
  coldStarts: 0,
  memoryMB: 0,
};

/** The counters with this entry. @param line what lineOf makes of it */
export function counted(counters: Counters, entry: Entry, line: LogLine | undefined): Counters {
  const all = counters.since === undefined ? { ...counters, since: entry.at } : counters;
  if (isUpload(entry)) return { ...all, uploads: all.uploads + 1 };
  if (entry.kind === 'invocation') {
    return {
      ...all,
      retries: all.retries + (entry.attempt > 1 ? 1 : 0),
      coldStarts: all.coldStarts + (entry.coldStart ? 1 : 0),
      memoryMB: Math.max(all.memoryMB, entry.memoryMB),
    };
  }
  if (entry.kind !== 'log' || line === undefined) return all;
  const { kind } = line;
  return kind === 'saved' || kind === 'skipped' || kind === 'failed' ? { ...all, [kind]: all[kind] + 1 } : all;
}

/** Whether an entry is an upload that has started the function. */
export function isUpload(entry: Entry): boolean {
  return entry.kind === 'object' && entry.event.startsWith('ObjectCreated:') && entry.requests.length > 0;
}
