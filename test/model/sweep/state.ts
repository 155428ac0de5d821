// The world of the model: a shard of a few source keys, one derivative each, what lies in the journal, who works on it,
// and what may still hit it. A key is its place in the order of keys, from 0; a set of keys is its bits.
import type { Design } from './design.js';

/** How often each thing may happen. */
export interface Faults {
  /** A worker is killed; its requests go on. */
  readonly killed?: number;
  /** A worker begins while another one is at work. */
  readonly overlaps?: number;
  /** A unit ends before all of it is made: no time, or OSS throttles. */
  readonly early?: number;
  /** A process call is answered by a transient failure, which the journal takes. */
  readonly refused?: number;
}

export interface Setting {
  /**
   * A letter for each key: `c`urrent, `m`issing or `s`tale derivative; `x`: a source that cannot be processed; `-`: no
   * source.
   */
  readonly keys: string;
  /** What uploaders and the user do, one after the other: `w0` writes key 0, `x0` writes what cannot be processed, `d0`
   * deletes it, `cancel`. */
  readonly script: readonly string[];
  /** Sources on a page. */
  readonly page: number;
  /** Of distinct targets. */
  readonly bound: number;
  /** The rule says `onDelete: 'remove'`. */
  readonly removes: boolean;
  /**
   * Dates have whole seconds. Whether what follows comes within the same second is left open where seconds are shared;
   * `from the beginning`: also that in which the sweep began.
   */
  readonly seconds: 'apart' | 'shared' | 'shared from the beginning';
  readonly design: Design;
  readonly faults: Faults;
}

/** A source and its derivative. Versions count up; 0: there is none. Dates count up; the sweep begins at 0. */
export interface Place {
  readonly source: number;
  readonly storedAt: number;
  readonly derivative: number;
  readonly writtenAt: number;
  /** The version whose failure is on record. */
  readonly failed: number;
}

/** Brings one derivative up to date, and settles: of an event, of a journal record, or of a unit. */
export interface Run {
  readonly key: number;
  /** `head`: looks first. `call`: OSS may not have the process call yet. `read`: OSS has read the source for it. */
  readonly asks: 'head' | 'call' | 'read' | 'delete' | 'look';
  /** The version that the last action was for. */
  readonly assumed: number;
  readonly read: number;
  /** Has not acted yet. */
  readonly first: boolean;
}

/** What a marker says, but for its name. */
export interface Progress {
  /** All keys up to this one are handled; -1: none yet. */
  readonly after: number;
  /** Targets that count towards the bound, of all keys up to `countedTo`. */
  readonly counted: number;
  readonly countedTo: number;
}

export type End = 'complete' | 'bound';

export interface Marker extends Progress {
  readonly unit: number;
  readonly run: number;
  readonly kind: 'begun' | 'done';
  /** The sources that a unit makes something of. */
  readonly keys: number;
  readonly end: End | '';
  /** The end of the unit; for a design that goes on from there. */
  readonly through: number;
}

/** Who runs a unit. */
export interface Worker {
  readonly run: number;
  /** What it does next. */
  readonly next: 'close' | 'compare' | 'begin' | 'look again' | 'make' | 'mark';
  readonly unit: number;
  /** Where it began. */
  readonly from: Progress;
  /** Keys of open units. */
  readonly open: number;
  /** What its `done` is going to say. */
  readonly to: Progress;
  readonly end: Marker['end'];
  readonly through: number;
  /** The sources that the unit goes through. */
  readonly sources: number;
  readonly runs: readonly Run[];
  /** `done` is written already. */
  readonly marked: boolean;
}

/** A request that no one waits for any more. */
export type Late = { readonly run: number; readonly call: Run } | { readonly run: number; readonly marker: Marker };

export interface State {
  readonly now: number;
  readonly steps: number;
  readonly cancelled: boolean;
  readonly places: readonly Place[];
  /** Those of the newest unit; no one reads others. */
  readonly markers: readonly Marker[];
  /** From behind which key the work was taken up last. */
  readonly taken: number;
  readonly workers: readonly Worker[];
  /** Of events and journal records. */
  readonly events: readonly Run[];
  readonly late: readonly Late[];
  /** Runs so far: names the next one. */
  readonly run: number;
  /** Keys whose derivative the sweep has written. */
  readonly made: number;
  /** Process calls of the sweep, but for those of settling. */
  readonly calls: number;
  readonly faults: Required<Faults>;
  /** A claim that is broken already. */
  readonly broken: string;
}

export const has = (keys: number, key: number): boolean => (keys & (1 << key)) !== 0;

export const countOf = (keys: number): number => {
  let count = 0;
  for (let rest = keys; rest > 0; rest >>= 1) count += rest & 1;
  return count;
};

/** Whether a version cannot be processed. */
export function bad({ keys, script }: Setting, key: number, version: number): boolean {
  return version === 1 ? keys[key] === 'x' : script[version - 2]?.[0] === 'x';
}

export function initialState({ keys, faults }: Setting): State {
  return {
    now: 0,
    steps: 0,
    cancelled: false,
    places: [...keys].map((letter) => ({
      source: letter === '-' ? 0 : 1,
      storedAt: -2,
      derivative: letter === 'c' ? 1 : letter === 's' ? -1 : 0,
      writtenAt: letter === 'c' ? -1 : -3,
      failed: 0,
    })),
    markers: [],
    taken: -1,
    workers: [],
    events: [],
    late: [],
    run: 0,
    made: 0,
    calls: 0,
    faults: { killed: 0, overlaps: 0, early: 0, refused: 0, ...faults },
    broken: '',
  };
}

/** The dates that what is stored now can have. */
export function datesOf({ now }: State, { seconds }: Setting): readonly number[] {
  if (seconds === 'apart' || (seconds === 'shared' && now === 0)) return [now + 1];
  return [now, now + 1];
}

export function placed(state: State, key: number, change: Partial<Place>): State {
  return { ...state, places: state.places.map((place, at) => (at === key ? { ...place, ...change } : place)) };
}

export function spend(state: State, fault: keyof Faults): State {
  return { ...state, faults: { ...state.faults, [fault]: state.faults[fault] - 1 } };
}
