// One invocation at one task, as far as OSS and the journal can tell: which request it makes next, and what it leaves.
// The decisions are those of src/pipeline/settle.ts; around them stands what derive.ts, handle.ts and journal/read.ts
// do for one output.
import type { NextStep, SettleState, SourceState } from '../../src/pipeline/settle.js';
import type { Design } from './design.js';
import { deletes, told, type Uploads } from './script.js';
import type { Result, Run, Task } from './state.js';

export interface Setting extends Uploads {
  readonly design: Design;
  /** The rule says `onDelete: 'remove'`. */
  readonly removes: boolean;
  /** Events tell ETag and time; a link's, or one of another shape, does not. */
  readonly tells: boolean;
}

/** How an invocation ends: what it has to write down. */
export interface Ended {
  readonly permanent: boolean;
  readonly records: readonly RecordToBe[];
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
  const idle = {
    task,
    waitsFor: [],
    begun: false,
    read: '',
    call: 0,
    lost: false,
    rounds: 0,
    result: 'nothing',
  } as const;
  return follow(
    design.reducer.begin(assumed, { unconfirmed: task.unconfirmed, removal: removal && !task.anyVersion }),
    idle,
    setting,
  );
}

/** After the answer to a process or delete request, or when the invocation gives it up. */
export function acted(run: Run, result: Result, { touched, confirmed }: Effect, setting: Setting): Next {
  const move = setting.design.reducer.afterActing(run.settling, {
    touched,
    confirmed: confirmed && !run.lost,
    refused: result === 'permanent',
  });
  return follow(move, actedOnce(run, result), setting);
}

export interface Effect {
  /** As far as the invocation knows, something was written or deleted. */
  readonly touched: boolean;
  readonly confirmed: boolean;
}

/** After a HEAD. */
export function looked(run: Run, seen: SourceState | 'look-failed', setting: Setting): Next {
  const { unreadableKeepsUnanswered, reducer } = setting.design;
  if (seen === 'look-failed' && run.rounds === 0) {
    const { unconfirmed, removal } = run.settling;
    const kept = unreadableKeepsUnanswered && (unconfirmed !== 'none' || removal);
    return ended(
      { ...run, result: 'transient' },
      kept ? { go: 'end', unsettled: 'unanswered' } : { go: 'end' },
      setting,
    );
  }
  return follow(reducer.afterLooking(run.settling, seen), run, setting);
}

type Idle = Omit<Run, 'asks' | 'settling'>;

function follow(move: NextStep, run: Idle, setting: Setting): Next {
  if (move.go === 'end') return ended(run, move, setting);
  if (move.go === 'look') return { ...run, read: '', call: 0, lost: false, asks: 'head', settling: move.settling };
  return act(move.on, move.settling, run, setting);
}

function act(on: SourceState, settling: SettleState, run: Idle, setting: Setting): Next {
  const { task, rounds } = run;
  const asking = { ...run, read: '', call: 0, lost: false, settling };
  if (on === 'absent') return setting.removes ? { ...asking, asks: 'delete' } : skip(asking, setting);
  const mayBeRestored = setting.design.actsForRestored && (task.anyVersion || on.version.id !== undefined);
  const oldNews = !setting.removes || (rounds === 0 && !task.anyVersion && !task.unconfirmed);
  const passedOver = isRemoval(task, setting) && !mayBeRestored && oldNews;
  return passedOver ? skip(asking, setting) : { ...asking, asks: 'process' };
}

function skip(run: Omit<Run, 'asks'>, setting: Setting): Next {
  const move = setting.design.reducer.afterActing(run.settling, { touched: false, confirmed: true });
  return follow(move, actedOnce(run, 'nothing'), setting);
}

/** What became of the last action stays, unless there was nothing to do any more. */
function actedOnce<R extends Idle>(run: R, result: Result): R {
  return { ...run, rounds: run.rounds + 1, result: result === 'nothing' && run.rounds > 0 ? run.result : result };
}

function ended({ task, result }: Idle, move: NextStep & { go: 'end' }, { design }: Setting): Ended {
  const again = { about: task.about, unconfirmed: false };
  const records: RecordToBe[] = [];
  if (result === 'transient') {
    records.push({ task: { ...again, from: 'failure', anyVersion: design.looksBeforeRerun }, afterLateWrites: false });
  }
  if (move.unsettled !== undefined && design.runsUnsettled) {
    const afterLateWrites = move.unsettled === 'unanswered' && design.waitsForLateWrites;
    records.push({ task: { ...again, from: 'unsettled', anyVersion: true }, afterLateWrites });
  }
  return { permanent: result === 'permanent', records };
}

function isRemoval({ about }: Task, { script }: Uploads): boolean {
  return deletes(script[about]);
}
