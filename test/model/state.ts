// The world of the model: one source, its derivatives, mostly one, what works on them, what may still hit them, and the
// faults left to play.
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
  /** A relay's PUT is refused for good: for what it asks for, not for the source's bytes. */
  readonly rejected?: number;
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
  /** `Task.only`: the output that a record is about, where there are several. */
  readonly only?: number | undefined;
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
  /** For each output that is acted on, the request that is on its way; none: a HEAD of the source is. */
  readonly calls: readonly Call[];
  readonly rounds: number;
  readonly settling: SettleState;
  /** Of the last action, by output. */
  readonly results: readonly Result[];
}

/** What is asked for an output. */
export interface Call {
  readonly output: number;
  /** A relay is a `get`, perhaps a `check` (a HEAD of the source after a 412), and a `put`. */
  readonly asks: 'process' | 'get' | 'check' | 'put' | 'delete';
  /** What OSS has read for it; empty before. A relay holds it until its PUT is answered. */
  readonly read: string;
  /** Names that call, once OSS has read, for those who wait for it; else 0. */
  readonly id: number;
  /** An attempt before this one, which may still write, was left without an answer. */
  readonly lost: boolean;
  /** A GET with If-Match. */
  readonly matches: boolean;
  /** It is through; the invocation waits for the others. */
  readonly end?: End | undefined;
}

/** What became of a request. */
export interface End {
  readonly result: Result;
  /** As far as the invocation knows, something was written or deleted, or has changed. */
  readonly touched: boolean;
  readonly confirmed: boolean;
  /** OSS has refused the source's bytes. */
  readonly refused: boolean;
}

/** `nothing`: there was no source, or nothing to do. `rejected`: a PUT was, for good. */
export type Result = 'done' | 'nothing' | 'transient' | 'permanent' | 'rejected';

/** A request that no one waits for any more. */
export interface Late {
  readonly id: number;
  readonly output: number;
  readonly asks: 'process' | 'put' | 'delete';
  readonly read: string;
}

export interface State {
  /** How many of the script's writes and deletes are done. */
  readonly done: number;
  /** The bytes that each derivative is made from, and what its headers name (`madeOf`); empty when there is none. */
  readonly derivatives: readonly string[];
  /** Permanent failures of which derivatives are on record, as bits. */
  readonly failed: number;
  /** For which version each PUT was rejected, as is on record. */
  readonly rejected: readonly string[];
  /** Which writes and deletes an invocation has brought to an end, as bits. */
  readonly accounted: number;
  readonly runs: readonly Run[];
  readonly late: readonly Late[];
  readonly faults: Required<Faults>;
}

/** The same text for states that differ in the order of things only. */
export function keyOf(state: State): string {
  const { done, derivatives, failed, rejected, accounted, runs, late } = state;
  const order = late.length < 2 ? late : [...late].sort((a, b) => (lateKey(a) < lateKey(b) ? -1 : 1));
  const texts = runs.map(textOf);
  const reading = runs.flatMap(({ calls }, index) => {
    return calls.flatMap(({ id, output }) => (id === 0 ? [] : { id, text: `${texts[index]}/${output}` }));
  });
  reading.sort((a, b) => (a.text < b.text ? -1 : 1));
  const calls = [...order, ...reading].map(({ id }) => id);
  const running = runs.map(({ waitsFor }, index) => {
    const waits = waitsFor.length === 0 ? '' : calls.map((id) => (waitsFor.includes(id) ? 1 : 0)).join('');
    return `${texts[index]}${waits}`;
  });
  running.sort();
  const made = `${derivatives.join()}${failed}${rejected.join()}`;
  return `${done}${made}.${accounted},${faultsLeft(state)},${order.map(lateKey).join()}|${running.join()}`;
}

/** How many of each are left, as a number. */
export function faultsLeft({ faults }: State): number {
  const { lost, killed, head, refused, garbled, rejected, journal, twice } = faults;
  return lost + 4 * (killed + 4 * (head + 4 * (refused + 4 * (garbled + 4 * (journal + 4 * (twice + 4 * rejected))))));
}

function lateKey({ output, asks, read }: Late): string {
  return `${output}${asks[1]}${read}`;
}

function textOf(run: Run): string {
  const { task, begun, calls, rounds, results } = run;
  const { assumed, unconfirmed, refused, rounds: acts } = run.settling;
  const flags =
    (task.from === 'event' ? 1 : task.from === 'failure' ? 64 : 0) +
    (task.anyVersion ? 2 : 0) +
    (task.unconfirmed ? 4 : 0) +
    (begun ? 8 : 0) +
    (unconfirmed === 'none' ? 0 : unconfirmed === 'earlier invocation' ? 32 : 512) +
    (refused ? 1024 : 0);
  const version =
    typeof assumed === 'string'
      ? assumed[0]
      : `${assumed.version.from[0]}${assumed.version.etag}${assumed.version.id ?? assumed.version.modified}`;
  const asked = calls.map((call) => `${call.output}${call.read}${callFlags(call)}`).join('&');
  return `${task.about}${task.only ?? ''}:${asked}.${rounds}${acts}${version}.${flags}${resultsText(results)}.`;
}

const asking = { process: 1, get: 2, check: 3, put: 4, delete: 5 } as const;
const resulting = { nothing: 0, done: 1, transient: 2, permanent: 3, rejected: 4 } as const;

/** What a request is, but for its output and for what was read. */
export function callFlags({ asks, lost, matches, end }: Call): number {
  const flags = asking[asks] + (lost ? 8 : 0) + (matches ? 16 : 0);
  if (end === undefined) return flags;
  const { result, touched, confirmed, refused } = end;
  return 32 + (touched ? 1 : 0) + (confirmed ? 2 : 0) + (refused ? 4 : 0) + 64 * resulting[result];
}

/** What is still asked about results: whether they are failures. */
export function resultsText(results: readonly Result[]): string {
  let text = '';
  for (const result of results) text += result === 'done' ? 0 : resulting[result];
  return text;
}

export function spend(state: State, fault: keyof Faults): State {
  return { ...state, faults: { ...state.faults, [fault]: state.faults[fault] - 1 } };
}
