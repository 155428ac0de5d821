// Runs one task to its end: the upload of an event, or a journal record that is due or that someone replays. What
// cannot be finished is written to the journal before the function returns (journal/record.ts), and a journal record is
// deleted only after that. Before: handle.ts, journal/timer.ts. The work itself: pipeline/derive.ts.
import type { Oss } from '../oss/client.js';
import { OssError } from '../oss/error.js';
import { type DeriveContext, derive, type Task } from '../pipeline/derive.js';
import type { Failed, Outcome } from '../pipeline/outcome.js';
import { failureOf } from '../pipeline/save.js';
import type { Unsettled } from '../pipeline/settle.js';
import type { Journal } from '../rules/rule.js';
import { type BrokenRecord, deleteRecord, type RecordName, type RecordTask } from './read.js';
import { brokenRecordKey, claimEntry, journalEntry, type Unfinished, writeEntry, writeText } from './record.js';

export interface RunContext extends DeriveContext {
  readonly oss: Oss;
  readonly journal: Journal | 'throw';
  /** Has some time left when `oss` has reached its deadline. */
  readonly journalOss: Pick<Oss, 'putObject' | 'headObject' | 'deleteObject'>;
  readonly fcRequestId?: string | undefined;
}

/** Records are run only where there is a journal. */
export type RecordContext = RunContext & { readonly journal: Journal };

/** What became of a task. `unwritten` is the part of `unfinished` that is not in the journal. */
export interface TaskResult {
  readonly outcomes: readonly Outcome[];
  readonly unfinished: readonly Unfinished[];
  readonly unwritten: readonly Unfinished[];
}

/** Runs an upload of an event. */
export async function runUpload(task: Task, context: RunContext): Promise<TaskResult> {
  return writeResult(await derive(task, context), context, task);
}

/** Writes down what became of a record of an event, or of its upload. */
export async function writeResult(
  result: { readonly outcomes: readonly Outcome[]; readonly unsettled?: Unsettled | undefined },
  context: RunContext,
  task?: Task,
): Promise<TaskResult> {
  const { journal, now } = context;
  const unfinished = unfinishedOf(result, task, 0, now());
  if (journal === 'throw') return { outcomes: result.outcomes, unfinished, unwritten: unfinished };
  const entries = await write(unfinished, { ...context, journal });
  return {
    outcomes: result.outcomes,
    unfinished,
    unwritten: unfinished.filter((_, index) => !entries[index]?.written),
  };
}

/** Runs a due record; what fails again becomes due again, after a longer time. */
export async function runDueRecord(found: RecordTask | BrokenRecord, context: RecordContext): Promise<TaskResult> {
  const { journal, journalOss } = context;
  if ('problem' in found) return setAside(found, context);
  const claim = await claimRecord(found, context);
  if (claim === undefined) return notClaimed(found.record);
  await ignoringOss(deleteRecord(journalOss, journal, found.record));
  return finishRecord(await derive(found.task, context), found, [claim], context);
}

/**
 * Runs a record that waits for someone: as if it had failed for the first time. The record stays unchanged while no
 * rule takes its upload.
 */
export async function replayRecord(found: RecordTask | BrokenRecord, context: RecordContext): Promise<TaskResult> {
  if ('problem' in found) return malformed(found, '');
  const claim = await claimRecord(found, context);
  if (claim === undefined) return notClaimed(found.record);
  const derived = await derive(found.task, context);
  const again = { task: found.task, attempts: 0, since: context.now() };
  const ruleless = derived.outcomes.some((outcome) => outcome.status === 'failed' && outcome.error.code === 'NoRule');
  if (!ruleless) return finishRecord(derived, again, [found.record, claim], context);
  return { ...(await finishRecord({ outcomes: [] }, again, [claim], context)), outcomes: derived.outcomes };
}

/** The result for a record, or for the journal itself, that OSS gave an error for: it is still there. */
export function notRead(key: string, error: OssError): TaskResult {
  return failed(key, failureOf(error));
}

/**
 * Writes a claim before a record is run. If this instance is killed in the middle of a call, only the claim records
 * that the call may still write. The claim becomes due when no such call can write any more.
 * @returns undefined when it could not be written
 */
