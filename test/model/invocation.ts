// One invocation at one task, as far as OSS and the journal can tell: which requests it makes next, and what it leaves.
// The decisions are those of src/pipeline/settle.ts; around them stands what derive.ts, handle.ts and journal/read.ts
// do for the outputs.
import type { NextStep, SettleState, SourceState } from '../../src/pipeline/settle.js';
import type { Design } from './design.js';
import { deletes, told, type Uploads } from './script.js';
import type { Call, End, Result, Run, Task } from './state.js';

export interface Setting extends Uploads {
  readonly design: Design;
  /** The rule says `onDelete: 'remove'`. */
  readonly removes: boolean;
  /** Events tell ETag and time; a link's, or one of another shape, does not. */
  readonly tells: boolean;
  /** How the derivatives are made: saved by OSS, or relayed, perhaps with headers that name the version by its ETag. */
  readonly outputs: readonly ('saved' | 'relayed' | 'relayed with headers')[];
  /** What OSS does with If-Match on a processed GET: no document says it. `in any way`: now this and now that. */
  readonly ifMatch: 'honoured' | 'ignored' | 'refused' | 'in any way';
}

/** How an invocation ends: what it has to write down. */
export interface Ended {
  /** The outputs whose failure is for good. */
  readonly permanent: readonly Permanent[];
  readonly records: readonly RecordToBe[];
}

export interface Permanent {
  readonly output: number;
  /** Of the PUT, for this version; empty: of the source's bytes. */
  readonly rejected: string;
}

export interface RecordToBe {
  readonly task: Task;
  /** Due only when the requests that were left without an answer have come. */
  readonly afterLateWrites: boolean;
}

export type Next = Run | Ended;

export function start(task: Task, setting: Setting): Next {
  const { design, tells } = setting;
  const removal = isRemoval(task, setting);
  const assumed = task.anyVersion || removal || !tells ? 'unknown' : told(setting, task.about);
  const results = setting.outputs.map(() => nothing);
  const idle: Idle = { task, waitsFor: [], begun: false, calls: none, rounds: 0, results };
  return follow(
    design.reducer.begin(assumed, { unconfirmed: task.unconfirmed, removal: removal && !task.anyVersion }),
    idle,
    setting,
  );
}

const nothing: Result = 'nothing';

/** After the answer to a request for an output, or when the invocation gives it up: it waits for the others. */
export function answered(run: Run, call: Call, answer: End, setting: Setting): Next {
  const mayWrite = call.lost && (call.asks !== 'put' || setting.design.relaysHeedUnanswered);
  const end = mayWrite ? { ...answer, confirmed: false } : answer;
  const calls = run.calls.length === 1 ? none : run.calls.filter((one) => one !== call);
  if (calls.some((one) => one.end === undefined)) {
    const over: Call = { ...call, asks: 'process', read: '', id: 0, lost: false, matches: false, end };
    return { ...run, calls: run.calls.map((one) => (one === call ? over : one)) };
  }
  let { touched, confirmed, refused } = end;
  // What became of the last action stays, unless there was nothing to do any more.
  let stays = run.rounds > 0 && end.result === nothing;
  const results: Result[] = run.results.map(() => nothing);
  results[call.output] = end.result;
  for (const { output, end: one = end } of calls) {
    touched ||= one.touched;
    confirmed &&= one.confirmed;
    refused &&= one.refused;
    stays &&= one.result === nothing;
    results[output] = one.result;
  }
  const move = setting.design.reducer.afterActing(run.settling, { touched, confirmed, refused });
  return follow(move, { ...run, calls: none, rounds: run.rounds + 1, results: stays ? run.results : results }, setting);
}

const none: readonly Call[] = [];

/** After a HEAD. */
export function looked(run: Run, seen: SourceState | 'look-failed', setting: Setting): Next {
  const { unreadableKeepsUnanswered, reducer } = setting.design;
  if (seen === 'look-failed' && run.rounds === 0) {
    const { unconfirmed, removal } = run.settling;
    const kept = unreadableKeepsUnanswered && (unconfirmed !== 'none' || removal);
    const { records } = ended(run, kept ? { go: 'end', unsettled: 'unanswered' } : { go: 'end' }, setting);
    return { permanent: [], records: [failure(run.task, undefined, setting), ...records] };
  }
  return follow(reducer.afterLooking(run.settling, seen), run, setting);
}

