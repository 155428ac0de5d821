// Everything that can happen next: the next step of the script, a worker that begins, and for each request that is on
// its way what OSS and Function Compute may do with it.
import type { Machine, Step } from '../explore.js';
import { problemOfEnd } from './claim.js';
import { actingFirst, lookingFirst, requestSteps } from './deriving.js';
import { futureIn } from './future.js';
import { lateCallSteps } from './making.js';
import { landed } from './markers.js';
import { bad, datesOf, initialState, type Late, placed, type Run, type Setting, type State } from './state.js';
import { markerText, startSteps, workerSteps } from './worker.js';

/** @param reduced leave out orders that come to the same end, and states that have the same future as another */
export function machineOf(setting: Setting, reduced = true): Machine<State> {
  return {
    initial: initialState(setting),
    key: reduced ? futureIn(setting) : JSON.stringify,
    steps: (state) => (state.broken !== '' ? [] : (reduced && soleSteps(state, setting)) || allSteps(state, setting)),
    problem: (end) => problemOfEnd(end, setting),
  };
}

function allSteps(state: State, setting: Setting): Step<State>[] {
  return [
    ...live(state, setting),
    ...state.events.flatMap((run) => eventSteps(state, run, setting)),
    ...state.late.flatMap((late) => lateSteps(state, late, setting)),
    ...startSteps(state, setting),
    ...state.workers.flatMap((worker) => workerSteps(state, worker, setting)),
  ];
}

/** When the script is through, it is all the same when a run of an event reads: a persistent set (../machine.ts). */
function soleSteps(state: State, setting: Setting): Step<State>[] | undefined {
  if (state.steps < setting.script.length) return undefined;
  const run = state.events.find(({ asks }) => asks === 'head' || asks === 'look' || asks === 'call');
  return run && eventSteps(state, run, setting);
}

/** The uploaders' or the user's next step. */
function live(before: State, setting: Setting): Step<State>[] {
  const step = setting.script[before.steps];
  if (step === undefined) return [];
  const state = { ...before, steps: before.steps + 1 };
  if (step === 'cancel') return [{ label: () => 'the user cancels the sweep', to: { ...state, cancelled: true } }];
  const key = Number(step.slice(1));
  if (step[0] === 'd') {
    const to = { ...placed(state, key, { source: 0 }), events: [...state.events, lookingFirst(key)] };
    return [{ label: () => `the uploader deletes ${key}`, to }];
  }
  const version = before.steps + 2;
  const what = `${version}${bad(setting, key, version) ? ', which cannot be processed' : ''}`;
  return datesOf(state, setting).map((date) => {
    const stored = placed({ ...state, now: date }, key, { source: version, storedAt: date });
    const to = { ...stored, events: [...state.events, actingFirst(key, version)] };
    return { label: () => `the uploader writes ${key}: ${what}`, to };
  });
}

function eventSteps(before: State, run: Run, setting: Setting): Step<State>[] {
  const state = { ...before, events: before.events.filter((one) => one !== run) };
  return requestSteps(state, run, setting).map(({ what, to, run: next }) => ({
    label: () => `  event of ${run.key}: ${what}`,
    to: next === undefined ? to : { ...to, events: [...to.events, next] },
  }));
}

function lateSteps(state: State, late: Late, setting: Setting): Step<State>[] {
  if ('call' in late) return lateCallSteps(state, late, setting);
  const what = markerText(late.marker);
  const rest = { ...state, late: state.late.filter((one) => one !== late) };
  return [
    { label: () => `  late, of worker ${late.run}: writes ${what}`, to: landed(state, late, setting) },
    { label: () => `  late, of worker ${late.run}: ${what} is lost`, to: rest },
  ];
}
