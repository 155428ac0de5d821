// What a replay prints: lines for each record, and the counts at the end; or the same as JSON.

import { resultOf } from '../pipeline/outcome.js';
import { printable } from '../rules/printable.js';
import type { Journal } from '../rules/rule.js';
import { countOf, resultLine } from '../terminal/text.js';
import { describe } from './describe.js';
import type { FoundRecord, RecordList } from './records.js';
import type { ReplayedRecord } from './run-record.js';

/**
 * Counts of outcomes up to `failed`, of records after it. `left`: still in the journal, unreadable ones among them;
 * `waiting`: run before they were due, and kept until then.
 */
export const noTally = { records: 0, saved: 0, removed: 0, skipped: 0, failed: 0, left: 0, waiting: 0, unreadable: 0 };
export type ReplayTally = typeof noTally;

/** Adds a record. */
export function addTo(tally: ReplayTally, { outcomes, left, waits, unreadable }: ReplayedRecord): void {
  tally.records += 1;
  for (const { status } of outcomes) tally[status] += 1;
  if (left !== undefined) tally.left += 1;
  if (waits !== undefined) tally.waiting += 1;
  if (unreadable) tally.unreadable += 1;
}

/** The lines of a record that was run. */
export function replayedText({ record, outcomes, left, waits }: ReplayedRecord): string {
  const lines = outcomes.map((outcome) => resultLine(JSON.stringify({ event: 'result', ...resultOf(outcome) })));
  if (left !== undefined && left !== 'failed') lines.push(printable(`left    journal:${record}  (${left})`));
  if (waits !== undefined) lines.push(printable(`waits   journal:${record}  (${waits})`));
  return lines.map((line) => `${line}\n`).join('');
}

/** The same for `--json`. */
export function replayedJson({ record, outcomes, left, waits }: ReplayedRecord): object {
  return { record, results: outcomes.map(resultOf), left, waits };
}

/** The last line. */
export function tallyText(tally: ReplayTally, notDue: RecordList['notDue']): string {
  const { records, saved, removed, skipped, failed, left, waiting, unreadable } = tally;
  const kept = waiting === 0 ? '' : `, ${waiting} kept until due`;
  return (
    `${countOf(records, 'record')}: ${saved} saved, ${removed} removed, ${skipped} skipped, ${failed} failed; ` +
    `${left} left in the journal, ${unreadable} unreadable${kept}${notDueText(notDue)}\n`
  );
}

/** The lines of a record that is listed. @param now epoch ms */
export function foundText(found: FoundRecord, journal: Journal, now: number): string {
  if ('unread' in found) return `${printable(`unreadable journal:${found.unread}  ${found.error.message}`)}\n`;
  const {
    record,
    kind,
    rule = '-',
    code,
    message,
    style,
    attempts,
    since,
    due,
    problem,
    ...about
  } = describe(found, journal);
  const { source = '-', target } = about;
  const why = message ?? (problem === undefined ? code : `the record ${problem}`);
  const tried = [
    ...(attempts === undefined ? [] : [`tried ${attempts}×`]),
    ...(since === undefined ? [] : [`${ageText(now - since)} old, since ${new Date(since).toISOString()}`]),
    ...(due === undefined ? [] : [`due ${due}`]),
    ...(problem === undefined ? [] : ['cannot be run']),
  ];
  const lines = [
    `${kind.padEnd(9)} ${rule} ${code} ${source}${target === undefined ? '' : ` → ${target}`}`,
    `          ${style === undefined ? '' : `${style}  `}${why}`,
    `          ${tried.join(', ')}  journal:${record}`,
  ];
  return lines.map((line) => `${printable(line)}\n`).join('');
}

/** The same for `--json`. */
export function foundJson(found: FoundRecord, journal: Journal, now: number): object {
  if ('unread' in found) {
    const { code, kind, message, status, requestId } = found.error;
    return { record: found.unread, unreadable: { code, kind, message, status, requestId } };
  }
  const { since, problem, ...described } = describe(found, journal);
  const age = since === undefined ? undefined : Math.round((now - since) / 1_000);
  return { ...described, since: since && new Date(since).toISOString(), ageSeconds: age, broken: problem };
}

/** How many records there are of each error code, the most frequent first. */
export function codesOf(found: readonly FoundRecord[], journal: Journal): Record<string, number> {
  const counts = new Map<string, number>();
  for (const one of found) {
    const code = 'unread' in one ? one.error.code : describe(one, journal).code;
    counts.set(code, (counts.get(code) ?? 0) + 1);
  }
  return Object.fromEntries([...counts].sort(([, a], [, b]) => b - a));
}

/** The same in words, in front of a total; empty where there are none. */
export function codesText(codes: Readonly<Record<string, number>>): string {
  const counts = Object.entries(codes).map(([code, count]) => `${count} ${printable(code)}`);
  return counts.length === 0 ? '' : `by code: ${counts.join(', ')}\n`;
}

/** The last line of a list. */
export function listText(records: number, unreadable: number, notDue: RecordList['notDue']): string {
  return `${countOf(records, 'record')}, ${unreadable} unreadable${notDueText(notDue)}; nothing was changed\n`;
}

function notDueText(notDue: RecordList['notDue']): string {
  if (notDue === undefined) return '';
  const { count, next } = notDue;
  return `, ${count} not due yet${next === undefined ? '' : ` (the next at ${printable(next)})`}`;
}

/** ms, the largest first. */
const units = [
  [86_400_000, 'day'],
  [3_600_000, 'hour'],
  [60_000, 'minute'],
  [1_000, 'second'],
] as const;

function ageText(age: number): string {
  const [length, name] = units.find(([unit]) => age >= 2 * unit) ?? [1_000, 'second'];
  return countOf(Math.max(0, Math.floor(age / length)), name);
}
