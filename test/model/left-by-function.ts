// What is the function's own where it meets the model: the upload of a task, and the records that it leaves.
import { readJournalRecord } from '../../src/journal/read.js';
import { journalEntry, type Unfinished } from '../../src/journal/record.js';
import type { Oss } from '../../src/oss/client.js';
import type { Derived } from '../../src/pipeline/derive.js';
import { readEvent, type Upload } from '../../src/pipeline/event.js';
import type { Ended, Setting } from './invocation.js';
import { deletes, told } from './script.js';
import type { Task } from './state.js';

export const epoch = Date.UTC(2026, 0, 1);
export const place = { bucket: 'journal', prefix: 'autostyle/' };

export function uploadOf(task: Task, setting: Setting): Upload {
  const source = told(setting, task.about);
  if (source === 'absent') throw new Error('an event tells a version');
  const removal = deletes(setting.script[task.about]);
  const event = {
    eventName: removal ? 'ObjectRemoved:DeleteObject' : 'ObjectCreated:PutObject',
    eventTime: new Date(epoch + source.version.modified).toISOString(),
    oss: {
      bucket: { name: 'photos' },
      object: { key: 'a', size: 1, ...(setting.tells && !removal ? { eTag: source.version.etag } : {}) },
    },
  };
  const [upload] = readEvent(Buffer.from(JSON.stringify(event))).uploads;
  if (upload === undefined) throw new Error('no upload');
  return upload;
}

/** The records of what is left, as they would be run. */
export async function leftByFunction({ outcomes, unsettled }: Derived, upload: Upload, several: boolean) {
  const tried = { event: upload.record, attempts: 1, since: epoch };
  const leftovers: Unfinished[] = outcomes.flatMap((outcome) =>
    outcome.status === 'failed' ? [{ failed: outcome, ...tried }] : [],
  );
  if (unsettled !== undefined) leftovers.push({ source: { bucket: 'photos', key: 'a' }, why: unsettled, ...tried });
  const entries = leftovers.map((leftover) => journalEntry(leftover, place, epoch));
  const due = entries.filter(({ key }) => key.includes('/due/'));
  const records = await Promise.all(
    due.map(async ({ key, record }) => {
      const getObject: Oss['getObject'] = async () => ({ body: Buffer.from(JSON.stringify(record)), etag: 'E' });
      const rerun = await readJournalRecord({ getObject }, place.bucket, key, epoch);
      if (rerun === undefined || !('task' in rerun)) throw new Error(`${key} cannot be run`);
      return {
        anyVersion: rerun.task.anyVersion ?? false,
        only: several ? rerun.task.only?.[0]?.key : undefined,
        afterLateWrites: Date.parse(record.due ?? '') - epoch >= 15 * 60_000,
      };
    }),
  );
  return { permanent: entries.length > due.length, records };
}

/** The same of the model. */
export function leftInModel({ permanent, records }: Ended) {
  return {
    permanent: permanent.length > 0,
    records: records.map(({ task, afterLateWrites }) => ({
      anyVersion: task.anyVersion,
      only: task.only === undefined ? undefined : `a.${task.only}`,
      afterLateWrites,
    })),
  };
}
