// Each decision of the design taken back, one at a time, with a small world and few faults under which a claim breaks
// without it. An exploration that could not find these would prove nothing.
import { type Design, shipped } from './design.js';
import type { Setting } from './state.js';

export interface Mutation {
  readonly name: string;
  readonly design: Design;
  readonly setting: Pick<Setting, 'keys'> & Partial<Setting>;
  /** Found among more than two thousand states. */
  readonly long?: true;
  /** What the shortest way leads to. */
  readonly breaks: string;
}

const without = (decision: Partial<Design>): Design => ({ ...shipped, ...decision });
const stale = '0 is of version 2, its derivative of 1';
const oneTooMany = '2 targets are made, 1 are allowed';

export const mutations: readonly Mutation[] = [
  {
    name: 'markers do not name their run: one hides that of a killed run',
    long: true,
    design: without({ namesRun: false }),
    setting: { keys: 'm', script: ['w0'], faults: { killed: 1, overlaps: 1 } },
    breaks: stale,
  },
  {
    name: 'a run that has begun does not look whether it is alone',
    design: without({ looksAgain: 'never' }),
    setting: { keys: 'mm', script: ['w0'], bound: 1, faults: { overlaps: 1 } },
    breaks: oneTooMany,
  },
  {
    name: 'of two runs that have begun, the first by name goes on',
    design: without({ looksAgain: 'first' }),
    setting: { keys: 'mm', script: ['w0'], bound: 1, faults: { overlaps: 1 } },
    breaks: oneTooMany,
  },
  {
    name: 'a unit that another run has done is not open',
    long: true,
    design: without({ opens: 'the unit' }),
    setting: { keys: 'm', script: ['w0'], faults: { killed: 1, overlaps: 1 } },
    breaks: stale,
  },
  {
    name: 'an open unit is closed as soon as its run is over',
    design: without({ holds: 'its run' }),
    setting: { keys: 'm', script: ['w0'], faults: { killed: 1 } },
    breaks: stale,
  },
  {
    name: 'an open unit is closed at once',
    design: without({ holds: 'never' }),
    setting: { keys: 'm', script: ['w0'], faults: { killed: 1 } },
    breaks: stale,
  },
  {
    name: 'an open unit is done anew by dates alone',
    design: without({ closes: 'nothing' }),
    setting: { keys: 'm', script: ['w0'], faults: { killed: 1 } },
    breaks: stale,
  },
  {
    name: 'sources that are gone are not looked at when an open unit is closed',
    design: without({ closes: 'changed' }),
    setting: { keys: 'm', script: ['d0'], faults: { killed: 1 } },
    breaks: '0 is deleted, its derivative is there',
  },
  {
    name: 'the next unit is begun before the open one is closed',
    long: true,
    design: without({ closesFirst: false }),
    setting: { keys: 'mm', script: ['w0'], faults: { killed: 2 } },
    breaks: stale,
  },
  {
    name: 'done is written before its keys are handled',
    design: without({ marksHandled: false }),
    setting: { keys: 'm' },
    breaks: 'done(1) is written, 0 is not handled',
  },
  {
    name: 'a source that has changed while it was made is left to an event that is over',
    design: without({ whenChanged: 'is left' }),
    setting: { keys: 'm', script: ['w0'] },
    breaks: stale,
  },
  {
    name: 'a unit acts again where a source has changed, but not where it ends early',
    design: without({ whenChanged: 'acts again' }),
    setting: { keys: 'm', script: ['w0'], faults: { early: 1 } },
    breaks: stale,
  },
  {
    name: 'the bound is counted by what units have done',
    design: without({ counts: 'each page' }),
    setting: { keys: 'mm', bound: 1, faults: { killed: 1 } },
    breaks: oneTooMany,
  },
  {
    name: 'of several runs at a unit, the count of the furthest is taken',
    long: true,
    design: without({ countsMost: false }),
    setting: { keys: 'mmm', script: ['w0'], bound: 2, faults: { overlaps: 1, early: 1 } },
    breaks: '3 targets are made, 2 are allowed',
  },
  {
    name: 'of several runs at a unit, the count is taken to be of the most keys',
    long: true,
    design: without({ countsLeastKeys: false }),
    setting: { keys: 'mmm', script: ['d0'], bound: 2, faults: { killed: 1, overlaps: 1 } },
    breaks: '3 targets are made, 2 are allowed',
  },
  {
    name: 'sources that were stored since the sweep began are made by dates',
    design: without({ leavesNewer: false }),
    long: true,
    setting: { keys: 'mm', script: ['d0', 'w0'], bound: 1, faults: { killed: 1 } },
    breaks: oneTooMany,
  },
  {
    name: 'behind an open unit, what other runs have done is done again',
    design: without({ goesOnFrom: 'its beginning' }),
    long: true,
    setting: { keys: 'mmm', script: ['w0'], faults: { killed: 2 } },
    breaks: 'the work goes back from 1 to -1',
  },
  {
    name: 'what began counts as done',
    design: without({ goesOnFrom: 'its end' }),
    setting: { keys: 'm', faults: { killed: 1 } },
    breaks: 'done(2) is written, 0 is not handled',
  },
  {
    name: 'what is open stays open when a sweep is cancelled',
    design: without({ closesCancelled: false }),
    setting: { keys: 'm', script: ['w0', 'cancel'], faults: { killed: 1 } },
    breaks: stale,
  },
];