async function claimRecord(
  { task, record, attempts, since }: RecordTask,
  { journal, journalOss, now, deadline, fcRequestId }: RecordContext,
): Promise<RecordName | undefined> {
  const { bucket, key, record: event } = task.upload;
  const claimed = { key: record.key, source: { bucket, key }, event, attempts: attempts + 1, since };
  const run = `${fcRequestId ?? ''} ${now()}`;
  const entry = claimEntry(claimed, journal, Number.isFinite(deadline) ? deadline : now(), run, fcRequestId);
  return (await writeEntry(journalOss, journal.bucket, entry)) ? { key: entry.key, etag: '' } : undefined;
}

/** Writes down what is unfinished, and then deletes the records of the task. */
async function finishRecord(
  result: { readonly outcomes: readonly Outcome[]; readonly unsettled?: Unsettled | undefined },
  { task, attempts, since }: Pick<RecordTask, 'task' | 'attempts' | 'since'>,
  records: readonly RecordName[],
  context: RecordContext,
): Promise<TaskResult> {
  const { journal, journalOss } = context;
  const unfinished = unfinishedOf(result, task, attempts, since);
  const entries = await write(unfinished, context);
  if (entries.every(({ written }) => written)) {
    const done = records.filter(({ key }) => entries.every((entry) => entry.key !== key));
    await Promise.all(done.map((record) => ignoringOss(deleteRecord(journalOss, journal, record))));
  }
  // Where an entry could not be written, the records stay and are run again: nothing is lost.
  return { outcomes: result.outcomes, unfinished, unwritten: [] };
}

function unfinishedOf(
  { outcomes, unsettled }: { readonly outcomes: readonly Outcome[]; readonly unsettled?: Unsettled | undefined },
  task: Task | undefined,
  attempts: number,
  since: number,
): Unfinished[] {
  const tried = { event: task?.upload.record, attempts: attempts + 1, since };
  const failures = outcomes.flatMap((outcome) => (outcome.status === 'failed' ? [{ failed: outcome, ...tried }] : []));
  if (unsettled === undefined || task === undefined) return failures;
  const { bucket, key } = task.upload;
  return [...failures, { source: { bucket, key }, why: unsettled, ...tried }];
}

async function write(
  unfinished: readonly Unfinished[],
  { journal, journalOss, now, fcRequestId }: RecordContext,
): Promise<readonly { readonly key: string; readonly written: boolean }[]> {
  const entries = unfinished.map((one) => journalEntry(one, journal, now(), fcRequestId));
  return Promise.all(
    entries.map(async (entry) => ({ key: entry.key, written: await writeEntry(journalOss, journal.bucket, entry) })),
  );
}

/** A broken due record may be all that is left of an upload: it is moved below `failed/`, where a person sees it. */
async function setAside(found: BrokenRecord, { journal, journalOss }: RecordContext): Promise<TaskResult> {
  const { record, text } = found;
  if (text === undefined) return malformed(found, '');
  const key = brokenRecordKey(record.key, journal);
  if (!(await writeText(journalOss, journal.bucket, key, text))) return malformed(found, '');
  await ignoringOss(deleteRecord(journalOss, journal, record));
  return malformed(found, `; it is kept as ${key}`);
}

function malformed({ problem, record }: BrokenRecord, kept: string): TaskResult {
  const message = `the journal record ${problem}${kept}`;
  return failed(record.key, { kind: 'permanent', code: 'MalformedRecord', message });
}

function notClaimed({ key }: RecordName): TaskResult {
  const message = 'not run: it could not be put off first';
  return failed(key, { kind: 'transient', code: 'JournalUnwritable', message });
}

/** A failure of a journal record that is still in the journal, so it needs no new record. */
function failed(key: string, error: Failed['error']): TaskResult {
  return { outcomes: [{ status: 'failed', source: `journal:${key}`, error }], unfinished: [], unwritten: [] };
}

/** A record that could not be deleted is run once more, which does no harm. */
async function ignoringOss(call: Promise<void>): Promise<void> {
  try {
    await call;
  } catch (error) {
    if (!(error instanceof OssError)) throw error;
  }
}
