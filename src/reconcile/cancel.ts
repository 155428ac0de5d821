// Gives a sweep up: every worker looks at `cancel.json` before each unit and each derivative.
import { UserError } from '../terminal/user-error.js';
import { cancelSweep, newest } from './start.js';
import { journalText, type SweepWork } from './work.js';

/** @returns the id of the sweep, and whether it was cancelled by this @throws {UserError} (1) where there is none */
export async function cancel(work: SweepWork): Promise<{ readonly id: string; readonly cancelled: boolean }> {
  const found = await newest(work);
  if (found === undefined) {
    throw new UserError(`--cancel: there is no sweep in the journal ${journalText(work.journal)}`);
  }
  const { id } = found;
  if (found.ended || found.cancelled) return { id, cancelled: false };
  await cancelSweep(work, id);
  return { id, cancelled: true };
}
