// One worker at one unit: closes what is open, compares, begins, looks again, makes, marks. Each step is a request.
import type { Step } from '../explore.js';
import { taken } from './claim.js';
import { lookingFirst } from './deriving.js';
import { makeSteps, making, on } from './making.js';
import { hasTurn, put, viewOf } from './markers.js';
import { begunOf, compared, doneOf, toLookAt } from './planning.js';
import { type Late, type Marker, type Setting, type State, spend, type Worker } from './state.js';

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

function leftBehind(worker: Worker, setting: Setting): Late[] {
  const { run, next, runs } = worker;
  if (next === 'begin') return [{ run, marker: begunOf(worker, setting) }];
  if (next === 'mark') return [{ run, marker: doneOf(worker) }];
  if (next !== 'make') return [];
  return runs.filter(({ asks }) => asks !== 'head' && asks !== 'look').map((call) => ({ run, call }));
}

function textOf({ runs, end, through }: Worker): string {
  return `${runs.map(({ key }) => key).join(', ') || 'nothing'} to be made, through ${through} ${end}`;
}

export function markerText({ kind, unit, after, counted, end }: Marker): string {
  return `${kind}(${unit}): after ${after}, ${counted} counted ${end}`;
}
