// Lists the records that the filter takes, and changes nothing.
import { inParallel } from '../oss/limit.js';
import { jsonText, type Output } from './output.js';
import { type FoundRecord, type RecordList, readWantedRecord } from './records.js';
import { codesOf, codesText, foundJson, foundText, listText } from './report.js';
import { callTime, type ReplayContext } from './run-record.js';

/** @returns the exit code */
export async function showAll({ keys, notDue }: RecordList, context: ReplayContext, output: Output): Promise<number> {
  const { json, out, where } = output;
  const found = await readAll(keys, context, output);
  const unreadable = found.filter((record) => 'unread' in record).length;
  if (json) {
    const about = { journal: where, dryRun: true, records: found.length, unreadable, notDue };
    out(jsonText({ ...about, ...listed(found, context) }));
  } else {
    show(found, context, out);
    out(listText(found.length, unreadable, notDue));
  }
  return unreadable > 0 ? 1 : 0;
}

/** Reads them, several at a time; without those that are gone or not wanted. */
export async function readAll(keys: readonly string[], context: ReplayContext, output: Output): Promise<FoundRecord[]> {
  const { until, journal, filter, now } = context;
  const { progress, concurrency } = output;
  let done = 0;
  const read = await inParallel(keys, concurrency, async (key) => {
    const record = await readWantedRecord(until(now() + callTime), journal, key, filter, now());
    done += 1;
    progress.step(`replay: ${done} of ${keys.length} records read`);
    return record;
  });
  progress.end();
  return read.filter((record) => record !== undefined);
}

/** The lines of each, and the counts by code. */
export function show(found: readonly FoundRecord[], { journal, now }: ReplayContext, out: Output['out']): void {
  for (const record of found) out(foundText(record, journal, now()));
  out(codesText(codesOf(found, journal)));
}

/** The same for `--json`. */
export function listed(found: readonly FoundRecord[], { journal, now }: ReplayContext): object {
  return { codes: codesOf(found, journal), found: found.map((record) => foundJson(record, journal, now())) };
}
