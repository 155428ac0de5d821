// The model of a sweep is worth what it has in common with the function. Here both run a unit on the same sources and
// markers, while the same things happen in the middle: they must make the same calls in the same order, and leave the
// same markers and journal records.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Oss } from '../../../src/oss/client.js';
import { loadConfig } from '../../../src/rules/load.js';
import { markerKey, parseMarker } from '../../../src/sweep/markers.js';
import { createPace } from '../../../src/sweep/pace.js';
import { reconcileRules } from '../../../src/sweep/reconcilable.js';
import { rulesDigest, type Sweep, unitsPrefix } from '../../../src/sweep/sweep.js';
import { runUnit } from '../../../src/sweep/unit.js';
import { memoryOss, ossError } from '../../support/memory-oss.js';
import { keyName, markerOf } from './code.js';
import { requestSteps } from './deriving.js';
import { settingOf } from './explorations.js';
import { put } from './markers.js';
import { initialState, type Marker, placed, type Setting, type State, type Worker } from './state.js';
import { startSteps, workerSteps } from './worker.js';

const began = Date.UTC(2026, 10, 29);
/** Of a date of the model. */
const at = (date: number): number => began + date * 10_000;
const journal = { bucket: 'journal', prefix: 'autostyle/' };
const run = 9;

const configOf = (removes: boolean) => {
  const outputs = [{ style: 'image/resize,w_1', to: { bucket: 'out', key: '{key}.1' } }];
  const rule = { name: 'one', when: { bucket: 'photos' }, outputs, ...(removes ? { onDelete: 'remove' } : {}) };
  return loadConfig({ journal, rules: [rule] }, {});
};
const configs = { removing: configOf(true), leaving: configOf(false) };

/** What happens in the middle of a unit. */
interface Middle {
  /** A step of the script, after so many requests of the unit for its sources, or before `begun` is written. */
  readonly live: number | 'begun';
  /** Another run's marker of this unit comes before `begun`. */
  readonly other: Marker['kind'] | undefined;
  /** No call is begun after so many. */
  readonly stops: number;
}

interface Case {
  readonly setting: Setting;
  readonly markers: readonly Marker[];
  readonly middle: Middle;
}

interface Seen {
  readonly asked: string[];
  readonly markers: object[];
  readonly records: string[];
}

const otherMarker = (unit: number, kind: Marker['kind']): Marker => {
  return { unit, run: 5, kind, after: -1, counted: 0, countedTo: -1, keys: 1, end: '', through: -1 };
};

/** What one says of the other's order is of no account. */
function seen(asked: string[], markers: readonly Marker[], records: readonly number[]): Seen {
  return {
    asked,
    markers: markers.map(({ kind, unit, after, counted, countedTo, keys, end }) => {
      return {
        kind,
        unit,
        after,
        counted,
        countedTo: Math.max(after, countedTo),
        keys: kind === 'begun' ? keys : 0,
        end,
      };
    }),
    records: [...new Set(records)].sort().map(keyName),
  };
}

