// Each decision of the design taken back, one at a time, with the shortest script and the fewest faults under which the
// claim breaks without it. An exploration that could not find these would prove nothing.
import * as settle from '../../src/pipeline/settle.js';
import { type Design, type Reducer, shipped } from './design.js';
import type { Setting } from './invocation.js';
import type { Faults } from './state.js';

export interface Mutation {
  readonly name: string;
  readonly design: Design;
  readonly script: string;
  readonly faults: Faults;
  readonly removes?: boolean;
  readonly versioned?: boolean;
  readonly tells?: boolean;
  readonly outputs?: Setting['outputs'];
  readonly ifMatch?: Setting['ifMatch'];
}

const reducing = (reducer: Partial<Reducer>): Design => ({ ...shipped, reducer: { ...settle, ...reducer } });

export const mutations: readonly Mutation[] = [
  {
    name: 'without settling: acts once and never looks',
    design: reducing({ afterActing: () => ({ go: 'end' }) }),
    script: 'AB',
    faults: {},
  },
  {
    name: 'looking before acting only',
    design: reducing({
      begin: (_, earlier) => settle.begin('unknown', earlier),
      afterActing: (settling, done) => settle.afterActing(settling, { ...done, touched: false }),
    }),
    script: 'AB',
    faults: {},
  },
  {
    name: 'with the ETag alone as identity',
    design: reducing({
      begin: (assumed, earlier) => settle.begin(timeless(assumed), earlier),
      afterLooking: (settling, seen) =>
        settle.afterLooking({ ...settling, assumed: timeless(settling.assumed) }, timeless(seen)),
    }),
    script: 'ABA',
    faults: {},
  },
  {
    name: 'giving up after three rounds without a word',
    design: reducing({
      afterLooking: (settling, seen) => {
        const move = settle.afterLooking(settling, seen);
        return move.go === 'end' && move.unsettled === 'changing' ? { go: 'end' } : move;
      },
    }),
    script: 'AAAB',
    faults: {},
  },
  {
    name: 'forgetting, when a look fails, that a call was left without an answer',
    design: reducing({
      afterLooking: (settling, seen) =>
        seen === 'look-failed' ? { go: 'end', unsettled: seen } : settle.afterLooking(settling, seen),
    }),
    script: 'AB',
    faults: { lost: 1, head: 1 },
  },
  {
    name: 'without the unsettled re-run',
    design: { ...shipped, runsUnsettled: false },
    script: 'AB',
    faults: { lost: 1 },
  },
  {
    name: 'with an unsettled re-run that does not wait for late writes',
    design: { ...shipped, waitsForLateWrites: false },
    script: 'AB',
    faults: { lost: 1 },
  },
  {
    name: 'taking no notice of a redelivery',
    design: { ...shipped, heedsRedelivery: false },
    script: 'AB',
    faults: { killed: 1 },
  },
  {
    name: 'returning although the journal does not take a record',
    design: { ...shipped, throwsUnwritten: false },
    script: 'A',
    faults: { refused: 1, journal: 1 },
  },
  {
    name: 'running a due record without putting it off first',
    design: { ...shipped, claimsRecords: false },
    script: 'AB',
    faults: { refused: 1, killed: 1 },
  },
  {
    name: 'running a record for the version of its event: a deletion that failed',
    design: { ...shipped, looksBeforeRerun: false },
    script: 'A-',
    faults: { refused: 1 },
    removes: true,
  },
  {
    name: 'running a record for the version of its event: a derivative to be made again',
    design: { ...shipped, looksBeforeRerun: false },
    script: 'A-A',
    faults: { refused: 1 },
    removes: true,
  },
  {
    name: 'forgetting, when the first look fails, that a call was left without an answer',
    design: { ...shipped, unreadableKeepsUnanswered: false },
    script: 'AB',
    faults: { killed: 1, head: 1 },
    tells: false,
  },
  {
    name: 'taking every removal whose source is there for old news',
    design: { ...shipped, actsForRestored: false },
    script: 'AB<',
    faults: {},
    versioned: true,
  },
  {
    name: 'forgetting that a call may have read a version before its deletion',
    design: reducing({ begin: (assumed, { unconfirmed } = {}) => settle.begin(assumed, { unconfirmed }) }),
    script: 'AB<',
    faults: {},
    versioned: true,
  },
  {
    name: 'forgetting the same, when the first look after a deletion fails',
    design: { ...shipped, unreadableKeepsUnanswered: false },
    script: 'AB<',
    faults: { head: 1 },
    versioned: true,
  },
  {
    name: 'taking an answer that says nothing of use for a call that wrote nothing',
    design: { ...shipped, looksAfterAnySuccess: false },
    script: 'AB',
    faults: { garbled: 1 },
  },
  {
    name: 'relaying, and taking a PUT for confirmed although the one before it had no answer',
    design: { ...shipped, relaysHeedUnanswered: false },
    outputs: ['relayed'],
    ifMatch: 'honoured',
    script: 'AB',
    faults: { lost: 1 },
  },
  {
    name: 'relaying without a look after the PUT',
    design: { ...shipped, looksAfterRelay: 'never' },
    outputs: ['relayed'],
    ifMatch: 'ignored',
    script: 'AB',
    faults: {},
  },
  {
    name: 'relaying with If-Match as the proof that the source is the same',
    design: { ...shipped, looksAfterRelay: 'without If-Match' },
    outputs: ['relayed'],
    ifMatch: 'honoured',
    script: 'AB',
    faults: {},
  },
  {
    name: 'leaving what a 412 is answered to the event of another version',
    design: { ...shipped, after412: 'leaves it' },
    outputs: ['relayed'],
    script: 'A',
    faults: {},
  },
  {
    name: 'holding what a relay has read for longer than late writes take',
    design: { ...shipped, holdsBriefly: false },
    outputs: ['relayed'],
    ifMatch: 'ignored',
    script: 'AB<',
    faults: {},
    versioned: true,
  },
  {
    name: 'sending what a relay has read after the deadline, when a frozen instance goes on',
    design: { ...shipped, holdsBriefly: false },
    outputs: ['relayed'],
    ifMatch: 'ignored',
    script: 'AB',
    faults: { killed: 1 },
  },
  {
    name: 'taking the refusal of a PUT for one of the bytes of the source',
    design: { ...shipped, tellsRefusals: false },
    outputs: ['relayed'],
    ifMatch: 'ignored',
    script: 'AB',
    faults: { killed: 1, rejected: 1 },
  },
];

function timeless<S extends settle.SourceState | string>(source: S): S {
  if (typeof source === 'string') return source;
  return { ...(source as S & object), version: { ...source.version, modified: 0 } };
}