type Idle = Omit<Run, 'settling'>;

function follow(move: NextStep, run: Idle, setting: Setting): Next {
  if (move.go === 'end') return ended(run, move, setting);
  if (move.go === 'look') return { ...run, calls: none, settling: move.settling };
  return act(move.on, move.settling, run, setting);
}

function act(on: SourceState, settling: SettleState, run: Idle, setting: Setting): Next {
  const { task, rounds } = run;
  const { outputs, removes, design } = setting;
  if (on === 'absent') {
    if (!removes) return skip(run, settling, setting);
    return { ...run, settling, calls: callsOf(outputs).deleting };
  }
  const mayBeRestored = design.actsForRestored && (task.anyVersion || on.version.id !== undefined);
  const oldNews = !removes || (rounds === 0 && !task.anyVersion && !task.unconfirmed);
  if (isRemoval(task, setting) && !mayBeRestored && oldNews) return skip(run, settling, setting);
  const { making } = callsOf(outputs);
  const only = rounds === 0 ? task.only : undefined;
  return { ...run, settling, calls: only === undefined ? making : making.filter(({ output }) => output === only) };
}

/** The requests with which outputs are made, or deleted. */
function callsOf(outputs: Setting['outputs']): {
  readonly making: readonly Call[];
  readonly deleting: readonly Call[];
} {
  const known = callsKnown.get(outputs);
  if (known !== undefined) return known;
  const idle = { read: '', id: 0, lost: false };
  const calls = {
    making: outputs.map((made, output): Call => {
      const relayed = made !== 'saved';
      return { ...idle, output, asks: relayed ? 'get' : 'process', matches: relayed };
    }),
    deleting: outputs.map((_, output): Call => ({ ...idle, output, asks: 'delete', matches: false })),
  };
  callsKnown.set(outputs, calls);
  return calls;
}

const callsKnown = new WeakMap<Setting['outputs'], ReturnType<typeof callsOf>>();

function skip(run: Idle, settling: SettleState, setting: Setting): Next {
  const move = setting.design.reducer.afterActing(settling, { touched: false, confirmed: true });
  return follow(move, { ...run, calls: none, rounds: run.rounds + 1 }, setting);
}

function ended(run: Idle & Partial<Pick<Run, 'settling'>>, move: NextStep & { go: 'end' }, setting: Setting): Ended {
  const { task, results, settling } = run;
  const { design } = setting;
  const records: RecordToBe[] = [];
  const permanent: Permanent[] = [];
  for (const [output, result] of results.entries()) {
    if (result === 'transient') records.push(failure(task, output, setting));
    if (result === 'permanent') permanent.push({ output, rejected: '' });
    if (result === 'rejected')
      permanent.push({ output, rejected: settling === undefined ? '' : etagAssumed(settling) });
  }
  if (move.unsettled !== undefined && design.runsUnsettled) {
    const afterLateWrites = move.unsettled === 'unanswered' && design.waitsForLateWrites;
    const again = { about: task.about, unconfirmed: false, from: 'unsettled', anyVersion: true } as const;
    records.push({ task: again, afterLateWrites });
  }
  return { permanent, records };
}

function failure({ about }: Task, output: number | undefined, { design, outputs }: Setting): RecordToBe {
  const only = outputs.length > 1 ? output : undefined;
  const task: Task = { about, from: 'failure', anyVersion: design.looksBeforeRerun, unconfirmed: false, only };
  return { task, afterLateWrites: false };
}

/** Of the version that an action is for. */
export function etagAssumed({ assumed }: SettleState): string {
  return typeof assumed === 'string' ? '' : assumed.version.etag;
}

/** What a derivative is when it is made of these bytes: where headers name the version, also of which one. */
export function madeOf(bytes: string, output: number, etag: string, { outputs }: Pick<Setting, 'outputs'>): string {
  return outputs[output] === 'relayed with headers' ? bytes + etag : bytes;
}

/** For a trace. */
export function nameOf(made: string): string {
  return made.length === 2 ? `${made[0]}, its headers of ${made[1]}` : made;
}

function isRemoval({ about }: Task, { script }: Uploads): boolean {
  return deletes(script[about]);
}
