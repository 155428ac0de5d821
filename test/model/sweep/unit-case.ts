// One unit of a sweep, alone, and what happens in the middle of it: what the model and the function are compared by.
import fc from 'fast-check';
import { expect } from 'vitest';
import { keyName } from './code.js';
import { settingOf } from './explorations.js';
import type { Marker, Setting } from './state.js';

/** What happens in the middle of a unit. */
export interface Middle {
  /** A step of the script, after so many requests of the unit for its sources, or before `begun` is written. */
  readonly live: number | 'begun';
  /** Another run's marker of this unit comes before `begun`. */
  readonly other: Marker['kind'] | undefined;
  /** No call is begun after so many. */
  readonly stops: number;
}

export interface Case {
  readonly setting: Setting;
  readonly markers: readonly Marker[];
  readonly middle: Middle;
}

export interface Seen {
  readonly asked: string[];
  readonly markers: object[];
  readonly records: string[];
}

/** The marker of another run. */
export const otherMarker = (unit: number, kind: Marker['kind']): Marker => {
  return { unit, run: 5, kind, after: -1, counted: 0, countedTo: -1, keys: 1, end: '', through: -1 };
};

/** The run of the unit. */
export const ownRun = 9;

/** What can be compared. */
export function seen(asked: string[], markers: readonly Marker[], records: readonly number[]): Seen {
  return {
    asked,
    markers: markers.map(({ kind, unit, after, counted, countedTo, keys, end }) => {
      return {
        kind,
        unit,
        after,
        counted,
        countedTo: Math.max(after, countedTo),
        keys: kind === 'begun' ? keys : 0,
        end,
      };
    }),
    records: [...new Set(records)].sort().map(keyName),
  };
}

const progress = fc.record({
  after: fc.integer({ min: -1, max: 1 }),
  counted: fc.nat({ max: 2 }),
  more: fc.nat({ max: 2 }),
});

const marker = fc
  .record({
    progress,
    run: fc.nat({ max: 2 }),
    kind: fc.constantFrom('begun' as const, 'done' as const),
    keys: fc.integer({ min: 1, max: 7 }),
    end: fc.constantFrom('', '', 'complete' as const, 'bound' as const),
  })
  .map(({ progress: { after, counted, more }, run: of, kind, keys, end }): Marker => {
    const done = kind === 'done';
    const rest = { keys: done ? 0 : keys, end: done ? end : ('' as const), through: after };
    return { unit: 1, run: of, kind, after, counted, countedTo: Math.min(2, after + more), ...rest };
  });

/** As they are listed. */
const nameOf = ({ kind, run: of }: Marker): string => `${kind === 'done' ? 1 : 2} ${of}`;

const cases = fc.record({
  setting: fc
    .record({
      keys: fc
        .array(fc.constantFrom('c', 'm', 's', 'x', '-'), { minLength: 3, maxLength: 3 })
        .map((all) => all.join('')),
      script: fc.array(fc.constantFrom('w0', 'w1', 'x0', 'd0', 'd1'), { maxLength: 2 }),
      bound: fc.constantFrom(1, 2, Number.POSITIVE_INFINITY),
      removes: fc.boolean(),
    })
    .map(settingOf),
  markers: fc
    .uniqueArray(marker, { maxLength: 3, selector: nameOf })
    .map((markers) => markers.sort((a, b) => (nameOf(a) < nameOf(b) ? -1 : 1))),
  middle: fc.record({
    live: fc.oneof(fc.constant('begun' as const), fc.integer({ min: 1, max: 5 })),
    other: fc.constantFrom(undefined, undefined, undefined, 'begun' as const, 'done' as const),
    stops: fc.oneof(fc.constant(Number.POSITIVE_INFINITY), fc.integer({ min: 1, max: 3 })),
  }),
});

/** What a unit of the function and one of the model show, `runs` times. */
export async function compared(
  runs: number,
  inModel: (one: Case) => Seen,
  inOss: (one: Case) => Promise<Seen>,
): Promise<void> {
  await fc.assert(
    fc.asyncProperty(cases, async (one) => {
      expect(inModel(one)).toEqual(await inOss(one));
    }),
    { numRuns: runs },
  );
}
