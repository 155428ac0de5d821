// What the markers of a shard say to who lists them, and how they come to be.
import { problemOfMark } from './claim.js';
import { datesOf, type Late, type Marker, type Open, type Progress, type Setting, type State } from './state.js';

/** What there is to do. */
export interface View {
  readonly unit: number;
  readonly from: Progress;
  readonly open: readonly Open[];
}

const beginning: Progress = { after: -1, counted: 0, countedTo: -1 };

/** Undefined: nothing, or nothing yet. */
export function viewOf(state: State, setting: Setting): View | undefined {
  const { markers, cancelled } = state;
  const { design } = setting;
  const unit = (markers[0]?.unit ?? 0) + 1;
  const open = openOf(markers, setting);
  if (cancelled && (open.length === 0 || !design.closesCancelled)) return undefined;
  const done = markers.filter(({ kind }) => kind === 'done');
  if (open.length === 0) {
    const from = done.reduce<Marker | undefined>(
      (one, other) => (one && !isBehind(one, other) ? one : other),
      undefined,
    );
    if (from?.end) return undefined;
    const counted = Math.max(0, ...done.map((one) => one.counted));
    return {
      unit,
      from: from ? { ...from, counted: design.countsMost ? counted : from.counted } : beginning,
      open: [],
    };
  }
  if (open.some((one) => isHeld(one, state, setting))) return undefined;
  return {
    unit,
    from: fromOpen(open, done, setting),
    open: open.map(({ date, keys }) => ({ since: date, keys })),
  };
}

function openOf(markers: readonly Marker[], { design }: Setting): readonly Marker[] {
  const done = markers.filter(({ kind }) => kind === 'done');
  if (design.opens === 'the unit' && done.length > 0) return [];
  return markers.filter(({ kind, run }) => kind === 'begun' && !done.some((one) => one.run === run));
}

/** Whether one `done` says less than another. */
function isBehind(one: Marker, other: Marker): boolean {
  return one.end === '' && (other.end !== '' || one.after < other.after);
}

function fromOpen(open: readonly Marker[], done: readonly Marker[], { design }: Setting): Progress {
  const from = open.reduce((one, other) => (other.after < one.after ? other : one));
  if (design.goesOnFrom === 'its end') return { ...from, after: from.through };
  const { counted, countedTo } = [...open, ...done].reduce((one, other) =>
    one.countedTo < other.countedTo ? other : one,
  );
  const most = Math.max(...[...open, ...done].map((one) => one.counted));
  const all = design.goesOnFrom === 'the furthest' ? [...open, ...done] : [from];
  const after = Math.max(...all.map((one) => one.after));
  return { after, counted: design.countsMost ? most : counted, countedTo };
}

function isHeld({ run }: Marker, { workers, late }: State, { design }: Setting): boolean {
  if (design.holds === 'never') return false;
  if (workers.some((worker) => worker.run === run)) return true;
  return design.holds === 'late requests' && late.some((one) => one.run === run);
}

/** Whether a run that has begun a unit goes on with it. */
export function hasTurn({ markers }: State, unit: number, run: number, setting: Setting): boolean {
  if (markers[0]?.unit !== unit) return false;
  if (setting.design.looksAgain === 'alone') return markers.length === 1 && markers[0].run === run;
  if (markers.some(({ kind }) => kind === 'done')) return false;
  const [first] = [...markers].sort((a, b) => a.date - b.date || a.run - b.run);
  return first?.run === run;
}

/** After the PUT of a marker. Of `begun`, the date is that of OSS. */
export function put(before: State, marker: Marker, setting: Setting): State[] {
  const { design } = setting;
  const unit = before.markers[0]?.unit ?? 0;
  const broken = before.broken || (marker.kind === 'done' ? problemOfMark(before, marker, setting) : '');
  return (marker.kind === 'done' ? [0] : datesOf(before, setting)).map((date) => {
    const state = { ...before, broken, now: Math.max(before.now, date) };
    if (marker.unit < unit) return state;
    const kept = marker.unit > unit ? [] : before.markers;
    const others = design.namesRun ? kept : kept.filter(({ kind }) => kind !== marker.kind);
    return { ...state, markers: [...others, { ...marker, date }] };
  });
}

/** A marker whose worker was killed while it was on its way. */
export function landed(state: State, late: Late & { readonly marker: Marker }, setting: Setting): State[] {
  return put({ ...state, late: state.late.filter((one) => one !== late) }, late.marker, setting);
}
