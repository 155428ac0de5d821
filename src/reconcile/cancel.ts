// Gives a sweep up: writes an object that every worker looks at before each unit and each derivative, and that nobody
// deletes.
import { OssError } from '../oss/error.js';
import { sweepKey } from '../sweep/newest.js';
import { UserError } from '../terminal/user-error.js';
import { newest } from './start.js';
import { client, journalText, rightsHint, type SweepWork } from './work.js';

/** @returns the id of the sweep, and whether it was cancelled by this @throws {UserError} (1) where there is none */
export async function cancel(work: SweepWork): Promise<{ readonly id: string; readonly cancelled: boolean }> {
  const { journal } = work;
  const found = await newest(work);
  if (found === undefined) throw new UserError(`--cancel: there is no sweep in the journal ${journalText(journal)}`);
  const { id } = found;
  if (found.ended || found.cancelled) return { id, cancelled: false };
  const body = JSON.stringify({ at: new Date(work.now()).toISOString() });
  try {
    const key = sweepKey(journal, id, 'cancel');
    await client(work).putObject({ bucket: journal.bucket, key, body, contentType: 'application/json' });
  } catch (cause) {
    if (!(cause instanceof OssError)) throw cause;
    throw new UserError(`the journal ${journalText(journal)}: ${cause.message}${rightsHint(cause)}`, 1, { cause });
  }
  return { id, cancelled: true };
}
