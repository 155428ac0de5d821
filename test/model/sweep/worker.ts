// One worker at one unit: closes what is open, compares, begins, looks again, makes, marks. Each step is a request.
import type { Step } from '../explore.js';
import { problemOfBound, taken } from './claim.js';
import { planned } from './code.js';
import { actingFirst, type Derived, lookingFirst, requestSteps } from './deriving.js';
import { hasTurn, put, viewOf } from './markers.js';
import {
  has,
  type Late,
  type Marker,
  type Place,
  type Run,
  type Setting,
  type State,
  spend,
  type Worker,
} from './state.js';

/** A worker lists the markers, and finds something to do. */
export function startSteps(before: State, setting: Setting): Step<State>[] {
  const overlaps = before.workers.length > 0;
  if (overlaps && before.faults.overlaps === 0) return [];
  const view = viewOf(before, setting);
  if (view === undefined) return [];
  const state = overlaps ? spend(before, 'overlaps') : before;
  const { unit, from, open, end = '' } = view;
  const run = state.run + 1;
  const { after, counted, countedTo } = from;
  const start = { after, counted, countedTo };
  const next = open !== 0 && setting.design.closesFirst ? 'close' : 'compare';
  const idle = { to: start, end, through: after, sources: 0, runs: [], marked: false } as const;
  const worker: Worker = { run, next, unit, from: start, open, ...idle };
  return [
    {
      label: () => `worker ${run} lists the markers: unit ${unit} from ${after}`,
      to: { ...taken(state, after), run, workers: [...state.workers, worker] },
    },
  ];
}

export function workerSteps(state: State, worker: Worker, setting: Setting): Step<State>[] {
  const named = (what: string) => () => `  worker ${worker.run} ${what}`;
  const rest = { ...state, workers: state.workers.filter((one) => one !== worker) };
  const steps: Step<State>[] = [];
  const writes = (marker: Marker, then: (to: State) => State): void => {
    steps.push({ label: named(`writes ${markerText(marker)}`), to: then(put(rest, marker, setting)) });
  };
  switch (worker.next) {
    case 'close': {
      const keys = toLookAt(rest, worker.open, setting);
      const closed = { ...rest, events: [...rest.events, ...keys.map(lookingFirst)] };
      const over = state.cancelled || worker.end !== '' || !setting.design.closesFirst;
      const next = worker.runs.length > 0 ? 'make' : over ? 'mark' : 'compare';
      steps.push({ label: named(`writes down ${keys.join(', ') || 'nothing'}`), to: on(closed, { ...worker, next }) });
      break;
    }
    case 'compare': {
      if (state.cancelled) {
        steps.push({ label: named('sees that it is cancelled, and leaves'), to: rest });
        break;
      }
      const next = compared(state, worker, setting);
      steps.push({ label: named(`compares: ${textOf(next)}`), to: on(rest, next) });
      break;
    }
    case 'begin':
      writes(begunOf(worker, setting), (to) => {
        return setting.design.looksAgain === 'never'
          ? making(to, worker, setting)
          : on(to, { ...worker, next: 'look again' });
      });
      break;
    case 'look again':
      if (hasTurn(rest, worker.unit, worker.run, setting)) {
        steps.push({ label: named('sees no other run'), to: making(rest, worker, setting) });
      } else {
        const left = { ...worker, next: 'mark', to: worker.from, end: '', runs: [] } as const;
        steps.push({ label: named('sees another run, and leaves'), to: on(rest, left) });
      }
      break;
    case 'make':
      steps.push(...makeSteps(rest, worker, setting));
      break;
    case 'mark':
      writes(doneOf(worker), (to) => to);
  }
  if (state.faults.killed > 0) {
    const late = [...state.late, ...leftBehind(worker, setting)];
    steps.push({ label: named('is killed'), to: { ...spend(rest, 'killed'), late } });
  }
  return steps;
}

function on(to: State, next: Worker): State {
  return { ...to, workers: [...to.workers, next] };
}

/** What open units may have asked for, and what is newer than the sweep by now: it was not when it was planned. */
function toLookAt({ places }: State, open: number, { design }: Setting): number[] {
  if (design.closes === 'nothing') return [];
  return [...places.entries()].flatMap(([key, { source, storedAt }]) => {
    return has(open, key) && (source === 0 ? design.closes === 'changed or gone' : storedAt >= 0) ? [key] : [];
  });
}

/** Lists sources and derivatives, and plans what to make of the page. */
function compared(state: State, worker: Worker, setting: Setting): Worker {
  const { page, bound, design } = setting;
  const { after, counted } = worker.from;
  const from = design.counts === 'once begun' ? worker.from : { after, counted, countedTo: after };
  const behind = [...state.places.entries()].filter(([key, { source }]) => key > after && source !== 0);
  const listed = behind.slice(0, page).map(([key, place]) => {
    const wanted = isWanted(place, setting);
    return { key, wanted, counts: wanted || (design.countsWritten && isMade(place, setting)) };
  });
  const plan = planned(listed, from, bound);
  const through = plan.sources.at(-1)?.key ?? after;
  const runs = plan.sources.flatMap(({ key, wanted }) => {
    return wanted ? [actingFirst(key, state.places[key]?.source ?? 0)] : [];
  });
  const end = plan.bound ? 'bound' : behind.length > page ? '' : 'complete';
  const next = runs.length > 0 ? 'begin' : (closing(worker, setting) ?? 'mark');
  const sources = plan.sources.reduce((bits, { key }) => bits | (1 << key), 0);
  return { ...worker, to: { after: through, ...plan.counting }, end, through, sources, runs, next };
}

