// The pipeline in one screen: records → tasks → derived and settled → journal → summary. Every record ends as exactly one
// skip, or as one outcome for each output of its rule; what is left is written down before the function returns.
import { type Deriving, derive, type Task } from './derive.js';
import type { Delivery, OssRecord } from './event.js';
import {
  asideKey,
  claimEntry,
  duePrefix,
  type JournalPlace,
  journalEntry,
  type Leftover,
  writeEntry,
  writeText,
} from './journal.js';
import { leave } from './leave.js';
import { type Log, outcomeEntry, summaryEntry } from './log.js';
import type { Oss } from './oss/client.js';
import { OssError } from './oss/error.js';
import { type Failed, type Outcome, type Summary, summarize } from './outcome.js';
import { type BrokenRecord, dueKeys, forget, type Rerun, readRerun } from './rerun.js';
import { failureOf, inParallel } from './save.js';
import type { Unsettled } from './settle.js';

/** What one task needs. */
export interface Running extends Deriving {
  readonly oss: Oss;
  readonly journal: JournalPlace | 'throw';
  /** Has some time left when `oss` has reached its deadline. */
  readonly journalOss: Pick<Oss, 'putObject' | 'headObject' | 'deleteObject'>;
  readonly fcRequestId?: string | undefined;
}

/** What an event needs. */
export interface Handling extends Running {
  /** How many uploads are worked on at a time. */
  readonly concurrency: number;
  readonly log: Log;
  /** FC delivers this event again: the attempt before may have been ended in the middle of a call. */
  readonly redelivered: boolean;
}

/**
 * Handles what an event delivered.
 * @throws {RetryLater} when something is left that could not be written down
 * @throws {PermanentFailure} only with `journal: 'throw'`
 */
export async function handle(delivery: Delivery, handling: Handling): Promise<Summary> {
  const { concurrency, now, log, journal } = handling;
  const started = now();
  const uploads = delivery.uploads.map(
    (upload): Work => ({
      task: { upload, unanswered: handling.redelivered && journal !== 'throw' },
    }),
  );
  const ended = [
    ...(await inParallel(ignoredOf(delivery), concurrency, (outcome) => finish({ outcomes: [outcome] }, {}, handling))),
    ...(await inParallel(uploads, concurrency, (work) => run(work, handling))),
    ...(delivery.ticks.length > 0 ? await runDue(handling) : []),
  ];
  if (delivery.ticks.length > 0 && ended.length === 0) ended.push(nothingDue(delivery));

  const summary = summarize(ended.flatMap(({ outcomes }) => outcomes));
  for (const outcome of ended.flatMap(({ outcomes }) => outcomes)) log(outcomeEntry(outcome));
  const leftovers = ended.flatMap((end) => end.leftovers);
  const unwritten = ended.flatMap((end) => end.unwritten);
  const written = leftovers.length - unwritten.length;
  log(
    summaryEntry(summary, { ms: now() - started, journaled: written, unsettled: leftovers.filter(isUnsettled).length }),
  );
  leave(unwritten, journal === 'throw' ? undefined : journal.bucket);
  return summary;
}

/** A task, and the journal record that asked for it, if one did. */
export type Work = Partial<Rerun> &
  ({ readonly task: Task } | BrokenRecord | { readonly unread: string; readonly error: OssError });

/** What became of a task; what is not in the journal after all is `unwritten`. */
export interface Ended {
  readonly outcomes: readonly Outcome[];
  readonly leftovers: readonly Leftover[];
  readonly unwritten: readonly Leftover[];
}

