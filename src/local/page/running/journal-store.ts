// The journal as the page last saw it, and what was asked of it.
import { signal } from '@preact/signals';
import type { JournalDiscard, JournalRun, LeftRecord, StudioJournal } from '../../studio/journal-tools.js';
import { numberText } from '../language.js';
import { call, ServerError } from '../server.js';
import { journalWords } from './journal-words.js';

/** Undefined: not known yet. */
export const journal = signal<StudioJournal | undefined>(undefined);
/** What the last action has done, or why it could not. */
export const said = signal<{ readonly text: string; readonly left: readonly LeftRecord[] } | undefined>(undefined);
export const busy = signal(false);

export async function readJournal(): Promise<void> {
  try {
    journal.value = await call<StudioJournal>('journal');
  } catch (error) {
    if (!(error instanceof ServerError)) throw error;
    // That the server does not answer is said elsewhere.
    if (error.code !== 'offline') said.value = { text: `${journalWords.failed} ${error.message}`, left: [] };
  }
}

export function runAgain(keys: readonly string[]): Promise<void> {
  return act(async () => {
    const { records, saved, skipped, failed, left } = await call<JournalRun>('journal-run', { keys });
    const [all = '', ...counts] = [records, saved, skipped, failed].map((count) => numberText(count));
    const [done = '', past = '', wrong = ''] = counts;
    return { text: journalWords.ran(all, done, past, wrong), left };
  });
}

export function discard(keys: readonly string[]): Promise<void> {
  return act(async () => {
    const { discarded, left } = await call<JournalDiscard>('journal-discard', { keys });
    return { text: journalWords.discarded(numberText(discarded)), left };
  });
}

export function tick(): Promise<void> {
  return act(async () => {
    await call('tick', {});
    return { text: journalWords.ticked, left: [] };
  });
}

async function act(run: () => Promise<NonNullable<typeof said.value>>): Promise<void> {
  if (busy.value) return;
  busy.value = true;
  try {
    said.value = await run();
  } catch (error) {
    if (!(error instanceof ServerError)) throw error;
    said.value = { text: error.message, left: [] };
  } finally {
    busy.value = false;
    await readJournal();
  }
}
