// Everything that can happen next: the uploader's next step, and for each invocation what OSS, the network and Function
// Compute may do with the request that it is waiting for.

import { problemOf } from './claim.js';
import type { Machine, Step } from './explore.js';
import { futureIn } from './future.js';
import { acted, type Effect, looked, type Next, type Setting } from './invocation.js';
import { begin, comeAgain, writeDown } from './journal.js';
import { ended, lateStep, leftBehind, nextCall } from './late.js';
import { bytesAfter, good, seenAfter } from './script.js';
import { type Faults, keyOf, type Run, type State, spend, type Task } from './state.js';

/**
 * @param faults how often each may strike
 * @param reduced leave out orders that come to the same end, and states that have the same future as another
 */
export function machineOf(setting: Setting, faults: Faults, reduced = true): Machine<State> {
  const none = { lost: 0, killed: 0, head: 0, refused: 0, garbled: 0, journal: 0, twice: 0 };
  const start = { done: 0, derivative: '', failureOnRecord: false, accounted: 0, runs: [], late: [] };
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
  const run = state.runs.find(({ waitsFor, begun, task, asks, read }) => {
    return waitsFor.length === 0 && (begun || task.from === 'event') && asks !== 'delete' && read === '';
  });
  return run && runSteps(state, run, setting);
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
  if (run.asks === 'head') addLook(add, rest, run, setting);
  else if (run.asks === 'delete')
    add('OSS deletes the derivative', { ...rest, derivative: '' }, acted(run, 'done', wrote, setting));
  else if (run.read === '') addRead(add, rest, run, setting);
  else addWrite(add, rest, run, setting);
  if (run.asks !== 'head') addNoAnswer(add, rest, run, setting);
  if (before.faults.killed > 0) {
    for (const state of leftBehind(spend(rest, 'killed'), run)) {
      const label = () =>
        `  ${nameOf(run.task)}: its instance is killed${run.asks === 'head' ? '' : ` during ${callOf(run)}`}`;
      steps.push({ label, to: comeAgain(state, run.task, setting) });
    }
  }
  return steps;
}

type Add = (what: string, state: State, next: Next) => void;

const wrote: Effect = { touched: true, confirmed: true };
const refused: Effect = { touched: false, confirmed: true };

function addLook(add: Add, state: State, run: Run, setting: Setting): void {
  const seen = seenAfter(setting, state.done);
  add(`HEAD sees ${bytesAfter(setting, state.done) || 'no source'}`, state, looked(run, seen, setting));
  if (state.faults.head > 0) add('HEAD fails', spend(state, 'head'), looked(run, 'look-failed', setting));
}

function addRead(add: Add, state: State, run: Run, setting: Setting): void {
  const bytes = bytesAfter(setting, state.done);
  if (bytes === '') add('OSS finds no source', state, acted(run, 'nothing', refused, setting));
  else if (good(bytes)) add(`OSS reads ${bytes}`, state, { ...run, read: bytes, call: nextCall(state) });
  else add(`OSS cannot process ${bytes}`, state, acted(run, 'permanent', refused, setting));
}

function addWrite(add: Add, before: State, run: Run, setting: Setting): void {
  const state = ended({ ...before, derivative: run.read }, run.call);
  const what = `OSS writes the derivative of ${run.read}`;
  add(what, state, acted(run, 'done', wrote, setting));
  if (state.faults.garbled === 0) return;
  const touched = setting.design.looksAfterAnySuccess;
  const next = acted(run, 'permanent', { touched, confirmed: true }, setting);
  add(`${what}, and its answer says nothing of use`, spend(state, 'garbled'), next);
}

function addNoAnswer(add: Add, state: State, run: Run, setting: Setting): void {
  if (state.faults.refused > 0 && run.read === '') {
    add(`OSS has no time for ${callOf(run)}`, spend(state, 'refused'), acted(run, 'transient', refused, setting));
  }
  if (state.faults.lost === 0) return;
  const given = acted(run, 'transient', { touched: false, confirmed: false }, setting);
  const [dropped, late] = leftBehind(spend(state, 'lost'), run);
  if (dropped !== undefined) add(`no answer to ${callOf(run)}, which OSS drops`, dropped, given);
  if (late === undefined) return;
  add(`no answer to ${callOf(run)}`, late, given);
  add(`no answer to ${callOf(run)}, asks again`, late, { ...run, read: '', call: 0, lost: true });
}

function nameOf({ about, from, unconfirmed }: Task): string {
  return `${from === 'event' ? 'event' : `record (${from})`} of ${about + 1}${unconfirmed ? ', delivered again' : ''}`;
}

function callOf({ asks, read }: Run): string {
  if (asks === 'delete') return 'its deletion';
  return read === '' ? 'its process call' : `its process call, which has read ${read}`;
}
