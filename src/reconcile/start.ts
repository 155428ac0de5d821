// Begins a sweep: writes down what it is to do, once, where every worker reads it. The newest sweep is the only one
// that is worked on, so that none is begun beside another that goes on.
import type { SweepWorkers } from '../deploy/sweep-workers.js';
import { OssError } from '../oss/error.js';
import { objectUri } from '../oss/object-name.js';
import { printable } from '../rules/printable.js';
import type { Journal } from '../rules/rule.js';
import { newestSweep, type SweepName, sweepKey, sweepsPrefix } from '../sweep/newest.js';
import type { Selection } from '../sweep/selection.js';
import { readSweep, rulesDigest, type Shard, type Sweep, type SweepFile, sweepId, sweepText } from '../sweep/sweep.js';
import { UserError } from '../terminal/user-error.js';
import type { SweepRate } from './cost.js';
import type { Plan } from './plan.js';
import { client, journalText, rightsHint, type SweepWork } from './work.js';

/** What a sweep is given. */
export interface Start {
  readonly make: Plan['make'];
  readonly shards: readonly Shard[];
  readonly selection: Selection;
  readonly rate: SweepRate;
  readonly maxFailures: number;
  /** Undefined: it is worked on here. */
  readonly cloud: SweepWorkers | undefined;
}

/** ms */
const second = 1_000;

/** The newest sweep, if there is one. @throws {UserError} (1) where the journal cannot be listed */
export async function newest(work: SweepWork): Promise<SweepName | undefined> {
  try {
    return await newestSweep(client(work), work.journal);
  } catch (cause) {
    throw unreadable(work, cause);
  }
}

/** @throws {UserError} (1) where a sweep goes on */
export function refuseBeside(sweep: SweepName | undefined): void {
  if (sweep === undefined || sweep.ended || sweep.cancelled) return;
  throw new UserError(
    `the sweep ${printable(sweep.id)} has not ended. npm run reconcile -- --status says how far it is, --resume goes on with it, ` +
      '--cancel gives it up',
  );
}

/** Writes that a sweep is given up, which nobody deletes. @throws {UserError} (1) where the journal refuses */
export async function cancelSweep(work: SweepWork, id: string): Promise<void> {
  const { journal, now } = work;
  const body = JSON.stringify({ at: new Date(now()).toISOString() });
  const key = sweepKey(journal, id, 'cancel');
  try {
    await client(work).putObject({ bucket: journal.bucket, key, body, contentType: 'application/json' });
  } catch (cause) {
    throw unreadable(work, cause);
  }
}

/** What a sweep is to do. @throws {UserError} (1) where this version cannot read it */
export async function read(work: SweepWork, name: SweepName): Promise<Sweep> {
  let found: Sweep | undefined;
  try {
    found = await readSweep(client(work), work.journal, name);
  } catch (cause) {
    throw unreadable(work, cause);
  }
  if (found !== undefined) return found;
  const file = objectUri(work.journal.bucket, sweepKey(work.journal, name.id, 'sweep'));
  const next = name.cancelled ? `Go on with that version, or delete ${file}` : '--cancel gives it up';
  throw new UserError(printable(`the sweep ${name.id} cannot be read: another version has begun it. ${next}`));
}

/**
 * Writes a sweep down.
 * @throws {UserError} (1) where another one has been begun meanwhile, or the journal refuses
 */
export async function start(work: SweepWork, given: Start): Promise<Sweep> {
  const { journal, now, sleep, random } = work;
  // OSS tells times in seconds: whatever the plan has seen is then older than the sweep, and not taken for made by it.
  await sleep(second);
  const known = await firstBehind(work, '');
  const before = await newest(work);
  refuseBeside(before);
  // A clock that is behind must not sort a new sweep behind an older one. No two commands write under one name: in a
  // bucket that keeps versions, none would notice.
  const at = Math.max(now(), before === undefined ? 0 : secondAfter(before, journal));
  const id = `${sweepId(at)}-${Math.floor(random() * 0x10000)
    .toString(16)
    .padStart(4, '0')}`;
  const file = fileOf(work, given);
  const body = sweepText(file);
  if (body === undefined) {
    throw new UserError(
      `the plan has ${file.shards.length} parts with something to make, more than a sweep takes: name fewer locations`,
    );
  }
  const key = sweepKey(journal, id, 'sweep');
  try {
    await client(work).putObject({ bucket: journal.bucket, key, body, contentType: 'application/json' });
  } catch (cause) {
    throw unreadable(work, cause);
  }
  const name = await newest(work);
  if (name === undefined) {
    const where = printable(`${journalText(journal)}sweeps/`);
    throw new UserError(`the sweep ${id} cannot be found: what comes first below ${where} is no sweep: delete it`);
  }
  const next = await firstBehind(work, id);
  if (name.id === id && next === known) return { ...file, ...name };
  await cancelSweep(work, id);
  const other = printable((name.id === id ? next : name.id) ?? '');
  throw new UserError(`another sweep was begun at the same time, ${other}: this one is given up; look at --status`);
}

/** The first name of a sweep behind another. Of two that write theirs, and then look, one sees the other. */
async function firstBehind(work: SweepWork, id: string): Promise<string | undefined> {
  const { bucket } = work.journal;
  const prefix = sweepsPrefix(work.journal);
  const startAfter = id === '' ? `${prefix}0` : `${prefix}${id}/\uffff`;
  try {
    const { objects } = await client(work).listObjects({ bucket, prefix, limit: 1, startAfter });
    return objects[0]?.key.slice(prefix.length).split('/', 1)[0];
  } catch (cause) {
    throw unreadable(work, cause);
  }
}

function fileOf({ index, now }: SweepWork, { make, shards, selection, rate, maxFailures, cloud }: Start): SweepFile {
  const { begun: _, ...selected } = selection;
  return {
    version: 1,
    created: new Date(now()).toISOString(),
    inCloud: cloud !== undefined,
    rules: rulesDigest(index),
    selection: selected,
    shards,
    maxFailures,
    calls: rate.calls,
    bytes: rate.bytes,
    workers: cloud?.workers ?? 1,
    seconds: cloud?.seconds ?? 0,
    planned: make,
  };
}

/** Epoch ms. @throws {UserError} (1) where no sweep could be newer: anyone who may write there can have written it */
function secondAfter({ id }: SweepName, journal: Journal): number {
  const [, inverted] = /^(\d{10})-/.exec(id) ?? [];
  const begun = 9_999_999_999 - Number(inverted);
  if (begun < 9_000_000_000) return (begun + 1) * second;
  const where = printable(`${journalText(journal)}sweeps/${id}/`);
  throw new UserError(`${where} is no sweep, and would be taken for the newest one: delete it`);
}

function unreadable({ journal }: SweepWork, cause: unknown): unknown {
  if (!(cause instanceof OssError)) return cause;
  return new UserError(`the journal ${journalText(journal)}: ${cause.message}${rightsHint(cause)}`, 1, { cause });
}
