// One worker at one unit: closes what is open, compares, begins, looks again, makes, marks. Each step is a request.
import type { Step } from '../explore.js';
import { problemOfBound } from './claim.js';
import { actingFirst, type Derived, lookingFirst, requestSteps } from './deriving.js';
import { hasTurn, put, viewOf } from './markers.js';
import {
  has,
  type Late,
  type Marker,
  type Open,
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
  const { unit, from, open } = view;
  const run = state.run + 1;
  const { after, counted, countedTo } = from;
  const start = { after, counted, countedTo };
  const next = open.length > 0 && setting.design.closesFirst ? 'close' : 'compare';
  const idle = { to: start, end: '', through: after, runs: [], marked: false } as const;
  const back = after < state.floor ? `unit ${unit} is taken up from ${after}, behind ${state.floor}` : '';
  const worker: Worker = { run, next, unit, from: start, open, ...idle };
  return [
    {
      label: () => `worker ${run} lists the markers: unit ${unit} from ${after}`,
      to: { ...state, broken: back, floor: after, run, workers: [...state.workers, worker] },
    },
  ];
}

export function workerSteps(state: State, worker: Worker, setting: Setting): Step<State>[] {
  const named = (what: string) => () => `  worker ${worker.run} ${what}`;
  const rest = { ...state, workers: state.workers.filter((one) => one !== worker) };
  const steps: Step<State>[] = [];
  const writes = (marker: Marker, then: (to: State) => State): void => {
    for (const to of put(rest, marker, setting))
      steps.push({ label: named(`writes ${markerText(marker)}`), to: then(to) });
  };
  switch (worker.next) {
    case 'close': {
      const keys = toLookAt(rest, worker.open, setting);
      const closed = { ...rest, events: [...rest.events, ...keys.map(lookingFirst)] };
      const next = state.cancelled ? 'mark' : worker.runs.length > 0 ? 'make' : 'compare';
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

/** What open units may have asked for, and what has changed since. */
function toLookAt({ places }: State, open: readonly Open[], { design }: Setting): number[] {
  if (design.closes === 'nothing') return [];
  const changed = ({ source, storedAt }: Place, since: number) =>
    source === 0 ? design.closes === 'changed' : storedAt >= since;
  return [...places.entries()].flatMap(([key, place]) => {
    return open.some(({ since, keys }) => has(keys, key) && changed(place, since)) ? [key] : [];
  });
}

/** Lists sources and derivatives, and plans what to make of the page. */
function compared(state: State, worker: Worker, setting: Setting): Worker {
  const { design, page, bound } = setting;
  const { after, countedTo } = worker.from;
  const keys = [...state.places.keys()].filter((key) => key > after && state.places[key]?.source !== 0);
  const listed = keys.slice(0, page);
  const runs: Run[] = [];
  let end: Worker['end'] = keys.length > page ? '' : 'complete';
  let through = end === '' ? (listed.at(-1) ?? after) : state.places.length - 1;
  let counted = worker.from.counted;
  let last = countedTo;
  for (const key of listed) {
    const place = state.places[key];
    if (place === undefined) continue;
    const wanted = isWanted(place, setting);
    if (design.counts !== 'once begun' || key > countedTo) {
      if (wanted || (design.countsWritten && isMade(place, setting))) {
        if (counted >= bound) {
          end = 'bound';
          through = Math.max(after, key - 1);
          break;
        }
        counted += 1;
      }
      last = key;
    }
    if (wanted) runs.push(actingFirst(key, place.source));
  }
  const to = { after: through, counted, countedTo: last };
  return { ...worker, to, end, through, runs, next: runs.length > 0 ? 'begin' : (closing(worker, setting) ?? 'mark') };
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
  return { unit, run, kind: 'begun', ...from, ...counting, keys, date: 0, end: '', through };
}

function doneOf({ unit, run, to, end, through }: Worker): Marker {
  return { unit, run, kind: 'done', ...to, keys: 0, date: 0, end, through };
}

function closing({ open }: Worker, { design }: Setting): 'close' | undefined {
  return design.closesFirst || open.length === 0 ? undefined : 'close';
}

/** What is to be made is made now; `done` comes then. */
function making(state: State, worker: Worker, setting: Setting): State {
  const next = closing(worker, setting) ?? 'make';
  if (setting.design.marksHandled) return on(state, { ...worker, next });
  const [marked = state] = put(state, doneOf(worker), setting);
  return on(marked, { ...worker, next, marked: true });
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
  const left = worker.runs.filter(({ first, asks }) => first && asks === 'call');
  if (left.length > 0 && (state.cancelled || state.faults.early > 0)) {
    steps.push({
      label: () => `  worker ${worker.run} begins no more, ${left.map(({ key }) => key)} left`,
      to: goOn(state.cancelled ? state : spend(state, 'early'), endedEarly(worker, left, setting)),
    });
  }
  return steps;
}

/** All that is begun is finished, what is not is left. */
function endedEarly(worker: Worker, left: readonly Run[], { design }: Setting): Worker {
  const runs = worker.runs.filter((run) => !left.includes(run));
  const after = Math.max(worker.from.after, Math.min(worker.to.after, ...left.map(({ key }) => key - 1)));
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