async function runReal({ setting, markers, middle }: Case): Promise<Seen> {
  const { keys, script, page, bound, removes } = setting;
  let time = at(1);
  let live = 0;
  let calls = 0;
  let until = Number.MAX_SAFE_INTEGER;
  const asked: string[] = [];
  const written: Marker[] = [];
  const records: number[] = [];
  const world = memoryOss(() => time);
  const { places } = initialState(setting);
  for (const [key, { source, storedAt, derivative, writtenAt }] of places.entries()) {
    const name = keyName(key);
    if (source !== 0) world.store(`oss://photos/${name}`, keys[key] === 'x' ? 'x1' : '1', at(storedAt));
    if (derivative !== 0) world.store(`oss://out/${name}.1`, 'd', at(writtenAt));
  }
  const sweep: Sweep = {
    ...{
      version: 1,
      id: 'id',
      begun: began,
      cancelled: false,
      ended: false,
      created: '',
      inCloud: true,
      selection: {},
    },
    ...{
      rules: rulesDigest(configs.leaving as never),
      maxFailures: 1,
      calls: 1e6,
      bytes: 1e12,
      workers: 1,
      seconds: 60,
    },
    shards: [{ bucket: 'photos', prefix: '', objects: Math.min(bound, 1_000_000), bytes: 1e12 }],
    planned: { sources: 0, targets: 0, bytes: 0 },
  };
  const units = unitsPrefix(journal, 'id', 0);
  const store = (marker: Marker) => {
    const { unit, kind } = marker;
    const body = JSON.stringify(markerOf(marker, false));
    world.store(`oss://journal/${markerKey(units, unit, kind, `${marker.run}`)}`, body, at(0));
  };
  for (const marker of markers) store(marker);
  const happens = () => {
    const step = script[live];
    if (step === undefined) return;
    live += 1;
    time = at(live + 1);
    const name = keyName(Number(step.slice(1)));
    if (step[0] === 'd') world.objects.delete(`oss://photos/${name}`);
    else world.store(`oss://photos/${name}`, `${step[0] === 'x' ? 'x' : ''}${live + 1}`);
  };
  const ask = (what: string) => {
    asked.push(what);
    if (asked.length === middle.live) happens();
  };
  const unit = (markers[0]?.unit ?? 0) + 1;
  const oss: Oss = {
    ...world.oss,
    listObjects: (list) => world.oss.listObjects({ ...list, limit: list.bucket === 'photos' ? page : list.limit }),
    headObject: async (object) => {
      const found = await world.oss.headObject(object);
      if (object.bucket === 'photos' && written.length > 0) ask(`head ${object.key}`);
      return found;
    },
    deleteObject: async (object) => {
      ask(`delete ${object.key.slice(0, 1)}`);
      return world.oss.deleteObject(object);
    },
    processObject: async ({ key, target }) => {
      calls += 1;
      if (calls === middle.stops) until = 0;
      const source = world.objects.get(`oss://photos/${key}`)?.body;
      ask(`process ${key}`);
      if (source === undefined) throw ossError({ status: 404, kind: 'gone', code: 'NoSuchKey' });
      if (source.startsWith('x')) throw ossError({ status: 400, kind: 'permanent', code: 'ImageTooLarge' });
      world.store(`oss://out/${target.key}`, source);
      return {
        ...{ bucket: 'out', object: target.key, status: 'OK', httpStatus: 200 },
        requestId: 'R',
        attempts: 1,
        confirmed: true,
      };
    },
    putObject: async (object) => {
      const body = object.body.toString();
      const [, inverted, kind] = /(\d+)-[12]-(begun|done)\./.exec(object.key) ?? [];
      if (object.key.includes('/due/')) records.push(JSON.parse(body).source.key.charCodeAt(0) - 97);
      if (kind === 'begun' && middle.other !== undefined) store(otherMarker(unit, middle.other));
      const marker = parseMarker(body);
      if (marker !== undefined && (kind === 'begun' || kind === 'done')) {
        const { after, counted, totals, keys: named = [], end = '' } = marker;
        const place = (key: string | undefined) => (key === undefined ? -1 : key.charCodeAt(0) - 97);
        const bits = named.reduce((sum, key) => sum | (1 << place(key)), 0);
        if (end === 'failures') throw new Error('nothing fails that often');
        written.push({
          ...{ unit: 99_999_999 - Number(inverted), run, kind, after: place(after), counted: totals.targets },
          ...{ countedTo: place(counted), keys: bits, end, through: 0 },
        });
      }
      const done = await world.oss.putObject(object);
      if (kind === 'begun' && middle.live === 'begun') happens();
      return done;
    },
  };
  const rules = reconcileRules(removes ? configs.removing : configs.leaving);
  const pace = createPace(
    { calls: 1e6, bytes: 1e12 },
    () => time,
    async () => undefined,
  );
  await runUnit(0, sweep, {
    ...{
      index: rules.index,
      journal,
      oss,
      journalOss: oss,
      concurrency: 1,
      now: () => time,
      pace,
      rules,
      run: `${run}`,
    },
    deadline: Number.MAX_SAFE_INTEGER,
    get until() {
      return until;
    },
  });
  return seen(asked, written, records);
}

