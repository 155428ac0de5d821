// What the markers of a shard say to who lists them, and how they come to be.
import { problemOfMark } from './claim.js';
import { isAlone, type Stand, standOf } from './code.js';
import type { Late, Marker, Setting, State } from './state.js';

/** What there is to do; undefined: nothing, or nothing yet. */
export function viewOf(state: State, setting: Setting): Stand | undefined {
  const { design } = setting;
  const markers = listed(state.markers, setting);
  const stand = standOf(markers, (marker) => isHeld(marker, state, setting));
  if (stand.held || (stand.end !== undefined && stand.open === 0)) return undefined;
  if (state.cancelled && (stand.open === 0 || !design.closesCancelled)) return undefined;
  return stand;
}

/** As they are listed; where a decision is taken back, as if they had been written by it. */
function listed(markers: readonly Marker[], { design }: Setting): readonly Marker[] {
  const done = markers.filter(({ kind }) => kind === 'done');
  const closed = (one: Marker) => one.kind === 'begun' && done.some(({ run }) => run === one.run);
  const open = markers.filter((one) => !closed(one));
  if (design.opens === 'the unit' && done.length > 0) return done;
  const begun = open.filter(({ kind }) => kind === 'begun');
  if (!design.countsMost && begun.length === 0) return done.sort(furthest).slice(0, 1);
  if (begun.length === 0) return open;
  if (design.goesOnFrom === 'its end') return open.map((one) => ({ ...one, after: one.through }));
  const most = Math.max(...open.map((one) => Math.max(one.after, one.countedTo)));
  const countedTo = design.countsLeastKeys ? {} : { countedTo: most };
  const after = Math.min(...begun.map((one) => one.after));
  const beginning = design.goesOnFrom === 'its beginning' ? ({ after, end: '' } as const) : {};
  return open.map((one) => ({ ...one, ...beginning, ...countedTo }));
}

function furthest(one: Marker, other: Marker): number {
  return Number(other.end !== '') - Number(one.end !== '') || other.after - one.after;
}

function isHeld({ kind, run }: Marker, { workers, late }: State, { design }: Setting): boolean {
  if (kind === 'done' || design.holds === 'never') return false;
  if (workers.some((worker) => worker.run === run)) return true;
  return design.holds === 'late requests' && late.some((one) => one.run === run);
}

/** Whether a run that has begun a unit goes on with it. */
export function hasTurn({ markers }: State, unit: number, run: number, setting: Setting): boolean {
  const lying = listed(markers, setting);
  if (setting.design.looksAgain === 'alone') return isAlone(lying, unit, run);
  return lying[0]?.unit === unit && lying.every((one) => one.kind === 'begun' && one.run >= run);
}

/** After the PUT of a marker. */
export function put(before: State, marker: Marker, setting: Setting): State {
  const unit = before.markers[0]?.unit ?? 0;
  const broken = before.broken || (marker.kind === 'done' ? problemOfMark(before, marker, setting) : '');
  const state = { ...before, broken };
  if (marker.unit < unit) return state;
  const kept = marker.unit > unit ? [] : before.markers;
  const others = setting.design.namesRun ? kept : kept.filter(({ kind }) => kind !== marker.kind);
  return { ...state, markers: [...others, marker] };
}

/** A marker whose worker was killed while it was on its way. */
export function landed(state: State, late: Late & { readonly marker: Marker }, setting: Setting): State {
  return put({ ...state, late: state.late.filter((one) => one !== late) }, late.marker, setting);
}
