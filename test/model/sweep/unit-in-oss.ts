// A unit of the function itself (src/sweep/unit.ts), in an OSS in memory.
import type { Oss } from '../../../src/oss/client.js';
import { loadConfig } from '../../../src/rules/load.js';
import { markerKey, parseMarker } from '../../../src/sweep/markers.js';
import { createPace } from '../../../src/sweep/pace.js';
import { reconcileRules } from '../../../src/sweep/reconcilable.js';
import { type Sweep, unitsPrefix } from '../../../src/sweep/sweep.js';
import { runUnit } from '../../../src/sweep/unit.js';
import { memoryOss, ossError } from '../../support/memory-oss.js';
import { keyName, markerOf } from './code.js';
import { initialState, type Marker } from './state.js';
import { type Case, otherMarker, ownRun as run, type Seen, seen } from './unit-case.js';

const began = Date.UTC(2026, 10, 29);
/** Of a date of the model. */
const at = (date: number): number => began + date * 10_000;
const journal = { bucket: 'journal', prefix: 'autostyle/' };

const configOf = (removes: boolean) => {
  const outputs = [{ style: 'image/resize,w_1', to: { bucket: 'out', key: '{key}.1' } }];
  const rule = { name: 'one', when: { bucket: 'photos' }, outputs, ...(removes ? { onDelete: 'remove' } : {}) };
  return loadConfig({ journal, rules: [rule] }, {});
};
const configs = { removing: configOf(true), leaving: configOf(false) };

export async function unitInOss({ setting, markers, middle }: Case): Promise<Seen> {
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
      rules: '',
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
