// What a replay prints: a line for each record, and the counts at the end; or the same as JSON.

import { objectUri } from '../oss/object-name.js';
import { resultOf } from '../pipeline/outcome.js';
import { countOf, printable, resultLine } from '../terminal/text.js';
import type { FoundRecord, RecordList } from './records.js';
import type { ReplayedRecord } from './run-record.js';

/** Counts of outcomes up to `failed`, of records after it; `left`: still in the journal, unreadable ones among them. */
export const noTally = { records: 0, saved: 0, removed: 0, skipped: 0, failed: 0, left: 0, unreadable: 0 };
export type ReplayTally = typeof noTally;

/** Adds a record. */
export function addTo(tally: ReplayTally, { outcomes, left, unreadable }: ReplayedRecord): void {
  tally.records += 1;
  for (const { status } of outcomes) tally[status] += 1;
  if (left !== undefined) tally.left += 1;
  if (unreadable) tally.unreadable += 1;
}

/** The lines of a record that was run. */
export function replayedText({ record, outcomes, left }: ReplayedRecord): string {
  const lines = outcomes.map((outcome) => resultLine(JSON.stringify({ event: 'result', ...resultOf(outcome) })));
  if (left !== undefined && left !== 'failed') lines.push(printable(`left    journal:${record}  (${left})`));
  return lines.map((line) => `${line}\n`).join('');
}

/** The same for `--json`. */
export function replayedJson({ record, outcomes, left }: ReplayedRecord): object {
  return { record, results: outcomes.map(resultOf), left };
}

/** The last line. */
export function tallyText(tally: ReplayTally, notDue: RecordList['notDue']): string {
  const { records, saved, removed, skipped, failed, left, unreadable } = tally;
  return (
    `${countOf(records, 'record')}: ${saved} saved, ${removed} removed, ${skipped} skipped, ${failed} failed; ` +
    `${left} left in the journal, ${unreadable} unreadable${notDueText(notDue)}\n`
  );
}

/** The line of a record that would be run. */
export function foundText(found: FoundRecord): string {
  if ('unread' in found) return printable(`unreadable journal:${found.unread}  ${found.error.message}`);
  if ('problem' in found) return printable(`broken    journal:${found.record.key}  ${found.problem}`);
  const { kind, rule = '-', code = '-', attempts, since, task } = found;
  const source = objectUri(task.upload.bucket, task.upload.key);
  const start = new Date(since).toISOString();
  return printable(`${kind.padEnd(9)} ${rule} ${code} ${source}  tried ${attempts}×, since ${start}`);
}

/** The same for `--json`. */
export function foundJson(found: FoundRecord): object {
  if ('unread' in found) {
    const { code, kind, message, status, requestId } = found.error;
    return { record: found.unread, unreadable: { code, kind, message, status, requestId } };
  }
  if ('problem' in found) return { record: found.record.key, broken: found.problem };
  const { kind, rule, code, attempts, since, task, record } = found;
  const source = objectUri(task.upload.bucket, task.upload.key);
  return { record: record.key, kind, rule, code, attempts, source, since: new Date(since).toISOString() };
}

/** The last line of a dry run. */
export function dryRunText(records: number, unreadable: number, notDue: RecordList['notDue']): string {
  return `${countOf(records, 'record')}, ${unreadable} unreadable${notDueText(notDue)}; nothing was changed\n`;
}

function notDueText(notDue: RecordList['notDue']): string {
  if (notDue === undefined) return '';
  const { count, next } = notDue;
  return `, ${count} not due yet${next === undefined ? '' : ` (the next at ${printable(next)})`}`;
}
