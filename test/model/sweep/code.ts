// The function's own decisions (src/sweep/), asked in the terms of the model: where a shard stands, whether a run is
// alone, and what is planned of a page.
import type { ListedObject } from '../../../src/oss/list.js';
import type { ComparedSource, ComparedTarget } from '../../../src/sweep/compare.js';
import { uploadOf } from '../../../src/sweep/listed.js';
import * as code from '../../../src/sweep/markers.js';
import { planOf } from '../../../src/sweep/page.js';
import type { End, Marker, Progress } from './state.js';

export const keyName = (key: number): string => String.fromCharCode(97 + key);

const placeOf = (key: string | undefined): number => (key === undefined ? -1 : key.charCodeAt(0) - 97);

const nameAt = (key: number): string | undefined => (key < 0 ? undefined : keyName(key));

/** By the clock of the one who lists: what is held is held for longer. */
const now = 2 ** 40;

/** A marker as the function would write it; `held`: of a run whose requests may still come. */
export function markerOf({ after, counted, countedTo, keys, end }: Marker, held: boolean): code.Marker {
  return {
    ...progressOf({ after, counted, countedTo }),
    ...(end && { end }),
    deadline: held ? now : 0,
    keys: [...Array(8).keys()].filter((key) => (keys & (1 << key)) !== 0).map(keyName),
  };
}

function progressOf({ after, counted, countedTo }: Progress): code.Progress {
  const totals = { ...code.noProgress.totals, targets: counted };
  return { after: nameAt(after), totals, counted: countedTo > after ? nameAt(countedTo) : undefined };
}

function inModel({ after, totals, counted }: code.Progress): Progress {
  return { after: placeOf(after), counted: totals.targets, countedTo: Math.max(placeOf(after), placeOf(counted)) };
}

function namesOf(markers: readonly Pick<Marker, 'unit' | 'run' | 'kind'>[]): code.MarkerName[] {
  return markers.map(({ unit, run, kind }) => ({ unit, done: kind === 'done', run: `${run}`, key: '', written: now }));
}

export interface Stand {
  readonly unit: number;
  readonly from: Progress;
  readonly end: End | undefined;
  readonly open: number;
  readonly held: boolean;
}

/** @param isHeld requests of its run may still come */
export function standOf(markers: readonly Marker[], isHeld: (marker: Marker) => boolean): Stand {
  const bodies = markers.map((marker) => markerOf(marker, isHeld(marker)));
  const { unit, from, end, open, heldUntil } = code.standOf(namesOf(markers), bodies);
  if (end === 'failures') throw new Error('nothing fails that often');
  const keys = open.reduce((bits, key) => bits | (1 << placeOf(key)), 0);
  return { unit, from: inModel(from), end, open: keys, held: now < heldUntil };
}

export function isAlone(markers: readonly Marker[], unit: number, run: number): boolean {
  return code.isAlone(namesOf(markers), unit, `${run}`);
}

const listed = (key: string): ListedObject => ({ key, etag: 'E', size: 1, lastModified: 0, symlink: false });

/** A source of a page, as it was compared. */
export interface Compared {
  readonly key: number;
  readonly wanted: boolean;
}

export interface Planned {
  /** As far as the bound goes. */
  readonly sources: readonly Compared[];
  readonly counting: Pick<Progress, 'counted' | 'countedTo'>;
  readonly bound: boolean;
}

export function planned(compared: readonly Compared[], from: Progress, objects: number): Planned {
  const sources = compared.map(({ key, wanted }): ComparedSource => {
    const state: ComparedTarget['state'] = wanted ? 'missing' : 'current';
    const upload = uploadOf('photos', listed(keyName(key)));
    return { upload, targets: [{ output: 0, state, wanted }] };
  });
  const shard = { bucket: 'photos', prefix: '', objects, bytes: Number.POSITIVE_INFINITY };
  const plan = planOf(sources, progressOf(from), shard);
  const countedTo = Math.max(from.after, placeOf(plan.counting.counted));
  return {
    sources: compared.slice(0, plan.sources.length),
    counting: { counted: plan.counting.totals.targets, countedTo },
    bound: plan.cut === 'bound',
  };
}
