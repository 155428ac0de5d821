// What a worker makes of what it lists: what is open, what is wanted of a page, and what its markers say.
import { planned } from './code.js';
import { actingFirst } from './deriving.js';
import { has, type Marker, type Place, type Setting, type State, type Worker } from './state.js';

/** What open units may have asked for, and what is newer than the sweep by now: it was not when it was planned. */
export function toLookAt({ places }: State, open: number, { design }: Setting): number[] {
  if (design.closes === 'nothing') return [];
  return [...places.entries()].flatMap(([key, { source, storedAt }]) => {
    return has(open, key) && (source === 0 ? design.closes === 'changed or gone' : storedAt >= 0) ? [key] : [];
  });
}

/** Lists sources and derivatives, and plans what to make of the page. */
export function compared(state: State, worker: Worker, setting: Setting): Worker {
  const { page, bound, design } = setting;
  const { after, counted } = worker.from;
  const from = design.counts === 'once begun' ? worker.from : { after, counted, countedTo: after };
  const behind = [...state.places.entries()].filter(([key, { source }]) => key > after && source !== 0);
  const listed = behind.slice(0, page).map(([key, place]) => {
    return { key, wanted: isWanted(place, setting) };
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

export function begunOf({ unit, run, from, to, through, runs }: Worker, { design }: Setting): Marker {
  const keys = runs.reduce((bits, { key }) => bits | (1 << key), 0);
  const counting = design.counts === 'once begun' ? { counted: to.counted, countedTo: to.countedTo } : {};
  return { unit, run, kind: 'begun', ...from, ...counting, keys, end: '', through };
}

export function doneOf({ unit, run, to, end, through }: Worker): Marker {
  return { unit, run, kind: 'done', ...to, keys: 0, end, through };
}

export function closing({ open }: Worker, { design }: Setting): 'close' | undefined {
  return design.closesFirst || open === 0 ? undefined : 'close';
}
