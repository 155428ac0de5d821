// Runs one task to its end: the upload of an event, or a journal record that is due or that someone replays. What
// cannot be finished is written to the journal before the function returns (journal/record.ts), and a journal record is
// deleted only after that. Before: handle.ts, journal/timer.ts. The work itself: pipeline/derive.ts.
import type { Oss } from '../oss/client.js';
import type { OssError } from '../oss/error.js';
import { type DeriveContext, type Derived, derive, type Task } from '../pipeline/derive.js';
import type { Failed, Failure, Outcome } from '../pipeline/outcome.js';
import { failureOf } from '../pipeline/save.js';
import type { Unsettled } from '../pipeline/settle.js';
import type { Journal } from '../rules/rule.js';
import { type BrokenRecord, deleteRecord, type RecordName, type RecordTask } from './read.js';
import { claimEntry, journalEntry, refusalOf, type Unfinished, writeEntry } from './record.js';
import { brokenRecordKey } from './record-name.js';

export interface RunContext extends DeriveContext {
  readonly oss: Oss;
  readonly journal: Journal | 'throw';
  /** Has some time left when `oss` has reached its deadline. */
  readonly journalOss: Pick<Oss, 'putObject' | 'copyObject' | 'headObject' | 'deleteObject'>;
  readonly fcRequestId?: string | undefined;
}

/** Records are run only where there is a journal. */
export type RecordContext = RunContext & { readonly journal: Journal };

/** What became of a task. */
export interface TaskResult {
  readonly outcomes: readonly Outcome[];
  readonly unfinished: readonly Unfinished[];
  /** The part of `unfinished` that is not in the journal. */
  readonly unwritten: readonly Unfinished[];
  /** Why the journal did not take a record, or did not delete one. */
  readonly refusals: readonly Failure[];
}

/** The result where nothing has to be written down. */
export function finished(outcomes: readonly Outcome[]): TaskResult {
  return { outcomes, unfinished: none, unwritten: none, refusals: none };
}

const none: readonly never[] = [];

/** What is run together with a record. */
export interface Together {
  /** Records of the same job, for other versions of its source: they are done with, too. */
  readonly others?: readonly RecordTask[];
  /** Of all of them, which is kept for the timer: a call without an answer may still write until it is due. */
  readonly stays?: (found: RecordTask) => boolean;
}

/** Runs an upload of an event. */
export async function runUpload(task: Task, context: RunContext): Promise<TaskResult> {
  const derived = await derive(task, context);
  return isFinished(derived) ? finished(derived.outcomes) : writeResult(derived, context, task);
}

function isFinished({ outcomes, unsettled }: Derived): boolean {
  return unsettled === undefined && outcomes.every(({ status }) => status !== 'failed');
}

/** Writes down what became of a record of an event, or of its upload. */
export async function writeResult(
  result: { readonly outcomes: readonly Outcome[]; readonly unsettled?: Unsettled | undefined },
  context: RunContext,
  task?: Task,
): Promise<TaskResult> {
  const { journal, now } = context;
  const unfinished = unfinishedOf(result, task, 0, now());
  if (journal === 'throw') return { outcomes: result.outcomes, unfinished, unwritten: unfinished, refusals: [] };
  const entries = await write(unfinished, { ...context, journal });
  return {
    outcomes: result.outcomes,
    unfinished,
    unwritten: unfinished.filter((_, index) => entries[index]?.refusal !== undefined),
    refusals: entries.flatMap(({ refusal }) => refusal ?? []),
  };
}

/** Runs a due record; what fails again becomes due again, after a longer time. */
export async function runDueRecord(
  found: RecordTask | BrokenRecord,
  context: RecordContext,
  { others = [], stays = () => false }: Together = {},
): Promise<TaskResult> {
  const { journal, journalOss } = context;
  if ('problem' in found) return setAside(found, context);
  const claim = await claimRecord(found, context);
  if ('refusal' in claim) return notClaimed(found.record, claim.refusal);
  // It is not rewritten: its minute has come, and what fails again is due in a later one, under another key.
  const refusal = await refusalOf(deleteRecord(journalOss, journal, { ...found.record, etag: '' }));
  const done = [claim, ...others.filter((other) => !stays(other)).map(({ record }) => record)];
  const result = await finishRecord(await derive(taskOf(found, others), context), found, done, context);
  return refusal === undefined ? result : { ...result, refusals: [refusal, ...result.refusals] };
}

/**
 * Runs a record that someone wants to be run: as if it had failed for the first time. The record stays unchanged while
 * no rule takes its upload.
 */
