// A unit makes what is wanted: each source for itself, once, in any order, to its end or until the unit ends early.
import type { Step } from '../explore.js';
import { problemOfBound } from './claim.js';
import { type Derived, lookingFirst, requestSteps } from './deriving.js';
import { put } from './markers.js';
import { closing, doneOf } from './planning.js';
import { has, type Late, type Run, type Setting, type State, spend, type Worker } from './state.js';

export function on(to: State, next: Worker): State {
  return { ...to, workers: [...to.workers, next] };
}

/** What is to be made is made now; `done` comes then. */
export function making(state: State, worker: Worker, setting: Setting): State {
  const next = closing(worker, setting) ?? 'make';
  if (setting.design.marksHandled) return on(state, { ...worker, next });
  return on(put(state, doneOf(worker), setting), { ...worker, next, marked: true });
}

function goOn(state: State, worker: Worker): State {
  if (worker.runs.length > 0) return on(state, worker);
  return worker.marked ? state : on(state, { ...worker, next: 'mark' });
}

export function makeSteps(state: State, worker: Worker, setting: Setting): Step<State>[] {
  const steps: Step<State>[] = [];
  for (const run of worker.runs) {
    const others = worker.runs.filter((one) => one !== run);
    for (const { what, to, run: next, called, wrote } of workerRequestSteps(state, run, setting)) {
      const counted = count(to, run, { called, wrote }, setting);
      steps.push({
        label: () => `  worker ${worker.run}, ${run.key}: ${what}`,
        to: goOn(counted, { ...worker, runs: next ? [...others, next] : others }),
      });
    }
    if (run.asks === 'call' && state.faults.refused > 0) {
      const to = { ...spend(state, 'refused'), events: [...state.events, lookingFirst(run.key)] };
      steps.push({
        label: () => `  worker ${worker.run}, ${run.key}: OSS has no time; written down`,
        to: goOn(to, { ...worker, runs: others }),
      });
    }
  }
  if (state.cancelled || state.faults.early > 0) steps.push(...endSteps(state, worker, setting));
  return steps;
}

/** A worker acts once: what has changed by then is left to the journal. */
export function workerRequestSteps(state: State, run: Run, setting: Setting): Derived[] {
  const { whenChanged } = setting.design;
  const steps = requestSteps(state, run, setting);
  if (run.asks !== 'look' || whenChanged === 'acts again') return steps;
  const hasChanged = state.places[run.key]?.source !== run.assumed;
  const written = hasChanged && whenChanged === 'is written down' ? [lookingFirst(run.key)] : [];
  const to = { ...state, events: [...state.events, ...written] };
  return steps.map(({ what }) => ({ what: written.length > 0 ? `${what}; written down` : what, to }));
}

/** No call is begun any more: what has not been asked for is left. */
function endSteps(before: State, worker: Worker, setting: Setting): Step<State>[] {
  const left = worker.runs.filter(({ asks }) => asks === 'call' || asks === 'delete');
  if (left.length === 0) return [];
  const state = before.cancelled ? before : spend(before, 'early');
  return [
    {
      label: () => `  worker ${worker.run} begins no more, ${left.map(({ key }) => key)} left`,
      to: goOn(state, endedEarly(worker, left, setting)),
    },
  ];
}

/** All that is begun is finished, what is not is left. */
function endedEarly(worker: Worker, left: readonly Run[], { design }: Setting): Worker {
  const runs = worker.runs.filter((run) => !left.includes(run));
  const first = Math.min(...left.map(({ key }) => key));
  const handled = [...Array(8).keys()].filter((key) => key < first && has(worker.sources, key));
  const after = handled.at(-1) ?? worker.from.after;
  const { counted, countedTo } = worker.to;
  const made = counted - left.length;
  const to =
    design.counts === 'once begun' ? { after, counted, countedTo } : { after, counted: made, countedTo: after };
  return { ...worker, to, end: '', runs };
}

function count(to: State, { key }: Run, { called, wrote }: Pick<Derived, 'called' | 'wrote'>, setting: Setting): State {
  if (!called && !wrote) return to;
  const state = { ...to, made: wrote ? to.made | (1 << key) : to.made, calls: to.calls + (called ? 1 : 0) };
  return { ...state, broken: state.broken || problemOfBound(state, setting) };
}

/** A call that no one waits for any more: OSS drops it, or goes on with it. */
export function lateCallSteps(before: State, late: Late & { readonly call: Run }, setting: Setting): Step<State>[] {
  const state = { ...before, late: before.late.filter((one) => one !== late) };
  const { run, call } = late;
  const steps = requestSteps(state, call, setting).map(({ what, to, run: next, called, wrote }) => {
    const goesOn = next !== undefined && next.asks === 'read';
    const counted = count(to, call, { called, wrote }, setting);
    return {
      label: () => `  late, of worker ${run}, ${call.key}: ${what}`,
      to: goesOn ? { ...counted, late: [...counted.late, { run, call: next }] } : counted,
    };
  });
  return [...steps, { label: () => `  late, of worker ${run}, ${call.key}: OSS drops it`, to: state }];
}
