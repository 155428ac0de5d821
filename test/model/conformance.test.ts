// The model is worth what it has in common with the function. Here both meet the same source, faults and uploader,
// chosen at random: they must make the same requests in the same order, and leave the same records.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Oss } from '../../src/oss/client.js';
import { OssError } from '../../src/oss/error.js';
import type { ObjectName } from '../../src/oss/object-name.js';
import type { SavedObject } from '../../src/oss/save-as.js';
import { derive } from '../../src/pipeline/derive.js';
import { indexRules, type RuleIndex } from '../../src/pipeline/match.js';
import { loadConfig } from '../../src/rules/load.js';
import { type Design, shipped } from './design.js';
import { answered, type Ended, looked, type Next, type Setting, start } from './invocation.js';
import { epoch, leftByFunction, leftInModel, place, uploadOf } from './left-by-function.js';
import { bytesAfter, good, scriptsOf, seenAfter } from './script.js';
import type { End, Task } from './state.js';

const design: Design = shipped;

/** `changed`: after a 412, the source is another one. `rejected`: a relay's PUT is refused. */
type Answer = 'ok' | 'ok-at-last' | 'nothing' | 'permanent' | 'transient' | 'lost' | 'garbled' | 'changed' | 'rejected';

/** One request of the function, or a relay, and what came of it. */
interface Asked {
  readonly asks: 'process' | 'relay' | 'delete' | 'head';
  readonly answer: Answer;
  /** How many of the script's steps were done when OSS acted. */
  readonly done: number;
}

const kinds: readonly Setting['outputs'][] = [['saved'], ['relayed'], ['saved', 'relayed'], ['relayed', 'saved']];

const indexOf = (removes: boolean, kind: number) => {
  const outputs = kinds[kind]?.map((made, output) => {
    const headers = made === 'saved' ? {} : { headers: { 'Cache-Control': 'max-age=60' } };
    return { style: 'image/resize,w_1', to: { bucket: 'out', key: `{key}.${output}` }, ...headers };
  });
  const rule = { name: 'one', when: { bucket: 'photos' }, outputs, ...(removes ? { onDelete: 'remove' } : {}) };
  return indexRules(loadConfig({ journal: place, rules: [rule] }, {}).rules);
};
const indexes = [false, true].map((removes) => kinds.map((_, kind) => indexOf(removes, kind)));

/** The function at one task, in a world where `choose` decides what happens at each request. */
async function deriveIn(task: Task, setting: Setting, choose: (options: number) => number) {
  const asked: Asked[] = [];
  let done = task.about + 1;
  const ask = (asks: Asked['asks'], answersFor: (bytes: string) => readonly Answer[]): Asked => {
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
    if (one.answer === 'changed')
      throw new OssError({ message: 'other', status: 412, code: 'SourceChanged', kind: 'transient', requestId: 'R' });
    if (one.answer === 'rejected')
      throw new OssError({ message: 'no', status: 403, code: 'AccessDenied', kind: 'setup', requestId: 'R' });
    if (one.answer === 'garbled') {
      throw new OssError({ message: 'what', status: 200, code: 'UnexpectedResponse', kind: 'permanent' });
    }
    return one;
  };
  const oss: Pick<Oss, 'processObject' | 'relayObject' | 'getObject' | 'headObject' | 'deleteObject'> = {
    relayObject: async ({ target }) => {
      const { answer } = ask('relay', (bytes) => {
        const mine = bytes === '' ? ['nothing'] : good(bytes) ? ['ok', 'ok', 'ok-at-last', 'rejected'] : ['permanent'];
        return [...(mine as Answer[]), 'transient', 'lost', 'changed'];
      });
      return savedAs(target, answer);
    },
    processObject: async ({ target }) => {
      const { answer } = ask('process', (bytes) => {
        const mine = bytes === '' ? ['nothing'] : good(bytes) ? ['ok', 'ok', 'ok-at-last', 'garbled'] : ['permanent'];
        return [...(mine as Answer[]), 'transient', 'lost'];
      });
      return savedAs(target, answer);
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
  const index = indexes[Number(setting.removes)]?.[kinds.indexOf(setting.outputs)] as RuleIndex;
  const only = task.only === undefined ? undefined : [{ bucket: 'out', key: `a.${task.only}` }];
  const deadline = Number.POSITIVE_INFINITY;
  const derived = await derive({ upload, only, anyVersion, unconfirmed }, { index, oss, now: () => epoch, deadline });
  return { asked, left: await leftByFunction(derived, upload, setting.outputs.length > 1) };
}

function savedAs({ bucket, key }: ObjectName, answer: Answer): SavedObject {
  const saved = { bucket, object: key, status: 'OK', httpStatus: 200, requestId: 'R', attempts: 1 } as const;
  return { ...saved, confirmed: answer === 'ok' };
}

/** The model of the same, given what came of each request. */
function modelOf(task: Task, setting: Setting, asked: readonly Asked[]): { asked: string[]; left: Ended | 'more' } {
  const made: string[] = [];
  let next: Next = start(task, setting);
  for (const { answer, done } of asked) {
    if ('records' in next) break;
    const call = next.calls.find(({ end }) => end === undefined);
    made.push(call === undefined ? 'head' : call.asks === 'get' ? 'relay' : call.asks);
    if (call === undefined) next = looked(next, answer === 'ok' ? seenAfter(setting, done) : 'look-failed', setting);
    else next = answered(next, call, endOf(answer), setting);
  }
  return { asked: made, left: 'records' in next ? next : 'more' };
}

function endOf(answer: Answer): End {
  const end: End = { result: 'done', touched: true, confirmed: true, refused: false };
  if (answer === 'ok') return end;
  if (answer === 'ok-at-last') return { ...end, confirmed: false };
  if (answer === 'garbled') return { ...end, result: 'permanent' };
  if (answer === 'lost') return { ...end, result: 'transient', touched: false, confirmed: false };
  if (answer === 'changed') return { ...end, result: 'transient' };
  return { ...end, result: answer, touched: false, refused: answer === 'permanent' };
}

const tasks = fc
  .record({
    script: fc.constantFrom(...[1, 2, 3, 4].flatMap((length) => scriptsOf(length, true))),
    removes: fc.boolean(),
    tells: fc.boolean(),
    versions: fc.boolean(),
    outputs: fc.constantFrom(...kinds),
  })
  .chain(({ script, removes, tells, versions, outputs }) =>
    fc.record({
      setting: fc.constant<Setting>({
        script,
        removes,
        tells,
        spacing: 10_000,
        versioned: versions || script.includes('<'),
        outputs,
        ifMatch: 'in any way',
        design,
      }),
      task: fc.record({
        about: fc.nat({ max: script.length - 1 }),
        from: fc.constant('event' as const),
        anyVersion: fc.boolean(),
        unconfirmed: fc.boolean(),
        only: fc.constantFrom(undefined, undefined, ...(outputs.length > 1 ? [0, 1] : [])),
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
        expect(leftInModel(model.left)).toEqual(real.left);
      }),
      { numRuns: 3_000 },
    );
  });
});
