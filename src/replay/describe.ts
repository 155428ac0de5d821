// What a journal record says, as people and machines read it, whether it can be run or not. Anyone who may write the
// bucket can have written it.
import { type BrokenRecord, isObjectName, type RecordContent, type RecordTask } from '../journal/read.js';
import { duePrefix, failedPrefix } from '../journal/record-name.js';
import { objectUri } from '../oss/object-name.js';
import type { Journal } from '../rules/rule.js';

export interface RecordDescription {
  /** Its key. */
  readonly record: string;
  readonly kind: string;
  readonly rule?: string | undefined;
  /** The error's code; why it is unsettled. */
  readonly code: string;
  readonly message?: string | undefined;
  readonly source?: string | undefined;
  readonly target?: string | undefined;
  readonly style?: string | undefined;
  readonly attempts?: number | undefined;
  /** Epoch ms: when it was first written down. */
  readonly since?: number | undefined;
  /** ISO 8601, UTC, to the minute. */
  readonly due?: string | undefined;
  /** Why it cannot be run. */
  readonly problem?: string | undefined;
}

/** A record that OSS has given. */
export type ReadRecord = RecordTask | BrokenRecord;

/** What a record says, as far as it can be read. */
export function describe(found: ReadRecord, journal: Pick<Journal, 'prefix'>): RecordDescription {
  const { key } = found.record;
  const content: RecordContent = found.content ?? {};
  const error: Readonly<Record<string, unknown>> =
    typeof content.error === 'object' && content.error !== null ? { ...content.error } : {};
  const problem = 'problem' in found ? found.problem : undefined;
  return {
    record: key,
    kind: textOf(content.kind) ?? kindOfKey(key, journal) ?? 'unknown',
    rule: textOf(content.rule),
    code: textOf(error['code']) ?? textOf(content.unsettled) ?? (problem === undefined ? 'unknown' : 'MalformedRecord'),
    message: textOf(error['message']),
    source: 'task' in found ? uriOf(found.task.upload) : uriOf(content.source),
    target: uriOf(content.target),
    style: textOf(content.style),
    attempts: 'attempts' in found ? found.attempts : undefined,
    since: timeOf(content.since),
    due: dueOf(key, journal),
    problem,
  };
}

/** When the record of a key is due; undefined: no timer runs it. */
export function dueOf(key: string, journal: Pick<Journal, 'prefix'>): string | undefined {
  const prefix = duePrefix(journal);
  return key.startsWith(prefix) ? `${key.slice(prefix.length).split('/', 1)[0]}Z` : undefined;
}

function kindOfKey(key: string, journal: Pick<Journal, 'prefix'>): string | undefined {
  const prefix = failedPrefix(journal);
  return key.startsWith(prefix) ? key.slice(prefix.length).split('/', 1)[0] : undefined;
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}

function uriOf(value: unknown): string | undefined {
  return isObjectName(value) ? objectUri(value.bucket, value.key) : textOf(value);
}

function timeOf(value: unknown): number | undefined {
  const time = typeof value === 'string' ? Date.parse(value) : Number.NaN;
  return Number.isNaN(time) ? undefined : time;
}
