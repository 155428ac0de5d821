// The world of the model: one source, one derivative, what works on it, what may still hit it, and the faults left to
// play.
import type { SettleState } from '../../src/pipeline/settle.js';

/** How often each thing may go wrong on the way, three times at most. */
export interface Faults {
  /** A request is left without an answer; OSS carries it out now, later or never. */
  readonly lost?: number;
  /** An instance is killed; its request goes on. */
  readonly killed?: number;
  /** A HEAD fails. */
  readonly head?: number;
  /** A request is answered by a transient failure. */
  readonly refused?: number;
  /** OSS writes, but its answer is none that can be understood. */
  readonly garbled?: number;
  /** A journal record cannot be written. */
  readonly journal?: number;
  /** An event is delivered twice. */
  readonly twice?: number;
}

/** Of a journal record; records of the same kind are about the same job, and have the same key in the same minute. */
export type RecordKind = 'failure' | 'unsettled';

/** What an invocation is for: an event, or a record of the journal. */
export interface Task {
  /** Which write or delete of the script it is about. */
  readonly about: number;
  readonly from: 'event' | RecordKind;
  /** `Task.anyVersion` and `Task.unconfirmed` of src/pipeline/derive.ts. */
  readonly anyVersion: boolean;
  readonly unconfirmed: boolean;
}

/**
 * A task at work. A delivery or a due record has no effect before its first request, so both are here from the moment
 * they exist, and being late is a request that is late.
 */
export interface Run {
  readonly task: Task;
  /** Requests that must have come before this is due: late ones, and those of runs that OSS has read for. */
  readonly waitsFor: readonly number[];
  readonly begun: boolean;
  /** The request that is on its way. */
  readonly asks: 'process' | 'delete' | 'head';
  /** What OSS has read for a process call; empty before. */
  readonly read: string;
  /** Names that call, once OSS has read, for those who wait for it; else 0. */
  readonly call: number;
  /** An attempt before this one was left without an answer. */
  readonly lost: boolean;
  readonly rounds: number;
  readonly settling: SettleState;
  /** Of the last action. */
  readonly result: Result;
}

/** `nothing`: there was no source, or nothing to do. */
export type Result = 'done' | 'nothing' | 'transient' | 'permanent';

/** A request that no one waits for any more. */
export interface Late {
  readonly id: number;
  readonly asks: 'process' | 'delete';
  readonly read: string;
}

export interface State {
  /** How many of the script's writes and deletes are done. */
  readonly done: number;
  /** The bytes that the derivative is made from; empty when there is none. */
  readonly derivative: string;
  /** A permanent failure of this derivative is on record. */
  readonly failureOnRecord: boolean;
  /** Which writes and deletes an invocation has brought to an end, as bits. */
  readonly accounted: number;
  readonly runs: readonly Run[];
  readonly late: readonly Late[];
  readonly faults: Required<Faults>;
}

/** The same text for states that differ in the order of things only. */
export function keyOf({ done, derivative, failureOnRecord, accounted, runs, late, faults }: State): string {
  const order = late.length < 2 ? late : [...late].sort((a, b) => (lateKey(a) < lateKey(b) ? -1 : 1));
  const reading = runs.filter(({ call }) => call !== 0).map((run) => ({ id: run.call, text: textOf(run) }));
  reading.sort((a, b) => (a.text < b.text ? -1 : 1));
  const calls = [...order, ...reading].map(({ id }) => id);
  const running = runs.map((run) => runKey(run, calls)).sort();
  const { lost, killed, head, refused, garbled, journal, twice } = faults;
  const left = lost + 4 * (killed + 4 * (head + 4 * (refused + 4 * (garbled + 4 * (journal + 4 * twice)))));
  return `${done}${derivative}${failureOnRecord ? '!' : '.'}${accounted},${left},${order.map(lateKey).join()}|${running.join()}`;
}

function lateKey({ asks, read }: Late): string {
  return asks === 'delete' ? '-' : `+${read}`;
}

function runKey(run: Run, calls: readonly number[]): string {
  const text = textOf(run);
  return run.waitsFor.length === 0 ? text : text + calls.map((id) => (run.waitsFor.includes(id) ? 1 : 0)).join('');
}

function textOf(run: Run): string {
  const { task, begun, asks, read, lost, rounds, result } = run;
  const { assumed, unconfirmed, refused, rounds: acts } = run.settling;
  const flags =
    (task.from === 'event' ? 1 : task.from === 'failure' ? 64 : 0) +
    (task.anyVersion ? 2 : 0) +
    (task.unconfirmed ? 4 : 0) +
    (begun ? 8 : 0) +
    (lost ? 16 : 0) +
    (unconfirmed === 'none' ? 0 : unconfirmed === 'earlier invocation' ? 32 : 512) +
    (refused ? 1024 : 0) +
    (result === 'permanent' ? 128 : result === 'transient' ? 256 : 0);
  const version =
    typeof assumed === 'string'
      ? assumed[0]
      : `${assumed.version.from[0]}${assumed.version.etag}${assumed.version.id ?? assumed.version.modified}`;
  return `${task.about}${asks[0]}${read}${rounds}${acts}${version}.${flags}.`;
}

export function spend(state: State, fault: keyof Faults): State {
  return { ...state, faults: { ...state.faults, [fault]: state.faults[fault] - 1 } };
}