function isWanted({ derivative, storedAt, writtenAt }: Place, { design }: Setting): boolean {
  if (design.leavesNewer && storedAt > 0) return false;
  return derivative === 0 || writtenAt < storedAt;
}

/** As dates tell, by this sweep. */
function isMade({ derivative, storedAt, writtenAt }: Place, { design }: Setting): boolean {
  return derivative !== 0 && writtenAt >= 0 && (storedAt <= 0 || !design.leavesNewer);
}

function begunOf({ unit, run, from, to, through, runs }: Worker, { design }: Setting): Marker {
  const keys = runs.reduce((bits, { key }) => bits | (1 << key), 0);
  const counting = design.counts === 'once begun' ? { counted: to.counted, countedTo: to.countedTo } : {};
  return { unit, run, kind: 'begun', ...from, ...counting, keys, end: '', through };
}

function doneOf({ unit, run, to, end, through }: Worker): Marker {
  return { unit, run, kind: 'done', ...to, keys: 0, end, through };
}

function closing({ open }: Worker, { design }: Setting): 'close' | undefined {
  return design.closesFirst || open === 0 ? undefined : 'close';
}

/** What is to be made is made now; `done` comes then. */
function making(state: State, worker: Worker, setting: Setting): State {
  const next = closing(worker, setting) ?? 'make';
  if (setting.design.marksHandled) return on(state, { ...worker, next });
  return on(put(state, doneOf(worker), setting), { ...worker, next, marked: true });
}

function goOn(state: State, worker: Worker): State {
  if (worker.runs.length > 0) return on(state, worker);
  return worker.marked ? state : on(state, { ...worker, next: 'mark' });
}

function makeSteps(state: State, worker: Worker, setting: Setting): Step<State>[] {
  const steps: Step<State>[] = [];
  for (const run of worker.runs) {
    const others = worker.runs.filter((one) => one !== run);
    for (const { what, to, run: next, called, wrote } of requestSteps(state, run, setting)) {
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

/**
 * No call is begun any more. What has not been asked for is left; what was, and has to be done again, since its source
 * has changed, is written down.
 */
function endSteps(before: State, worker: Worker, setting: Setting): Step<State>[] {
  const stopped = worker.runs.filter(({ asks }) => asks === 'call' || asks === 'delete');
  if (stopped.length === 0) return [];
  const written = setting.design.writesDownRounds ? stopped.filter(({ first }) => !first) : [];
  const left = stopped.filter((run) => !written.includes(run));
  const state = before.cancelled ? before : spend(before, 'early');
  const events = [...state.events, ...written.map(({ key }) => lookingFirst(key))];
  return [
    {
      label: () => `  worker ${worker.run} begins no more, ${stopped.map(({ key }) => key)} left`,
      to: goOn({ ...state, events }, endedEarly(worker, left, written, setting)),
    },
  ];
}

/** All that is begun is finished, what is not is left. */
function endedEarly(worker: Worker, left: readonly Run[], written: readonly Run[], { design }: Setting): Worker {
  const runs = worker.runs.filter((run) => !left.includes(run) && !written.includes(run));
  const first = Math.min(...left.map(({ key }) => key));
  const handled = [...Array(8).keys()].filter((key) => key < first && has(worker.sources, key));
  const after = handled.at(-1) ?? worker.from.after;
  const { counted, countedTo } = worker.to;
  const made = counted - left.length;
  const to =
    design.counts === 'once begun' ? { after, counted, countedTo } : { after, counted: made, countedTo: after };
  return { ...worker, to: left.length === 0 ? worker.to : to, end: left.length === 0 ? worker.end : '', runs };
}

function count(to: State, { key }: Run, { called, wrote }: Pick<Derived, 'called' | 'wrote'>, setting: Setting): State {
  if (!called && !wrote) return to;
  const state = { ...to, made: wrote ? to.made | (1 << key) : to.made, calls: to.calls + (called ? 1 : 0) };
  return { ...state, broken: state.broken || problemOfBound(state, setting) };
}

function leftBehind(worker: Worker, setting: Setting): Late[] {
  const { run, next, runs } = worker;
  if (next === 'begin') return [{ run, marker: begunOf(worker, setting) }];
  if (next === 'mark') return [{ run, marker: doneOf(worker) }];
  if (next !== 'make') return [];
  return runs.filter(({ asks }) => asks !== 'head' && asks !== 'look').map((call) => ({ run, call }));
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

function textOf({ runs, end, through }: Worker): string {
  return `${runs.map(({ key }) => key).join(', ') || 'nothing'} to be made, through ${through} ${end}`;
}

export function markerText({ kind, unit, after, counted, end }: Marker): string {
  return `${kind}(${unit}): after ${after}, ${counted} counted ${end}`;
}
