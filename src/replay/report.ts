// What a replay says: a line a record, and what it came to.

import { objectUri } from '../oss/object-name.js';
import { resultOf } from '../pipeline/outcome.js';
import { printable, resultLine } from '../terminal/text.js';
import type { Found, Listed } from './records.js';
import type { Replayed } from './run-record.js';

/** What a replay came to: outcomes up to `failed`, records after it. */
export interface Tally {
  records: number;
  saved: number;
  removed: number;
  skipped: number;
  failed: number;
  /** Still in the journal, those that could not be read among them. */
  left: number;
  unreadable: number;
}

export const nothing: Tally = { records: 0, saved: 0, removed: 0, skipped: 0, failed: 0, left: 0, unreadable: 0 };

/** Adds a record. */
export function count(tally: Tally, { outcomes, left, unreadable }: Replayed): void {
  tally.records += 1;
  for (const { status } of outcomes) tally[status] += 1;
  if (left !== undefined) tally.left += 1;
  if (unreadable) tally.unreadable += 1;
}

/** The lines of a record that was run. */
export function replayedText({ record, outcomes, left }: Replayed): string {
  const lines = outcomes.map((outcome) => resultLine(JSON.stringify({ event: 'result', ...resultOf(outcome) })));
  if (left !== undefined && left !== 'failed') lines.push(printable(`left    journal:${record}  (${left})`));
  return lines.map((line) => `${line}\n`).join('');
}

/** The same for `--json`. */
export function replayedJson({ record, outcomes, left }: Replayed): object {
  return { record, results: outcomes.map(resultOf), ...(left === undefined ? {} : { left }) };
}

/** The last line. */
export function tallyText(tally: Tally, notDue: Listed['notDue']): string {
  const { records, saved, removed, skipped, failed, left, unreadable } = tally;
  return (
    `${several(records)}: ${saved} saved, ${removed} removed, ${skipped} skipped, ${failed} failed; ` +
    `${left} left in the journal, ${unreadable} unreadable${notDueText(notDue)}\n`
  );
}

/** A record that would be run. */
export function foundText(found: Found): string {
  if ('unread' in found) return printable(`unreadable journal:${found.unread}  ${found.error.message}`);
  if ('problem' in found) return printable(`broken    journal:${found.record.key}  ${found.problem}`);
  const { kind, rule = '-', code = '-', attempts, task } = found;
  const source = objectUri(task.upload.bucket, task.upload.key);
  return printable(`${kind.padEnd(9)} ${rule} ${code} ${source}  tried ${attempts}×, since ${isoOf(found.since)}`);
}

/** The same for `--json`. */
export function foundJson(found: Found): object {
  if ('unread' in found) {
    const { code, kind, message, status, requestId } = found.error;
    return { record: found.unread, unreadable: { code, kind, message, status, requestId } };
  }
  if ('problem' in found) return { record: found.record.key, broken: found.problem };
  const { kind, rule, code, attempts, since, task, record } = found;
  const source = objectUri(task.upload.bucket, task.upload.key);
  return { record: record.key, kind, rule, code, attempts, source, since: isoOf(since) };
}

/** The last line of a dry run. */
export function dryRunText(records: number, unreadable: number, notDue: Listed['notDue']): string {
  return `${several(records)}, ${unreadable} unreadable${notDueText(notDue)}; nothing was changed\n`;
}

function notDueText(notDue: Listed['notDue']): string {
  if (notDue === undefined) return '';
  const { count: many, next } = notDue;
  return `, ${many} not due yet${next === undefined ? '' : ` (the next at ${printable(next)})`}`;
}

function several(records: number): string {
  return `${records} record${records === 1 ? '' : 's'}`;
}

function isoOf(since: number): string {
  return new Date(since).toISOString();
}
