// What waits in the journal, and whether the timer runs it.
import { sameJournal, takeAlong } from '../deploy/moved-journal.js';
import { clear } from '../journal/outlived.js';
import { dueMinute, duePrefix, failedPrefix } from '../journal/record-name.js';
import type { Oss } from '../oss/client.js';
import { objectUri } from '../oss/object-name.js';
import type { RuleIndex } from '../pipeline/match.js';
import { keysBelow } from '../replay/records.js';
import type { Config, Journal } from '../rules/rule.js';
import { countOf } from '../terminal/text.js';
import { attempt, type Diagnosis, ok, problem, warning } from './diagnosis.js';

/** Counted no further. */
const mostRecords = 10_000;
/** Records that are looked at in parallel; the account limits the calls. */
const atOnce = 20;
/** Due for longer than this, ms: the timer has had several tries. */
const patience = 15 * 60_000;

/** @param now epoch ms */
export async function journalDiagnoses(
  oss: Pick<Oss, 'listObjects'>,
  { bucket, prefix }: Journal,
  now: number,
): Promise<Diagnosis[]> {
  const due = duePrefix({ prefix });
  const below = [due, ...['setup/', 'permanent/'].map((kind) => `${failedPrefix({ prefix })}${kind}`)];
  const counted = await attempt(
    'journal',
    () => Promise.all(below.map((start) => count(oss, bucket, start))),
    `the journal ${objectUri(bucket, prefix)}`,
    'oss:ListObjects on it',
  );
  if ('failed' in counted) return [counted.failed];
  const [waiting, setup, permanent] = counted.value;
  const all = [dueDiagnosis(waiting, due, now)];
  if (setup === undefined) {
    all.push(ok('journal', 'nothing waits to be fixed'));
  } else {
    const fix = `npm run replay -- --dry-run lists them; fix what is wrong, then npm run replay; ${orClear}`;
    all.push(warning('journal', `${setup.text} failed for lack of access, a bucket or a style`, fix));
  }
  if (permanent !== undefined) {
    const fix = `npm run replay -- --dry-run --kind permanent lists them, --discard deletes them; ${orClear}`;
    all.push(warning('journal', `${permanent.text} can never work as they are`, fix));
  }
  return all;
}

/**
 * What was written before rules were kept at CONFIG_URI, when the journal was that of src/config.ts: it is the one
 * former place that can be known here.
 */
export async function strandedDiagnoses(
  oss: Pick<Oss, 'listObjects'>,
  { journal, envelope }: Config,
): Promise<Diagnosis[]> {
  const former = envelope?.journal ?? 'throw';
  if (former === 'throw' || sameJournal(former, journal)) return [];
  const place = `the former journal ${objectUri(former.bucket, former.prefix)}, of src/config.ts`;
  const call = () =>
    Promise.all([duePrefix(former), failedPrefix(former)].map((start) => count(oss, former.bucket, start)));
  const counted = await attempt('journal', call, place, 'oss:ListObjects on it');
  if ('failed' in counted) return [counted.failed];
  const texts = counted.value.flatMap((found) => found?.text ?? []);
  if (texts.length === 0) return [];
  return [warning('journal', `${texts.join(' and ')} left in ${place}: nobody runs them there`, takeAlong(former))];
}

const orClear = 'npm run doctor -- --clear deletes those whose source is gone or replaced';

/**
 * Deletes the failures that are outlived.
 * @param now epoch ms
 */
export async function clearDiagnoses(
  oss: Oss,
  index: RuleIndex,
  journal: Journal,
  now: () => number,
): Promise<Diagnosis[]> {
  const prefix = failedPrefix(journal);
  const place = objectUri(journal.bucket, prefix);
  const call = async () => {
    const keys: string[] = [];
    for await (const key of keysBelow(() => oss, journal.bucket, prefix)) keys.push(key);
    const deadline = Number.POSITIVE_INFINITY;
    return clear(keys, { oss, index, journal, now, deadline, concurrency: atOnce });
  };
  const cleared = await attempt('journal', call, place, 'oss:ListObjects on it');
  if ('failed' in cleared) return [cleared.failed];
  const { outcomes, refusals } = cleared.value;
  const all = [ok('journal', `${countOf(outcomes.length, 'failure')} deleted whose source is gone or replaced`)];
  const [first] = refusals;
  if (first !== undefined) {
    const message = `${countOf(refusals.length, 'record')} in ${place} could not be looked at or deleted: ${first.message}`;
    all.push(warning('journal', message, 'npm run policy prints what whoever replays needs: it is the same'));
  }
  return all;
}

function dueDiagnosis(waiting: Counted | undefined, due: string, now: number): Diagnosis {
  if (waiting === undefined) return ok('journal', 'nothing is due to be tried again');
  const { text, first } = waiting;
  const minute = first.slice(due.length).split('/')[0] ?? '';
  if (minute >= dueMinute(now - patience)) return ok('journal', `${text} will be tried again by the timer`);
  const message = `${text} to be tried again, the first since ${minute}Z: the timer does not run them`;
  return problem('journal', message, 'is the function stopped, or the timer missing? else its log says why');
}

interface Counted {
  readonly text: string;
  readonly first: string;
}

/** Undefined: there are none. */
async function count(oss: Pick<Oss, 'listObjects'>, bucket: string, prefix: string): Promise<Counted | undefined> {
  let many = 0;
  let first: string | undefined;
  for await (const key of keysBelow(() => oss, bucket, prefix)) {
    first ??= key;
    many += 1;
    if (many === mostRecords) break;
  }
  const text = `${many === mostRecords ? 'at least ' : ''}${countOf(many, 'record')}`;
  return first === undefined ? undefined : { text, first };
}
