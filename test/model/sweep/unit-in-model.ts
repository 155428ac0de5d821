// A unit of the model, alone: one source after the other.
import { keyName } from './code.js';
import { workerRequestSteps } from './making.js';
import { put } from './markers.js';
import { initialState, type Marker, placed, type State, type Worker } from './state.js';
import { type Case, otherMarker, ownRun as run, type Seen, seen } from './unit-case.js';
import { startSteps, workerSteps } from './worker.js';

export function unitInModel({ setting, markers, middle }: Case): Seen {
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
    if (calls >= middle.stops && one.asks === 'call') {
      state = spentEarly(worker);
      return;
    }
    const runs = worker.runs.filter((other) => other !== one);
    const [answer] = workerRequestSteps(state, one, setting);
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
