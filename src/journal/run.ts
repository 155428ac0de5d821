// One task to its end: an upload, or a record of the journal. Derived, settled, what is left written down, and the record
// that asked for it forgotten only then.

import type { Oss } from '../oss/client.js';
import { OssError } from '../oss/error.js';
import { type DeriveContext, derive, type Task } from '../pipeline/derive.js';
import type { OssRecord } from '../pipeline/event.js';
import type { Failed, Outcome } from '../pipeline/outcome.js';
import { failureOf } from '../pipeline/save.js';
import type { Unsettled } from '../pipeline/settle.js';
import type { Journal } from '../rules/rule.js';
import { type BrokenRecord, forget, type Rerun } from './read.js';
import { asideKey, claimEntry, duePrefix, journalEntry, type Unfinished, writeEntry, writeText } from './record.js';

/** What one task needs. */
export interface RunContext extends DeriveContext {
  readonly oss: Oss;
  readonly journal: Journal | 'throw';
  /** Has some time left when `oss` has reached its deadline. */
  readonly journalOss: Pick<Oss, 'putObject' | 'headObject' | 'deleteObject'>;
  readonly fcRequestId?: string | undefined;
}

/** A task, and the journal record that asked for it, if one did. */
export type Work = Partial<Rerun> &
  ({ readonly task: Task } | BrokenRecord | { readonly unread: string; readonly error: OssError });

/** What became of a task; what is not in the journal after all is `unwritten`. */
export interface TaskResult {
  readonly outcomes: readonly Outcome[];
  readonly leftovers: readonly Unfinished[];
  readonly unwritten: readonly Unfinished[];
}

/** Runs one task to its end: derived, settled, what is left written down, and its record forgotten. */
export async function run(work: Work, handling: RunContext): Promise<TaskResult> {
  // Its record is still there, so nothing has to be written down.
  if ('unread' in work) return stays({ source: `journal:${work.unread}`, error: failureOf(work.error) });
  if ('broken' in work) return moveAside(work, handling);
  const { record } = work;
  if (record === undefined) return finish(await derive(work.task, handling), work, handling);
  const claims = await claim(work, record, handling);
  if (claims === undefined) {
    const message = 'not run: it could not be put off first';
    return stays({
      source: `journal:${record.key}`,
      error: { kind: 'transient', code: 'JournalUnwritable', message },
    });
  }
  const derived = await derive(work.task, handling);
  if (isDue(record, handling)) return finish(derived, { ...work, claims }, handling);
  // Someone has had it run again: as if it had failed for the first time. What no rule takes waits for its rule.
  const keeps = derived.outcomes.some((outcome) => outcome.status === 'failed' && outcome.error.code === 'NoRule');
  const again = { ...work, attempts: 0, since: handling.now() };
  if (!keeps) return finish(derived, { ...again, claims }, handling);
  const over = await finish({ outcomes: [] }, { ...again, claims: claims.filter((one) => one !== record) }, handling);
  return { ...over, outcomes: derived.outcomes };
}

/** A failure whose record stays as it is. */
function stays(failed: Pick<Failed, 'source' | 'error'>): TaskResult {
  return { outcomes: [{ status: 'failed', ...failed }], leftovers: [], unwritten: [] };
}

/** A record that nothing can be read from is all that is known of its upload: it is kept, out of the timer's way. */
async function moveAside({ broken, text, record }: BrokenRecord, handling: RunContext): Promise<TaskResult> {
  const { journal, journalOss } = handling;
  let kept = '';
  if (journal !== 'throw' && isDue(record, handling) && text !== undefined) {
    const key = asideKey(record.key, journal);
    if (await writeText(journalOss, journal.bucket, key, text)) {
      kept = `; it is kept as ${key}`;
      await forget(journalOss, journal, record).catch(ignoreOss);
    }
  }
  const message = `the journal record ${broken}${kept}`;
  return stays({ source: `journal:${record.key}`, error: { kind: 'permanent', code: 'MalformedRecord', message } });
}

function isDue({ key }: RecordRef, { journal }: RunContext): boolean {
  return journal !== 'throw' && key.startsWith(duePrefix(journal));
}

type RecordRef = Rerun['record'];

/**
 * Puts a record off before it is run, beyond the time in which a call of the run may still write: an instance that is
 * killed tells no one that it left a call without an answer. The records to forget at the end; undefined: not put off.
 */
async function claim(
  { task, attempts = 0, since }: Partial<Rerun> & { readonly task: Task },
  record: RecordRef,
  { journal, journalOss, now, deadline, fcRequestId }: RunContext,
): Promise<RecordRef[] | undefined> {
  if (journal === 'throw') return [record];
  const { bucket, key, record: event } = task.upload;
  const about = { key: record.key, source: { bucket, key }, event, attempts: attempts + 1, since: since ?? now() };
  const own = `${fcRequestId ?? ''} ${now()}`;
  const entry = claimEntry(about, journal, Number.isFinite(deadline) ? deadline : now(), own, fcRequestId);
  if (!(await writeEntry(journalOss, journal.bucket, entry))) return undefined;
  const claimed = { key: entry.key, etag: '' };
  if (!record.key.startsWith(duePrefix(journal))) return [record, claimed];
  await forget(journalOss, journal, record).catch(ignoreOss);
  return [claimed];
}

/** Writes down what is left, and forgets the record that asked for it once that is done. */
export async function finish(
  { outcomes, unsettled }: { outcomes: readonly Outcome[]; unsettled?: Unsettled },
  work: Partial<Rerun> & { readonly claims?: readonly RecordRef[] },
  handling: RunContext,
): Promise<TaskResult> {
  const { journal, journalOss, now, fcRequestId } = handling;
  const { task, attempts = 0, since = now(), record, claims = record === undefined ? [] : [record] } = work;
  const event: { event?: OssRecord } = task === undefined ? {} : { event: task.upload.record };
  const tried = { ...event, attempts: attempts + 1, since };
  const leftovers: Unfinished[] = outcomes.flatMap((outcome) =>
    outcome.status === 'failed' ? [{ failed: outcome, ...tried }] : [],
  );
  if (unsettled !== undefined && task !== undefined) {
    leftovers.push({ source: { bucket: task.upload.bucket, key: task.upload.key }, why: unsettled, ...tried });
  }
  if (journal === 'throw') return { outcomes, leftovers, unwritten: leftovers };
  const entries = leftovers.map((leftover) => journalEntry(leftover, journal, now(), fcRequestId));
  const written = await Promise.all(entries.map((entry) => writeEntry(journalOss, journal.bucket, entry)));
  // A record that stays is not lost: it is due again, at once or when a late write has come.
  const unwritten = record === undefined ? leftovers.filter((_, index) => !written[index]) : [];
  const over = written.every(Boolean) ? claims.filter((one) => entries.every(({ key }) => key !== one.key)) : [];
  await Promise.all(over.map((one) => forget(journalOss, journal, one).catch(ignoreOss)));
  return { outcomes, leftovers, unwritten };
}

function ignoreOss(error: unknown): void {
  if (!(error instanceof OssError)) throw error;
}
