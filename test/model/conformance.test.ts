// The model is worth what it has in common with the function. Here both meet the same source, faults and uploader,
// chosen at random: they must make the same requests in the same order, and leave the same records.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readJournalRecord } from '../../src/journal/read.js';
import { journalEntry, type Unfinished } from '../../src/journal/record.js';
import type { Oss } from '../../src/oss/client.js';
import { OssError } from '../../src/oss/error.js';
import { type Derived, derive } from '../../src/pipeline/derive.js';
import { readEvent, type Upload } from '../../src/pipeline/event.js';
import { indexRules } from '../../src/pipeline/match.js';
import { loadConfig } from '../../src/rules/load.js';
import { type Design, shipped } from './design.js';
import { answered, type Ended, looked, type Next, type Setting, start } from './invocation.js';
import { bytesAfter, deletes, good, scriptsOf, seenAfter, told } from './script.js';
import type { End, Task } from './state.js';

const design: Design = shipped;

/** One request of the function, and what came of it. */
interface Asked {
  readonly asks: 'process' | 'delete' | 'head';
  readonly answer: 'ok' | 'ok-at-last' | 'nothing' | 'permanent' | 'transient' | 'lost' | 'garbled';
  /** How many of the script's steps were done when OSS acted. */
  readonly done: number;
}

const epoch = Date.UTC(2026, 0, 1);
const place = { bucket: 'journal', prefix: 'autostyle/' };

const indexOf = (removes: boolean) => {
  const outputs = [{ style: 'image/resize,w_1', to: { bucket: 'out', key: '{key}.1' } }];
  const rule = { name: 'one', when: { bucket: 'photos' }, outputs, ...(removes ? { onDelete: 'remove' } : {}) };
  return indexRules(loadConfig({ journal: place, rules: [rule] }, {}).rules);
};
const indexes = { removing: indexOf(true), leaving: indexOf(false) };

function uploadOf(task: Task, setting: Setting): Upload {
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

/** The function at one task, in a world where `choose` decides what happens at each request. */
async function deriveIn(task: Task, setting: Setting, choose: (options: number) => number) {
  const asked: Asked[] = [];
  let done = task.about + 1;
  const ask = (asks: Asked['asks'], answersFor: (bytes: string) => readonly Asked['answer'][]): Asked => {
    done = Math.min(setting.script.length, done + choose(3));
    const answers = answersFor(bytesAfter(setting, done));
    const one: Asked = { asks, done, answer: answers[choose(answers.length)] ?? 'ok' };
    asked.push(one);
    if (one.answer === 'lost')
      throw new OssError({ message: 'cut', code: 'Timeout', kind: 'transient', confirmed: false });
    if (one.answer === 'transient')
      throw new OssError({ message: 'busy', status: 503, code: 'Busy', kind: 'transient' });
    if (one.answer === 'permanent')
      throw new OssError({ message: 'no', status: 400, code: 'ImageDamage', kind: 'permanent', requestId: 'R' });
    if (one.answer === 'nothing') throw new OssError({ message: 'no', status: 404, code: 'NoSuchKey', kind: 'gone' });
    if (one.answer === 'garbled') {
      throw new OssError({ message: 'what', status: 200, code: 'UnexpectedResponse', kind: 'permanent' });
    }
    return one;
  };
  const oss: Pick<Oss, 'processObject' | 'relayObject' | 'getObject' | 'headObject' | 'deleteObject'> = {
    relayObject: () => Promise.reject(new TypeError('nothing is relayed')),
    processObject: async ({ target }) => {
      const { answer } = ask('process', (bytes) => {
        const mine = bytes === '' ? ['nothing'] : good(bytes) ? ['ok', 'ok', 'ok-at-last', 'garbled'] : ['permanent'];
        return [...(mine as Asked['answer'][]), 'transient', 'lost'];
      });
      const saved = { bucket: target.bucket, object: target.key, status: 'OK', httpStatus: 200 } as const;
      return { ...saved, requestId: 'R', attempts: 1, confirmed: answer === 'ok' };
    },
    deleteObject: async () => {
      const { answer } = ask('delete', () => ['ok', 'ok', 'ok-at-last', 'transient', 'lost']);
      return { confirmed: answer === 'ok' };
    },
    getObject: () => Promise.reject(new TypeError('nothing is read')),
    headObject: async () => {
      const seen = seenAfter(setting, ask('head', () => ['ok', 'ok', 'ok', 'transient']).done);
      if (seen === 'absent') return undefined;
      const { id: versionId, etag, modified } = seen.version;
      return { etag, lastModified: epoch + modified, size: 1, versionId };
    },
  };
  const upload = uploadOf(task, setting);
  const { anyVersion, unconfirmed } = task;
  const index = setting.removes ? indexes.removing : indexes.leaving;
  const deadline = Number.POSITIVE_INFINITY;
  const derived = await derive({ upload, anyVersion, unconfirmed }, { index, oss, now: () => epoch, deadline });
  return { asked, left: await leftBy(derived, upload) };
}

/** The records of what is left, as they would be run. */
async function leftBy({ outcomes, unsettled }: Derived, upload: Upload) {
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
        afterLateWrites: Date.parse(record.due ?? '') - epoch >= 15 * 60_000,
      };
    }),
  );
  return { permanent: entries.length > due.length, records };
}

