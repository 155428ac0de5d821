// Everything that can happen next: the uploader's next step, and for each invocation what OSS, the network and Function
// Compute may do with the request that it is waiting for.

import { problemOf } from './claim.js';
import type { Machine, Step } from './explore.js';
import { futureIn } from './future.js';
import { looked, type Next, type Setting } from './invocation.js';
import { begin, comeAgain, writeDown } from './journal.js';
import { lateStep, leftBehind } from './late.js';
import { type Add, callOf, requestSteps } from './requests.js';
import { bytesAfter, seenAfter } from './script.js';
import { type Call, type Faults, keyOf, type Run, type State, spend, type Task } from './state.js';

/**
 * @param faults how often each may strike
 * @param reduced leave out orders that come to the same end, and states that have the same future as another
 */
export function machineOf(setting: Setting, faults: Faults, reduced = true): Machine<State> {
  const none = { lost: 0, killed: 0, head: 0, refused: 0, garbled: 0, rejected: 0, journal: 0, twice: 0 };
  const empty = setting.outputs.map(() => '');
  const start = { done: 0, derivatives: empty, failed: 0, rejected: empty, accounted: 0, runs: [], late: [] };
  return {
    initial: { ...start, faults: { ...none, ...faults } },
    key: reduced ? futureIn(setting) : keyOf,
    steps: (state) => (reduced && soleSteps(state, setting)) || allSteps(state, setting),
    problem: (end) => problemOf(end, setting),
  };
}

function allSteps(state: State, setting: Setting): Step<State>[] {
  return [
    ...upload(state, setting),
    ...state.runs.flatMap((run) => (run.waitsFor.length > 0 ? [] : runSteps(state, run, setting))),
    ...state.late.map((late) => lateStep(state, late, setting)),
  ];
}

/**
 * When the uploader is through, it is all the same when someone reads the source: the reader may as well go first. Its
 * steps are a persistent set (Godefroid, "Partial-Order Methods for the Verification of Concurrent Systems", 1996). A
 * record that has not begun is left alone: another may yet take its place.
 */
function soleSteps(state: State, setting: Setting): Step<State>[] | undefined {
  if (state.done < setting.script.length) return undefined;
  const late = state.late.find(({ asks, read }) => asks === 'process' && read === '');
  if (late !== undefined) return [lateStep(state, late, setting)];
  const run = state.runs.find(({ waitsFor, begun, task, calls }) => {
    return waitsFor.length === 0 && (begun || task.from === 'event') && calls.every(readsOnly);
  });
  return run && runSteps(state, run, setting);
}

function readsOnly({ asks, read, end }: Call): boolean {
  return end !== undefined || (asks !== 'delete' && read === '');
}

const deeds: Readonly<Record<string, string>> = {
  '-': 'deletes the source',
  '<': 'deletes the newest version or delete marker',
};

function upload(state: State, setting: Setting): Step<State>[] {
  const about = state.done;
  const bytes = setting.script[about];
  if (bytes === undefined) return [];
  const label = (more = '') => `${about + 1}: the uploader ${deeds[bytes] ?? `writes ${bytes}`}${more}`;
  const task: Task = { about, from: 'event', anyVersion: false, unconfirmed: false };
  const once = begin({ ...state, done: about + 1 }, task, [], setting);
  if (state.faults.twice === 0) return [{ label, to: once }];
  const twice = begin(spend(once, 'twice'), task, [], setting);
  return [
    { label, to: once },
    { label: () => label('; its event is delivered twice'), to: twice },
  ];
}

function runSteps(before: State, waiting: Run, setting: Setting): Step<State>[] {
  const run = waiting.begun ? waiting : { ...waiting, begun: true };
  const rest = { ...before, runs: before.runs.filter((other) => other !== waiting) };
  const steps: Step<State>[] = [];
  const add = (what: string, state: State, next: Next) => {
    const label = () => `  ${nameOf(run.task)}: ${what}`;
    if ('records' in next) steps.push(...writeDown({ label, to: state }, next, run.task, setting));
    else steps.push({ label, to: { ...state, runs: [...state.runs, next] } });
  };
  if (run.calls.length === 0) addLook(add, rest, run, setting);
  for (const call of run.calls) if (call.end === undefined) requestSteps(add, rest, run, call, setting);
  if (before.faults.killed > 0) {
    const asked = run.calls.filter(({ end }) => end === undefined).map(callOf);
    const during = asked.length === 0 ? '' : ` during ${asked.join(' and ')}`;
    const left = run.calls.reduce(
      (states, call) => states.flatMap((state) => leftBehind(state, call)),
      [spend(rest, 'killed')],
    );
    for (const state of left) {
      const label = () => `  ${nameOf(run.task)}: its instance is killed${during}`;
      steps.push({ label, to: comeAgain(state, run.task, setting) });
    }
  }
  return steps;
}

function addLook(add: Add, state: State, run: Run, setting: Setting): void {
  const seen = seenAfter(setting, state.done);
  add(`HEAD sees ${bytesAfter(setting, state.done) || 'no source'}`, state, looked(run, seen, setting));
  if (state.faults.head > 0) add('HEAD fails', spend(state, 'head'), looked(run, 'look-failed', setting));
}

function nameOf({ about, from, unconfirmed }: Task): string {
  return `${from === 'event' ? 'event' : `record (${from})`} of ${about + 1}${unconfirmed ? ', delivered again' : ''}`;
}