function runModel({ setting, markers, middle }: Case): Seen {
  const asked: string[] = [];
  const written: Marker[] = [];
  let live = 0;
  let calls = 0;
  let state: State = { ...initialState(setting), markers, run: run - 1, now: 1 };
  const records = () => state.events.map(({ key }) => key);
  const [start] = startSteps(state, setting);
  if (start === undefined) return seen(asked, written, []);
  state = start.to;
  const happens = () => {
    const step = setting.script[live];
    if (step === undefined) return;
    live += 1;
    const key = Number(step.slice(1));
    const change = step[0] === 'd' ? { source: 0 } : { source: live + 1, storedAt: live + 1 };
    state = placed({ ...state, now: live + 1 }, key, change);
  };
  for (;;) {
    const [worker] = state.workers;
    if (worker === undefined) return seen(asked, written, records());
    if (worker.next === 'make') {
      makeNext(worker);
      continue;
    }
    if (worker.next === 'begin' && middle.other !== undefined)
      state = put(state, otherMarker(worker.unit, middle.other), setting);
    const before = state.markers;
    const [step] = workerSteps(state, worker, setting);
    if (step === undefined) throw new Error('a worker has nothing to do');
    state = step.to;
    written.push(...state.markers.filter((marker) => marker.run === run && !before.includes(marker)));
    if (worker.next === 'begin' && middle.live === 'begun') happens();
  }

  /** One source after the other, each to its end. */
  function makeNext(worker: Worker): void {
    const [one] = [...worker.runs].sort((a, b) => Number(a.first) - Number(b.first) || a.key - b.key);
    if (one === undefined) throw new Error('there is nothing to make');
    if (calls >= middle.stops && one.asks !== 'look' && one.asks !== 'read' && (one.first || one.asks === 'call')) {
      state = spentEarly(worker);
      return;
    }
    const runs = worker.runs.filter((other) => other !== one);
    const [answer] = requestSteps(state, one, setting);
    if (answer === undefined) throw new Error('a request has no answer');
    const next = { ...worker, runs: answer.run ? [...runs, answer.run] : runs };
    state = { ...answer.to, now: state.now, workers: [next.runs.length > 0 ? next : { ...next, next: 'mark' }] };
    const what = one.asks === 'call' ? 'process' : one.asks === 'look' ? 'head' : one.asks;
    if (one.asks === 'call') calls += 1;
    if (what === 'read') return;
    asked.push(`${what} ${keyName(one.key)}`);
    if (asked.length === middle.live) happens();
  }

  function spentEarly(worker: Worker): State {
    const steps = workerSteps({ ...state, faults: { ...state.faults, early: 1 } }, worker, setting);
    const last = steps.at(-1);
    if (last === undefined) throw new Error('a worker cannot end');
    return last.to;
  }
}

const progress = fc.record({
  after: fc.integer({ min: -1, max: 1 }),
  counted: fc.nat({ max: 2 }),
  more: fc.nat({ max: 2 }),
});

const marker = fc
  .record({
    progress,
    run: fc.nat({ max: 2 }),
    kind: fc.constantFrom('begun' as const, 'done' as const),
    keys: fc.integer({ min: 1, max: 7 }),
    end: fc.constantFrom('', '', 'complete' as const, 'bound' as const),
  })
  .map(({ progress: { after, counted, more }, run: of, kind, keys, end }): Marker => {
    const done = kind === 'done';
    const rest = { keys: done ? 0 : keys, end: done ? end : ('' as const), through: after };
    return { unit: 1, run: of, kind, after, counted, countedTo: Math.min(2, after + more), ...rest };
  });

/** As they are listed. */
const nameOf = ({ kind, run: of }: Marker): string => `${kind === 'done' ? 1 : 2} ${of}`;

const cases = fc.record({
  setting: fc
    .record({
      keys: fc
        .array(fc.constantFrom('c', 'm', 's', 'x', '-'), { minLength: 3, maxLength: 3 })
        .map((all) => all.join('')),
      script: fc.array(fc.constantFrom('w0', 'w1', 'x0', 'd0', 'd1'), { maxLength: 2 }),
      bound: fc.constantFrom(1, 2, Number.POSITIVE_INFINITY),
      removes: fc.boolean(),
    })
    .map(settingOf),
  markers: fc
    .uniqueArray(marker, { maxLength: 3, selector: nameOf })
    .map((markers) => markers.sort((a, b) => (nameOf(a) < nameOf(b) ? -1 : 1))),
  middle: fc.record({
    live: fc.oneof(fc.constant('begun' as const), fc.integer({ min: 1, max: 5 })),
    other: fc.constantFrom(undefined, undefined, undefined, 'begun' as const, 'done' as const),
    stops: fc.oneof(fc.constant(Number.POSITIVE_INFINITY), fc.integer({ min: 1, max: 3 })),
  }),
});

describe('the model of a sweep', () => {
  it('asks what a unit asks, and leaves what it leaves', async () => {
    await fc.assert(
      fc.asyncProperty(cases, async (one) => {
        expect(runModel(one)).toEqual(await runReal(one));
      }),
      { numRuns: 6000 },
    );
  });
});