/** The model of the same, given what came of each request. */
function modelOf(task: Task, setting: Setting, asked: readonly Asked[]): { asked: string[]; left: Ended | 'more' } {
  const made: string[] = [];
  let next: Next = start(task, setting);
  for (const { answer, done } of asked) {
    if ('records' in next) break;
    const [call] = next.calls;
    made.push(call?.asks ?? 'head');
    if (call === undefined) next = looked(next, answer === 'ok' ? seenAfter(setting, done) : 'look-failed', setting);
    else next = answered(next, call, endOf(answer), setting);
  }
  return { asked: made, left: 'records' in next ? next : 'more' };
}

function endOf(answer: Asked['answer']): End {
  const end: End = { result: 'done', touched: true, confirmed: true, refused: false };
  if (answer === 'ok') return end;
  if (answer === 'ok-at-last') return { ...end, confirmed: false };
  if (answer === 'garbled') return { ...end, result: 'permanent' };
  if (answer === 'lost') return { ...end, result: 'transient', touched: false, confirmed: false };
  return { ...end, result: answer, touched: false, refused: answer === 'permanent' };
}

const tasks = fc
  .record({
    script: fc.constantFrom(...[1, 2, 3, 4].flatMap((length) => scriptsOf(length, true))),
    removes: fc.boolean(),
    tells: fc.boolean(),
    versions: fc.boolean(),
  })
  .chain(({ script, removes, tells, versions }) =>
    fc.record({
      setting: fc.constant<Setting>({
        script,
        removes,
        tells,
        spacing: 10_000,
        versioned: versions || script.includes('<'),
        outputs: ['saved'],
        ifMatch: 'in any way',
        design,
      }),
      task: fc.record({
        about: fc.nat({ max: script.length - 1 }),
        from: fc.constant('event' as const),
        anyVersion: fc.boolean(),
        unconfirmed: fc.boolean(),
      }),
      choices: fc.array(fc.nat({ max: 59 }), { minLength: 24, maxLength: 24 }),
    }),
  );

describe('the model', () => {
  it('asks what the function asks, and leaves what it leaves', async () => {
    await fc.assert(
      fc.asyncProperty(tasks, async ({ setting, task, choices }) => {
        const stream = choices.values();
        const real = await deriveIn(task, setting, (options) => (stream.next().value ?? 0) % options);
        const model = modelOf(task, setting, real.asked);
        expect(model.asked).toEqual(real.asked.map(({ asks }) => asks));
        if (model.left === 'more') throw new Error('the model goes on where the function ends');
        expect({
          permanent: model.left.permanent.length > 0,
          records: model.left.records.map((record) => ({
            anyVersion: record.task.anyVersion,
            afterLateWrites: record.afterLateWrites,
          })),
        }).toEqual(real.left);
      }),
      { numRuns: 3_000 },
    );
  });
});