export async function replayRecord(
  found: RecordTask | BrokenRecord,
  context: RecordContext,
  { others = [], stays = () => false }: Together = {},
): Promise<TaskResult> {
  if ('problem' in found) return malformed(found, '');
  const claim = await claimRecord(found, context);
  if ('refusal' in claim) return notClaimed(found.record, claim.refusal);
  const derived = await derive(taskOf(found, others), context);
  const again = { task: found.task, attempts: 0, since: context.now() };
  const ruleless = derived.outcomes.some((outcome) => outcome.status === 'failed' && outcome.error.code === 'NoRule');
  const done = [...[found, ...others].filter((one) => !stays(one)).map(({ record }) => record), claim];
  if (!ruleless) return finishRecord(derived, again, done, context);
  return { ...(await finishRecord({ outcomes: [] }, again, [claim], context)), outcomes: derived.outcomes };
}

function taskOf({ task }: RecordTask, others: readonly RecordTask[]): Task {
  return { ...task, others: others.map((other) => other.task.upload) };
}

/** The result for a record, or for the journal itself, that OSS gave an error for: it is still there. */
export function notRead(key: string, error: OssError): TaskResult {
  return failed(key, failureOf(error));
}

/**
 * Writes a claim before a record is run. If this instance is killed in the middle of a call, only the claim records
 * that the call may still write. The claim becomes due when no such call can write any more.
 */
async function claimRecord(
  { task, record, attempts, since }: RecordTask,
  { journal, journalOss, now, deadline, fcRequestId }: RecordContext,
): Promise<RecordName | { readonly refusal: Failure }> {
  const { bucket, key, record: event } = task.upload;
  const claimed = { key: record.key, source: { bucket, key }, event, attempts: attempts + 1, since };
  const run = `${fcRequestId ?? ''} ${now()}`;
  const entry = claimEntry(claimed, journal, Number.isFinite(deadline) ? deadline : now(), run, fcRequestId);
  const refusal = await writeEntry(journalOss, journal.bucket, entry);
  return refusal === undefined ? { key: entry.key, etag: '' } : { refusal };
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
  const refusals = entries.flatMap(({ refusal }) => refusal ?? []);
  if (refusals.length === 0) {
    const done = records.filter(({ key }) => entries.every((entry) => entry.key !== key));
    // A record that could not be deleted is run once more, which does no harm.
    const kept = await Promise.all(done.map((record) => refusalOf(deleteRecord(journalOss, journal, record))));
    refusals.push(...kept.filter((refusal) => refusal !== undefined));
  }
  // Where an entry could not be written, the records stay and are run again: nothing is lost.
  return { outcomes: result.outcomes, unfinished, unwritten: [], refusals };
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
): Promise<readonly { readonly key: string; readonly refusal: Failure | undefined }[]> {
  const entries = unfinished.map((one) => journalEntry(one, journal, now(), fcRequestId));
  return Promise.all(
    entries.map(async (entry) => ({ key: entry.key, refusal: await writeEntry(journalOss, journal.bucket, entry) })),
  );
}

/**
 * A broken due record may be all that is left of an upload: it is moved below `failed/`, where a person sees it, and
 * where it takes no place from those that are due. OSS copies it, however large it is.
 */
async function setAside(found: BrokenRecord, { journal, journalOss }: RecordContext): Promise<TaskResult> {
  const { bucket } = journal;
  const { record } = found;
  const key = brokenRecordKey(record.key, journal);
  const uncopied = await refusalOf(journalOss.copyObject({ bucket, key, from: { bucket, key: record.key } }));
  if (uncopied !== undefined) return { ...malformed(found, ''), refusals: [uncopied] };
  const kept = await refusalOf(deleteRecord(journalOss, journal, { ...record, etag: '' }));
  return { ...malformed(found, `; it is kept as ${key}`), refusals: kept === undefined ? [] : [kept] };
}

function malformed({ problem, record }: BrokenRecord, kept: string): TaskResult {
  const message = `the journal record ${problem}${kept}`;
  return failed(record.key, { kind: 'permanent', code: 'MalformedRecord', message });
}

function notClaimed({ key }: RecordName, refusal: Failure): TaskResult {
  const message = `not run: it could not be put off first: ${refusal.message}`;
  const error = { ...refusal, kind: 'transient', code: 'JournalUnwritable', message } as const;
  return { ...failed(key, error), refusals: [refusal] };
}

/** A failure of a journal record that is still in the journal, so it needs no new record. */
function failed(key: string, error: Failed['error']): TaskResult {
  return finished([{ status: 'failed', source: `journal:${key}`, error }]);
}
