// What is claimed of a sweep: of each marker when it is written, of each derivative that is made, and of every end.
import { bad, countOf, type Marker, type Setting, type State } from './state.js';

/** What a `done` may not say. */
export function problemOfMark(state: State, { unit, after }: Marker, setting: Setting): string {
  const open = state.places.findIndex((_, key) => key <= after && !isHandled(state, key, setting));
  return open < 0 ? '' : `done(${unit}) is written, ${open} is not handled`;
}

/** Current, its failure on record, or left to its event. */
function isHandled({ places, events }: State, key: number, setting: Setting): boolean {
  const place = places[key];
  if (place === undefined || place.source === 0 || place.storedAt >= 0) return true;
  if (place.derivative === place.source || events.some((run) => run.key === key)) return true;
  return bad(setting, key, place.source) && place.failed === place.source;
}

/** A unit is taken up: the work never goes back behind where it was taken up before. */
export function taken(state: State, after: number): State {
  const broken = after < state.taken ? `the work goes back from ${state.taken} to ${after}` : '';
  return { ...state, broken, taken: after };
}

/** The bounds, in distinct targets, and in calls. */
export function problemOfBound({ made, calls, faults }: State, { bound, page, faults: all }: Setting): string {
  if (countOf(made) > bound) return `${countOf(made)} targets are made, ${bound} are allowed`;
  const spent = (all.killed ?? 0) - faults.killed + (all.overlaps ?? 0) - faults.overlaps;
  return calls > bound + page * spent ? `${calls} calls are made of ${bound}, with ${spent} units more` : '';
}

/** What the end of an interleaving may not be. */
export function problemOfEnd(state: State, setting: Setting): string | undefined {
  const { broken, markers, places, cancelled } = state;
  if (broken !== '') return broken;
  const done = markers.filter(({ kind }) => kind === 'done');
  if (!cancelled && !done.some(({ end }) => end !== '')) return 'the sweep does not end';
  const complete = done.some(({ end }) => end === 'complete');
  const reached = Math.max(-1, ...done.map(({ after }) => after));
  for (const [key, { source, derivative, failed }] of places.entries()) {
    if (source === 0) {
      if (setting.removes && derivative !== 0) return `${key} is deleted, its derivative is there`;
      continue;
    }
    const unreached = !complete && key > reached && source === 1 && derivative <= 0;
    if (unreached || derivative === source) continue;
    if (bad(setting, key, source) && failed === source) continue;
    return `${key} is of version ${source}, its derivative of ${derivative}`;
  }
  return undefined;
}