/** Runs one task to its end: derived, settled, what is left written down, and its record forgotten. */
export async function run(work: Work, handling: Running): Promise<Ended> {
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
function stays(failed: Pick<Failed, 'source' | 'error'>): Ended {
  return { outcomes: [{ status: 'failed', ...failed }], leftovers: [], unwritten: [] };
}

/** A record that nothing can be read from is all that is known of its upload: it is kept, out of the timer's way. */
async function moveAside({ broken, text, record }: BrokenRecord, handling: Running): Promise<Ended> {
  const { journal, journalOss } = handling;
  const aside = journal === 'throw' || !isDue(record, handling) || text === undefined ? undefined : journal;
  const key = aside && asideKey(record.key, aside);
  if (aside && key && (await writeText(journalOss, aside.bucket, key, text ?? ''))) {
    await forget(journalOss, aside, record).catch(ignoreOss);
  }
  const message = `the journal record ${broken}${key === undefined ? '' : `; it is kept as ${key}`}`;
  return stays({ source: `journal:${record.key}`, error: { kind: 'permanent', code: 'MalformedRecord', message } });
}

function isDue({ key }: RecordRef, { journal }: Running): boolean {
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
  { journal, journalOss, now, deadline, fcRequestId }: Running,
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
async function finish(
  { outcomes, unsettled }: { outcomes: readonly Outcome[]; unsettled?: Unsettled },
  work: Partial<Rerun> & { readonly claims?: readonly RecordRef[] },
  handling: Running,
): Promise<Ended> {
  const { journal, journalOss, now, fcRequestId } = handling;
  const { task, attempts = 0, since = now(), record, claims = record === undefined ? [] : [record] } = work;
  const event: { event?: OssRecord } = task === undefined ? {} : { event: task.upload.record };
  const tried = { ...event, attempts: attempts + 1, since };
  const leftovers: Leftover[] = outcomes.flatMap((outcome) =>
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

/**
 * Runs what the timer finds due, each read just before it is run, since other ticks may be at work. A journal that cannot be
 * read is a failure of this tick; the next one is a minute away.
 */
async function runDue(handling: Handling): Promise<Ended[]> {
  const { journal, oss, now, concurrency, deadline } = handling;
  if (journal === 'throw') return [];
  try {
    let taken = 0;
    const ended = await inParallel(await dueKeys(oss, journal, now()), concurrency, async (key) => {
      if (taken >= mostPerTick || now() >= deadline) return undefined;
      taken += 1;
      const work = await readDue(key, journal, handling);
      if (work === undefined || 'unread' in work) taken -= 1;
      return work && run(work, handling);
    });
    return ended.filter((end) => end !== undefined);
  } catch (error) {
    if (!(error instanceof OssError)) throw error;
    return [await run({ unread: journal.prefix, error }, handling)];
  }
}

/** One tick takes on no more than this; the next one is a minute away. */
const mostPerTick = 500;

async function readDue(key: string, { bucket }: JournalPlace, { oss, now }: Handling): Promise<Work | undefined> {
  try {
    return await readRerun(oss, bucket, key, now());
  } catch (error) {
    if (!(error instanceof OssError)) throw error;
    return { unread: key, error };
  }
}

function ignoredOf({ ignored, malformed }: Delivery): Outcome[] {
  return [
    ...ignored.map(({ source, reason }): Outcome => ({ status: 'skipped', source, reason })),
    ...malformed.map(({ at, message, source, digest }): Outcome => {
      const error = {
        kind: 'permanent',
        code: 'MalformedRecord',
        message: `${message} (at ${at} of the event with SHA-256 ${digest})`,
      } as const;
      return { status: 'failed', source: source ?? `event:${at}`, error };
    }),
  ];
}

function nothingDue({ ticks }: Delivery): Ended {
  const outcomes = ticks.map(({ triggerName }): Outcome => {
    return { status: 'skipped', source: `timer:${triggerName}`, reason: 'nothing-due' };
  });
  return { outcomes, leftovers: [], unwritten: [] };
}

function isUnsettled(leftover: Leftover): boolean {
  return 'why' in leftover;
}

function ignoreOss(error: unknown): void {
  if (!(error instanceof OssError)) throw error;
}
